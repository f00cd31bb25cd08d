import { untrack } from 'svelte'

/** Whether somebody is in the middle of writing, in whichever of the fields there are: then nothing may offer to reload the page. */
class Composing {
  #writers = $state(0)

  get busy(): boolean {
    return this.#writers > 0
  }

  /** One more writes, until what this returns is called. */
  begin(): () => void {
    this.#writers += 1
    return () => (this.#writers -= 1)
  }
}

export const composing = new Composing()

/** For a component with a field: whether something stands in it. */
export function noteWriting(isWriting: () => boolean): void {
  const writes = $derived(isWriting())
  $effect(() => (writes ? untrack(() => composing.begin()) : undefined))
}
