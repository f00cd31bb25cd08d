import {
  discardEdit,
  findEdit,
  saveEdit,
  watchEdits,
  type BegunEdit,
  type EditKind,
} from '../../data/composing/edit-draft.ts'
import type { MessageView } from '../../data/messages/message-view.ts'
import type { Session } from '../../data/session.ts'

/** The edit that is in the field. */
export type OpenEdit = Pick<BegunEdit, 'messageId' | 'kind' | 'before' | 'text'>

/*
 * Edits of messages in one conversation, each kept on this device like a draft:
 *
 *             ┌──────── go on ────────┐
 *    begin ─▶ open ─ turn elsewhere ─▶ set aside ─ discard ─▶ gone
 *              └───────── save ─────────────────────────────▶
 *
 * What was open when the conversation was left is open when it is opened again. What is set aside is offered
 * above the field; what changed nothing is not kept.
 */
export class BegunEdits {
  open: OpenEdit | null = $state.raw(null)
  /** What was set aside last. */
  aside: BegunEdit | null = $state.raw(null)

  readonly #session: Session
  readonly #conversationId: string
  readonly #subscription: { unsubscribe(): void }
  /** Nothing was begun here yet: what was left open is opened. */
  #isOpening = true
  /** What is kept, by message, with what this tab writes at once; null until the device has answered. */
  #texts: Record<string, string | undefined> | null = null
  /** Writes that are under way: until they have ended, what is read may be older. */
  #writing = 0

  constructor(session: Session, conversationId: string) {
    this.#session = session
    this.#conversationId = conversationId
    this.#subscription = watchEdits(session, conversationId).subscribe((kept) => this.#follow(kept))
  }

  stop(): void {
    this.#subscription.unsubscribe()
  }

  /** Opens what was begun for a message, else its text as it stands: at once, for whoever edits types. */
  async begin(kind: EditKind, { id, text }: Pick<MessageView, 'id' | 'text'>): Promise<void> {
    this.setAside()
    const before = text ?? ''
    const kept = this.#texts === null ? (await findEdit(this.#session, id))?.text : this.#texts[id]
    this.#put({ messageId: id, kind, before, text: kept ?? before })
  }

  write(text: string): void {
    if (this.open !== null) this.#put({ ...this.open, text })
  }

  /** Takes the edit out of the field, and keeps it where it changed something. */
  setAside(): void {
    this.#isOpening = false
    const { open } = this
    if (open === null) return
    this.open = null
    if (open.text.trim() === open.before.trim()) this.#forget(open.messageId)
    else this.#save(open, false)
  }

  /** Opens what was set aside. */
  resume({ messageId, kind, before, text }: BegunEdit): void {
    this.setAside()
    this.#put({ messageId, kind, before, text })
  }

  /** Forgets it: one does not want it, or it was queued. */
  discard({ messageId }: Pick<BegunEdit, 'messageId'>): void {
    if (this.open?.messageId === messageId) this.open = null
    this.#forget(messageId)
  }

  #put(edit: OpenEdit): void {
    this.#isOpening = false
    this.open = edit
    this.#save(edit, true)
  }

  #save(edit: OpenEdit, isOpen: boolean): void {
    if (this.#texts !== null) this.#texts[edit.messageId] = edit.text
    this.#wait(saveEdit(this.#session, { ...edit, conversationId: this.#conversationId, isOpen }))
  }

  #forget(messageId: string): void {
    if (this.#texts !== null) this.#texts[messageId] = undefined
    this.#wait(discardEdit(this.#session, messageId))
  }

  #wait(written: Promise<void>): void {
    this.#writing += 1
    void written.finally(() => (this.#writing -= 1))
  }

  #follow(kept: readonly BegunEdit[]): void {
    if (this.#texts === null || this.#writing === 0)
      this.#texts = Object.fromEntries(kept.map(({ messageId, text }) => [messageId, text]))
    const left = kept.find(({ isOpen, isTooLate }) => isOpen && !isTooLate)
    if (this.#isOpening && left !== undefined) this.open = left
    this.#isOpening = false
    const isTooLate = kept.some((edit) => edit.isTooLate && edit.messageId === this.open?.messageId)
    if (isTooLate) this.setAside()
    this.aside =
      kept.find((edit) => edit.messageId !== this.open?.messageId && (!edit.isOpen || edit.isTooLate)) ?? null
  }
}
