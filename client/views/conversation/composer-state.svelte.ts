import { tick } from 'svelte'
import { MESSAGE_TEXT_MAX } from '../../../shared/protocol/limits.ts'
import {
  completeMention,
  findMentionCandidates,
  findMentionTyped,
  type MentionCandidate,
  type MentionTyped,
} from '../../data/composing/mention-candidates.ts'
import type { BegunEdit, EditKind } from '../../data/composing/edit-draft.ts'
import { toOutgoingText } from '../../data/composing/outgoing-text.ts'
import type { ConversationDetail } from '../../data/conversations/conversation-detail.ts'
import { editMessage } from '../../data/messages/change-message.ts'
import type { MessageView } from '../../data/messages/message-view.ts'
import { sendMessage, sendRewritten } from '../../data/messages/send-message.ts'
import type { WatchedScreen } from '../../data/people/watch-screen.ts'
import type { Session } from '../../data/session.ts'
import { afterPaint } from '../../ui/after-paint.ts'
import { BegunEdits } from './begun-edits.svelte.ts'
import { mayCall, type ConfirmEveryone } from './calling.svelte.ts'
import { ChosenFiles } from '../files/chosen-files.svelte.ts'
import { ComposingDraft } from './composing-draft.svelte.ts'
import { MentionCompletion } from './mention-completion.svelte.ts'

export interface ComposerParts {
  session: Session
  detail: () => ConversationDetail
  screen: () => WatchedScreen | null
  confirmEveryone: ConfirmEveryone
  onsent: () => void
  onerror: (error: unknown) => void
}

/** A field cannot lay out more than this without a pause that is felt. */
const FIELD_MAX = 5 * MESSAGE_TEXT_MAX

/** What is being written: a new message, or another text for one of one's own; with the names that are offered meanwhile. */
export class ComposerState {
  readonly draft: ComposingDraft
  readonly edits: BegunEdits
  readonly completion: MentionCompletion
  readonly files: ChosenFiles
  /** What was pasted, too long to be put into the field. */
  pasted: string | null = $state.raw(null)
  field: HTMLTextAreaElement | undefined = $state()
  readonly text: string = $derived.by(() => this.edits.open?.text ?? this.draft.text)

  /** Whether there is something to send beside the text. */
  readonly hasMore: boolean = $derived.by(() =>
    this.edits.open === null ? this.files.ready.length > 0 : this.#carrying.includes(this.edits.open.messageId),
  )

  /** Messages that are something without their text. */
  #carrying: readonly string[] = $state.raw([])
  readonly #parts: ComposerParts
  readonly #conversationId: string
  /** Another one whenever typing ends. */
  #typing = {}

  constructor(parts: ComposerParts) {
    this.#parts = parts
    this.#conversationId = parts.detail().id
    this.draft = new ComposingDraft(parts.session, this.#conversationId)
    this.edits = new BegunEdits(parts.session, this.#conversationId)
    this.files = new ChosenFiles(parts.session, this.#conversationId, parts.onerror)
    this.completion = new MentionCompletion({
      findTyped: () => this.#findTyped(),
      findCandidates: (query) => findMentionCandidates(parts.session, this.#conversationId, query),
      onchoose: (candidate, typed) => void this.#complete(candidate, typed),
    })
  }

  stop(): void {
    this.draft.stop()
    this.edits.stop()
    this.files.stop()
    this.#stopTyping()
  }

  async reply(message: MessageView): Promise<void> {
    this.edits.setAside()
    this.draft.write(this.draft.text, message.id)
    await this.focusAt()
  }

  /** Begins another text for a message of one's own: one that was sent, or one that was refused. */
  async edit(kind: EditKind, message: MessageView): Promise<void> {
    if (message.files.length > 0) this.#carrying = [...this.#carrying, message.id]
    await this.edits.begin(kind, message)
    await this.focusAt()
  }

  /** Goes on with an edit that was set aside; where its message takes none any more, in a message of its own. */
  async resume(edit: BegunEdit): Promise<void> {
    if (edit.isTooLate) {
      this.edits.setAside()
      this.draft.write([this.draft.text, edit.text].filter((text) => text !== '').join('\n'))
      this.edits.discard(edit)
    } else this.edits.resume(edit)
    await this.focusAt()
  }

  /** Sets the edit aside, or ends the reply; false where there is none. */
  cancel(): boolean {
    if (this.edits.open !== null) this.edits.setAside()
    else if (this.draft.replyToId !== null) this.draft.write(this.draft.text, null)
    else return false
    return true
  }

  async focusAt(caret?: number): Promise<void> {
    await tick()
    const at = caret ?? this.text.length
    this.field?.focus()
    this.field?.setSelectionRange(at, at)
  }

  write(next: string): void {
    if (this.edits.open !== null) {
      this.edits.write(next)
      return
    }
    this.draft.write(next)
    if (next.trim() === '') this.#stopTyping()
    else this.#sayTyping()
  }

  /** Others hear of it after it is painted here, unless that is over by then. */
  #sayTyping(): void {
    const turn = this.#typing
    afterPaint(() => {
      if (turn === this.#typing) this.#parts.screen()?.sayTyping()
    })
  }

  #stopTyping(): void {
    this.#typing = {}
    this.#parts.screen()?.stopTyping()
  }

  async insert(emoji: string): Promise<void> {
    const at = this.field?.selectionStart ?? this.text.length
    this.write(this.text.slice(0, at) + emoji + this.text.slice(this.field?.selectionEnd ?? at))
    await this.focusAt(at + emoji.length)
  }

  async usePasted(part: string): Promise<void> {
    this.write((this.text + part).slice(0, MESSAGE_TEXT_MAX))
    await this.focusAt()
  }

  takeIn(event: ClipboardEvent | DragEvent, data: DataTransfer | null): void {
    const coming = data?.getData('text/plain') ?? ''
    if (coming.length + this.text.length <= FIELD_MAX) return
    event.preventDefault()
    this.pasted = coming
  }

  /** Ends once it is stored: until then it stays in the field. */
  async send(text: string): Promise<void> {
    const { session, detail, confirmEveryone, onsent } = this.#parts
    const { other } = detail()
    const { open } = this.edits
    const fileIds = open === null ? this.files.ready : []
    if (toOutgoingText(text) === '' && !this.hasMore) return
    if (!(await mayCall(session, this.#conversationId, toOutgoingText(text), confirmEveryone))) return
    this.completion.end()
    this.#stopTyping()
    if (open === null) {
      const sent = { text, replyToId: this.draft.replyToId }
      this.draft.store()
      await sendMessage(session, this.#conversationId, text, other?.id ?? null, sent.replyToId, fileIds)
      this.draft.takeOut(sent)
      this.files.takeOut(fileIds)
      onsent()
    } else {
      const { messageId, kind, before } = open
      if (kind === 'rewrite') await sendRewritten(session, messageId, text)
      else if (toOutgoingText(text) !== before) await editMessage(session, this.#conversationId, messageId, text)
      this.edits.discard(open)
    }
    this.field?.focus()
  }

  async #complete(candidate: MentionCandidate, typed: MentionTyped): Promise<void> {
    const { text, caret } = completeMention(this.text, typed, candidate)
    this.write(text)
    await this.focusAt(caret)
  }

  #findTyped(): MentionTyped | null {
    return this.field === undefined ? null : findMentionTyped(this.text, this.field.selectionStart)
  }
}
