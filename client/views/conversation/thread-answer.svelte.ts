import { joinTexts, moveThreadAnswer, saveThreadAnswer } from '../../data/composing/thread-answers.ts'
import { sendThreadAnswer } from '../../data/messages/send-message.ts'
import type { Session } from '../../data/session.ts'
import { toTypedOn } from '../../ui/typed-on.ts'

/*
 * The answer that is being written in a thread, kept on this device by the message that the thread begins with. Which
 * one that is may change while more of the thread is fetched: the text goes along. What was begun there before is put
 * above it, so that neither is lost. Moving and sending go one after the other.
 */
export class ThreadAnswer {
  readonly #session: Session
  readonly #conversationId: string
  readonly #onError: (error: unknown) => void
  #text = $state('')
  /** Under which message it is kept; null until what was begun there is here, and while it moves. */
  #rootId: string | null = null
  /** What was put above the text when it moved last. */
  #above = ''
  #last: Promise<void> = Promise.resolve()

  constructor(session: Session, conversationId: string, onError: (error: unknown) => void) {
    this.#session = session
    this.#conversationId = conversationId
    this.#onError = onError
  }

  get text(): string {
    return this.#text
  }

  set text(text: string) {
    this.#text = text
    if (this.#rootId !== null) this.#save(this.#rootId)
  }

  /** The thread begins with this message, as far as that is known now. Ends once what was begun there is here. */
  follow(rootId: string): Promise<void> {
    return this.#enqueue(() => this.#move(rootId)).catch(this.#onError)
  }

  /** Ends once it is queued: it is kept until then, and from the same moment on no more. */
  send(typed: string, replyToId: string): Promise<void> {
    return this.#enqueue(async () => {
      const id = this.#rootId ?? replyToId
      const left = () => ({ id, conversationId: this.#conversationId, text: this.#without(typed) })
      await sendThreadAnswer(this.#session, this.#conversationId, typed, replyToId, left)
      this.text = this.#without(typed)
    })
  }

  async #move(rootId: string): Promise<void> {
    if (rootId === this.#rootId) return
    const from = this.#rootId
    this.#rootId = null
    try {
      const answer = { id: rootId, conversationId: this.#conversationId, text: this.#text }
      const kept = await moveThreadAnswer(this.#session, from, answer)
      this.#above = kept === '' ? '' : `${kept}\n`
      this.#text = joinTexts(kept, this.#text)
    } finally {
      this.#rootId = rootId
    }
    // What was typed meanwhile.
    this.#save(rootId)
  }

  /** What is left once this part was sent, also where something was put above it meanwhile. */
  #without(sent: string): string {
    const isBelow = this.#above !== '' && this.#text.startsWith(this.#above + sent)
    return isBelow ? this.#above + this.#text.slice(this.#above.length + sent.length) : toTypedOn(this.#text, sent)
  }

  #save(id: string): void {
    saveThreadAnswer(this.#session, { id, conversationId: this.#conversationId, text: this.#text }).catch(this.#onError)
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }
}
