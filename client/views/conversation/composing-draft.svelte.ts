import { systemClock } from '../../../shared/clock.ts'
import { openDraft, watchDraft, type DraftText } from '../../data/composing/draft.ts'
import type { NewerDraft } from '../../data/composing/newer-draft.ts'
import type { Session } from '../../data/session.ts'
import { afterPaint } from '../../ui/after-paint.ts'
import { toTypedOn } from '../../ui/typed-on.ts'

/** Whoever typed so lately is in the middle of it: what comes from another device waits. */
const IDLE_AFTER_MS = 1_500
/** When it was typed, while the store has no room for it: what that reports never comes over it. */
const UNSTORED = Infinity
/** So often at most what is typed is stored, each time in a transaction of its own: the end of a tab takes no more of it. */
const STORE_EVERY_MS = 250

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
  /** What is to be stored, after it is painted or once that may be again: of several keys the last. */
  #waiting: DraftText | null = null
  #isScheduled = false
  #storedAt = -Infinity
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
    this.#waiting = { text, replyToId }
    if (this.#isScheduled) return
    this.#isScheduled = true
    const store = () => {
      this.#isScheduled = false
      this.store()
    }
    const rest = this.#storedAt + STORE_EVERY_MS - systemClock.now()
    if (rest > 0) systemClock.after(rest, store)
    else afterPaint(store)
  }

  /** Stores what waits for that now: before it is sent, and when one leaves. */
  store(): void {
    const waiting = this.#waiting
    if (waiting === null) return
    this.#waiting = null
    this.#storedAt = systemClock.now()
    this.#storing += 1
    void this.#draft
      .write(waiting)
      .catch((error: unknown) => {
        this.#typedAt = UNSTORED
        throw error
      })
      .finally(() => (this.#storing -= 1))
  }

  /** Takes out what is sent, and so drafted no more; what one typed on while it was being stored stays. */
  takeOut(sent: { text: string; replyToId: string | null }): void {
    const text = toTypedOn(this.text, sent.text)
    const replyToId = this.replyToId === sent.replyToId ? null : this.replyToId
    this.text = ''
    this.replyToId = null
    this.#typedAt = this.#session.clock.now()
    this.#isOpening = false
    // What came while it was sent may be stored after that, and holds it.
    const isStoredLate = this.#waiting !== null || this.#storing > 0
    if (text !== '' || replyToId !== null || isStoredLate) this.write(text, replyToId)
  }

  /** Stores what was typed now, and sends it to one's other devices; ends once both is done. */
  async carry(): Promise<void> {
    this.store()
    await this.#draft.carry()
  }

  stop(): void {
    this.#subscription.unsubscribe()
    void this.carry()
  }

  #follow(newer: NewerDraft | null): void {
    const isIdle =
      this.#waiting === null && this.#storing === 0 && this.#session.clock.now() - this.#typedAt > IDLE_AFTER_MS
    // It can be read again: perhaps it takes something again.
    if (this.#typedAt === UNSTORED) this.write(this.text)
    const isOpening = this.#isOpening
    this.#isOpening = false
    const isTakenAway = newer === null && isIdle
    const isElsewhere = newer !== null && newer.fromElsewhere && isIdle
    if (!isOpening && !isTakenAway && !isElsewhere) return
    this.text = newer?.text ?? ''
    this.replyToId = newer?.replyToId ?? null
  }
}
