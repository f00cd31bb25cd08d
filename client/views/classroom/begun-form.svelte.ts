import { untrack } from 'svelte'
import type { OpenedClassroom } from '../../data/classroom/opened-classroom.ts'
import { BegunText } from './begun-text.svelte.ts'

const NOTHING = '{}'

/** The fields of a form in a classroom; those that were changed are kept on this device until they are sent. */
export class BegunForm<Draft extends object> {
  draft: Draft
  readonly #begun: BegunText
  #before: Draft

  constructor(opened: OpenedClassroom, subject: string, before: Draft) {
    this.#before = before
    this.draft = $state(structuredClone(before))
    this.#begun = new BegunText(opened, subject, NOTHING)
    void this.#begun.found.then(() => {
      // Somebody else may have set other fields since.
      if (this.#begun.text !== NOTHING)
        this.draft = { ...this.#before, ...(JSON.parse(this.#begun.text) as Partial<Draft>) }
    })
  }

  /** Keeps the fields as they are: for an effect, which runs again as they change. */
  keep(): void {
    const before = Object.entries(this.#before).map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    const changed = Object.entries(this.draft).filter(
      ([name, value]) => !before.includes(`${name} ${JSON.stringify(value)}`),
    )
    const typed = JSON.stringify(Object.fromEntries(changed))
    if (untrack(() => this.#begun.text) !== typed) this.#begun.text = typed
  }

  /** Takes over what was set elsewhere, in the fields that nobody has changed here. */
  follow(before: Draft): void {
    const isSame = (name: keyof Draft) => JSON.stringify(this.draft[name]) === JSON.stringify(this.#before[name])
    for (const name of Object.keys(before) as (keyof Draft)[]) if (isSame(name)) this.draft[name] = before[name]
    this.#before = before
  }

  /** They were sent, or are not wanted. */
  discard(): void {
    this.#begun.discard()
  }
}
