import { createNameKeeper } from '../data/people/keep-names.ts'
import { watchPresence, type Presence } from '../data/people/watch-presence.ts'
import { watchScreen } from '../data/people/watch-screen.ts'
import type { Session } from '../data/session.ts'
import { live } from '../ui/live.svelte.ts'
import { createOnScreen } from '../ui/on-screen.ts'
import { isPageShown } from '../ui/page-shown.svelte.ts'

/** How the people of a list are, of whom only those on the screen are asked about. */
export class PeopleOnScreen {
  #ids: readonly string[] = $state.raw([])
  #observed = createOnScreen((ids) => (this.#ids = ids))
  #presence: ReturnType<typeof live<(userId: string) => Presence>>

  /** While a component is made. */
  constructor(session: Session) {
    this.#presence = live(() => watchPresence(session, this.#ids))
    const keepNames = createNameKeeper(session)
    $effect(() => keepNames(this.#ids))
    $effect(() => {
      if (this.#ids.length === 0 || !isPageShown()) return undefined
      const screen = watchScreen(session, { conversationId: null, userIds: this.#ids })
      return () => screen.stop()
    })
    $effect(() => () => this.#observed.stop())
  }

  /** An attachment for the element that shows somebody. */
  attach = (userId: string): ((element: Element) => () => void) => this.#observed.attach(userId)

  find(userId: string): Presence {
    return this.#presence.value?.(userId) ?? { kind: 'unknown' }
  }

  isThere(userId: string | undefined): boolean {
    return userId !== undefined && this.find(userId).kind === 'there'
  }
}
