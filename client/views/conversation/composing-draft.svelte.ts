import { openDraft, watchDraft } from '../../data/composing/draft.ts'
import type { NewerDraft } from '../../data/composing/newer-draft.ts'
import type { Session } from '../../data/session.ts'
import { toTypedOn } from '../../ui/typed-on.ts'

/** Whoever typed so lately is in the middle of it: what comes from another device waits. */
const IDLE_AFTER_MS = 1_500

/** What is being written in a conversation, kept here and on one's other devices, and followed from them. */
export class ComposingDraft {
  text = $state('')
  replyToId = $state<string | null>(null)

  readonly #session: Session
  readonly #draft: ReturnType<typeof openDraft>
  readonly #subscription: { unsubscribe(): void }
  #typedAt = 0
  /** Nothing was typed yet: what is kept is what one finds. */
  #isOpening = true
  /** While what was typed is being stored, what the store reports is older than it. */
  #storing = 0

  constructor(session: Session, conversationId: string) {
    this.#session = session
    this.#draft = openDraft(session, conversationId)
    this.#subscription = watchDraft(session, conversationId).subscribe((newer) => this.#follow(newer))
  }

  /** Keeps what was changed here. */
  write(text: string, replyToId: string | null = this.replyToId): void {
    this.text = text
    this.replyToId = replyToId
    this.#typedAt = this.#session.clock.now()
    this.#isOpening = false
    this.#storing += 1
    void this.#draft.write({ text, replyToId }).finally(() => (this.#storing -= 1))
  }

  /** Takes out what is sent, and so drafted no more; what one typed on while it was being stored stays. */
  takeOut(sent: { text: string; replyToId: string | null }): void {
    const text = toTypedOn(this.text, sent.text)
    const replyToId = this.replyToId === sent.replyToId ? null : this.replyToId
    this.text = ''
    this.replyToId = null
    this.#typedAt = this.#session.clock.now()
    this.#isOpening = false
    if (text !== '' || replyToId !== null) this.write(text, replyToId)
  }

  carry(): void {
    void this.#draft.carry()
  }

  stop(): void {
    this.#subscription.unsubscribe()
    this.carry()
  }

  #follow(newer: NewerDraft | null): void {
    const isIdle = this.#storing === 0 && this.#session.clock.now() - this.#typedAt > IDLE_AFTER_MS
    const isOpening = this.#isOpening
    this.#isOpening = false
    const isTakenAway = newer === null && isIdle
    const isElsewhere = newer !== null && newer.fromElsewhere && isIdle
    if (!isOpening && !isTakenAway && !isElsewhere) return
    this.text = newer?.text ?? ''
    this.replyToId = newer?.replyToId ?? null
  }
}
