import { findBegunText, saveBegunText } from '../../data/classroom/begun-texts.ts'
import type { OpenedClassroom } from '../../data/classroom/opened-classroom.ts'
import { toTypedOn } from '../../ui/typed-on.ts'

/** A text that is being written in a classroom, kept on this device until it is sent or discarded. */
export class BegunText {
  /** Ends once what was begun before is here. */
  readonly found: Promise<void>

  readonly #opened: OpenedClassroom
  readonly #subject: string
  /** What stands there before anything is written. */
  readonly #before: string
  #text = $state('')
  #isWritten = false

  constructor(opened: OpenedClassroom, subject: string, before = '') {
    this.#opened = opened
    this.#subject = subject
    this.#before = before
    this.#text = before
    this.found = this.#find()
  }

  get text(): string {
    return this.#text
  }

  set text(text: string) {
    this.#isWritten = true
    this.#text = text
    const kept = text === this.#before ? null : text
    saveBegunText(this.#opened, this.#subject, kept).catch(this.#opened.environment.onError)
  }

  /** Takes out what is stored elsewhere by now; what was typed on meanwhile stays. */
  takeOut(sent: string): void {
    this.text = toTypedOn(this.#text, sent)
  }

  discard(): void {
    this.text = this.#before
  }

  async #find(): Promise<void> {
    try {
      const found = await findBegunText(this.#opened, this.#subject)
      if (!this.#isWritten && found !== null) this.#text = found
    } catch (error) {
      this.#opened.environment.onError(error)
    }
  }
}
