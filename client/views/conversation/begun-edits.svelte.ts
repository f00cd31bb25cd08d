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

  constructor(session: Session, conversationId: string) {
    this.#session = session
    this.#conversationId = conversationId
    this.#subscription = watchEdits(session, conversationId).subscribe((kept) => this.#follow(kept))
  }

  stop(): void {
    this.#subscription.unsubscribe()
  }

  /** Opens what was begun for a message, else its text as it stands. */
  async begin(kind: EditKind, { id, text }: Pick<MessageView, 'id' | 'text'>): Promise<void> {
    this.setAside()
    const before = text ?? ''
    const kept = await findEdit(this.#session, id)
    this.#put({ messageId: id, kind, before, text: kept?.text ?? before })
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
    if (open.text.trim() === open.before.trim()) void discardEdit(this.#session, open.messageId)
    else void this.#save(open, false)
  }

  /** Opens what was set aside. */
  resume({ messageId, kind, before, text }: BegunEdit): void {
    this.setAside()
    this.#put({ messageId, kind, before, text })
  }

  /** Forgets it: one does not want it, or it was queued. */
  discard({ messageId }: Pick<BegunEdit, 'messageId'>): void {
    if (this.open?.messageId === messageId) this.open = null
    void discardEdit(this.#session, messageId)
  }

  #put(edit: OpenEdit): void {
    this.#isOpening = false
    this.open = edit
    void this.#save(edit, true)
  }

  #save(edit: OpenEdit, isOpen: boolean): Promise<void> {
    return saveEdit(this.#session, { ...edit, conversationId: this.#conversationId, isOpen })
  }

  #follow(kept: readonly BegunEdit[]): void {
    const left = kept.find(({ isOpen, isTooLate }) => isOpen && !isTooLate)
    if (this.#isOpening && left !== undefined) this.open = left
    this.#isOpening = false
    const isTooLate = kept.some((edit) => edit.isTooLate && edit.messageId === this.open?.messageId)
    if (isTooLate) this.setAside()
    this.aside =
      kept.find((edit) => edit.messageId !== this.open?.messageId && (!edit.isOpen || edit.isTooLate)) ?? null
  }
}
