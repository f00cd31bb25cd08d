import type { CommandOf } from '../../../shared/protocol/commands.ts'
import type { MessageRow, ReactionRow } from '../../../shared/protocol/rows.ts'
import type { OutboxEntry, Upload } from '../../sync/database.ts'
import { entriesOf, isOptimistic, isWaiting, SENT, toDelivery, type Delivery, type EntryOf } from '../outbox/pending.ts'
import type { FindPerson, Person } from '../people/person.ts'
import { fromMessageFiles, fromSentFiles, NO_FILES, type FileView } from './file-view.ts'
import { toLine } from './file-words.ts'
import { toQuote, type Quote } from './quote.ts'
import { toReactions, type ReactionView } from './reactions.ts'
import { createReceipts, type Receipt, type ReceiptRows } from '../receipts/receipts.ts'

/** A message that took longer than this to arrive says when it was written. */
export const LATE_MS = 5 * 60_000

/** A change to a message that is there already: shown at once unless it was refused. */
export interface PendingChange {
  kind: 'edit' | 'delete'
  commandId: string
  /** What the edit would have made of it; empty for a deletion. */
  text: string
  delivery: Delivery
}

export interface MessageView {
  id: string
  /** Its number in the conversation, or null while the server has not accepted it. */
  n: number | null
  author: Person
  mine: boolean
  /** Null once it was deleted; empty where it is nothing but its files. */
  text: string | null
  files: readonly FileView[]
  /** What it says in one line: its text, or what its files are. Null once it was deleted. */
  line: string | null
  writtenAt: number
  /** When the server took it; while it has no number, when it was written. */
  at: number
  late: boolean
  edited: boolean
  /** How many earlier versions of it the server keeps. */
  edits: number
  replyTo: Quote | null
  /** Whom the text mentions: by the handle that stands after an `@` there. */
  mentions: ReadonlyMap<string, Pick<Person, 'id' | 'name'>>
  /** Whether `@everyone` in the text mentions all. */
  mentionsAll: boolean
  /** Whether somebody else mentions oneself here, by name or with all. */
  mentionsMe: boolean
  forwarded: boolean
  /** A moderator took it away, and not its author. */
  takenAway: boolean
  /** By somebody whom one blocked. */
  blocked: boolean
  /** Deleted for oneself alone: it has its place, and is shown nowhere. */
  hidden: boolean
  pinned: boolean
  /** Whether it is pinned by oneself. */
  pinnedByMe: boolean
  /** Pinned or taken down by oneself, and the server has not heard of it. */
  pinWaiting: boolean
  reactions: readonly ReactionView[]
  /** How many answer it, and one another below it; 0 for what answers something itself. */
  replies: number
  /** Always `sent` for what others wrote. */
  delivery: Receipt
  change: PendingChange | null
}

export interface MergeInput {
  myId: string
  /** By ascending n. */
  rows: readonly MessageRow[]
  /** Those of this conversation, in the order in which they were written. */
  entries: readonly OutboxEntry[]
  findPerson: FindPerson
  /** Reactions to these rows and to what is on its way. */
  reactions?: readonly ReactionRow[]
  /** Of messages that answer nothing, what answers them. */
  replies?: ReadonlyMap<string, readonly string[]>
  /** Messages that are quoted and are not among the rows. */
  quoted?: readonly MessageRow[]
  receipts?: ReceiptRows
  /** Files of this conversation that are on their way. */
  uploads?: readonly Upload[]
  /** What one deleted for oneself. */
  hidden?: ReadonlySet<string>
  /** Whom one blocked. */
  blocked?: ReadonlySet<string>
  /** Whether what is still on its way is shown after the rows; not where newer rows are left out. */
  atEnd?: boolean
}

const UNKNOWN: ReceiptRows = { kind: undefined, members: [], deliveries: [], seens: [], seenOn: false }
const NO_REPLIES: ReadonlyMap<string, readonly string[]> = new Map()
const NONE: ReadonlySet<string> = new Set()
const NO_REACTIONS: readonly ReactionView[] = []
const NOBODY: MessageView['mentions'] = new Map()

/** The conversation as its reader should see it: what the server accepted, then what is still on its way. */
export function mergeMessages(input: MergeInput): MessageView[] {
  const { myId, rows, entries, findPerson, reactions = [], quoted = [], receipts = UNKNOWN, atEnd = true } = input
  const { hidden = NONE, blocked = NONE, replies = NO_REPLIES, uploads = [] } = input
  const changes = latestChanges(entries)
  const pins = latestPins(entries)
  const under = toReactions(myId, reactions, entries, findPerson)
  const { toReceipt } = createReceipts(myId, rows, receipts)
  const held = new Map([...quoted, ...rows].map((row) => [row.id, row]))
  const sending = new Map(entriesOf(entries, 'message.send').map((entry) => [entry.id, entry]))
  const coming = new Map(uploads.map((upload) => [upload.id, upload]))
  const toSentFiles = (entry: EntryOf<'message.send'>) =>
    fromSentFiles(entry.command, coming, (id) => held.get(id)?.files)
  const quoteInput = {
    myId,
    findPerson,
    findRow: (id: string) => held.get(id),
    findSending: (id: string) => sending.get(id),
    isHidden: (id: string) => hidden.has(id),
    textOf: (id: string, text: string | null) => textAfter(changes.get(id), text),
    toSentFiles,
  }

  const answered = [...sending.values()].filter(({ id }) => !held.has(id)).map(({ command }) => command.replyToId)
  const countReplies = (id: string): number => {
    const below = (replies.get(id) ?? []).filter((one) => !hidden.has(one))
    return below.length + answered.filter((one) => one === id || (one !== null && below.includes(one))).length
  }

  const toView = (base: Base): MessageView => {
    const { id, text, mine, writtenAt, at, authorId } = base
    const change = changes.get(id)
    const command = change !== undefined && isOptimistic(change) ? change.command : undefined
    const edit = command?.type === 'message.edit' && text !== null ? command : undefined
    const textNow = textAfter(change, text)
    const files = textNow === null ? NO_FILES : base.files
    const pin = pins.get(id)
    const mentions = edit?.mentions ?? base.mentions
    const mentionsAll = edit?.mentionsAll ?? base.mentionsAll
    return {
      id,
      n: base.n,
      author: findPerson(authorId),
      mine,
      text: textNow,
      files,
      line: toLine(textNow, files),
      writtenAt,
      at,
      late: at - writtenAt > LATE_MS,
      edited: base.edited || edit !== undefined,
      edits: base.edits,
      replyTo: base.replyTo === null ? null : toQuote(quoteInput, base.replyTo.messageId, base.replyTo.n),
      mentions: toMentioned(mentions, findPerson),
      mentionsAll,
      takenAway: base.takenAway || command?.type === 'message.take-away',
      hidden: hidden.has(id),
      blocked: blocked.has(authorId),
      mentionsMe: !mine && !blocked.has(authorId) && (mentionsAll || mentions.includes(myId)),
      forwarded: base.forwarded,
      pinned: textNow !== null && (pin?.command.pinned ?? base.pinned),
      pinnedByMe: pin?.command.pinned === true || base.pinnedByMe,
      pinWaiting: pin !== undefined && isWaiting(pin),
      reactions: (textNow === null ? undefined : under.get(id)) ?? NO_REACTIONS,
      replies: countReplies(id),
      delivery: base.delivery,
      change: change === undefined ? null : toPendingChange(change),
    }
  }

  const accepted = rows.map((row) => toView(fromRow(row, myId, toReceipt)))
  if (!atEnd) return accepted
  const here = new Set(rows.map((row) => row.id))
  const pending = [...sending.values()].filter((entry) => !here.has(entry.id))
  return [...accepted, ...pending.map((entry) => toView(fromEntry(entry, myId, toSentFiles(entry))))]
}

/** A message without what is on its way for it. */
interface Base {
  id: string
  n: number | null
  authorId: string
  mine: boolean
  text: string | null
  files: readonly FileView[]
  writtenAt: number
  at: number
  edited: boolean
  edits: number
  replyTo: { messageId: string; n: number | null } | null
  mentions: readonly string[]
  mentionsAll: boolean
  forwarded: boolean
  pinned: boolean
  pinnedByMe: boolean
  takenAway: boolean
  delivery: Receipt
}

function fromRow(row: MessageRow, myId: string, toReceipt: (n: number) => Receipt): Base {
  const { id, n, authorId, text, writtenAt, edits, replyTo, mentions, mentionsAll, forwarded } = row
  const mine = authorId === myId
  return {
    ...{ id, n, authorId, mine, text, writtenAt, at: row.sentAt, edited: row.editedAt !== null, edits, replyTo },
    ...{ mentions, mentionsAll, forwarded, pinned: row.pinnedAt !== null, pinnedByMe: row.pinnedBy === myId },
    files: fromMessageFiles(row.files),
    takenAway: row.takenAway === true,
    delivery: mine && text !== null ? toReceipt(n) : SENT,
  }
}

function fromEntry({ id, command, state }: EntryOf<'message.send'>, myId: string, files: readonly FileView[]): Base {
  return {
    ...command,
    id,
    files,
    n: null,
    authorId: myId,
    mine: true,
    at: command.writtenAt,
    edited: false,
    edits: 0,
    replyTo: command.replyToId === null ? null : { messageId: command.replyToId, n: null },
    pinned: false,
    pinnedByMe: false,
    takenAway: false,
    delivery: toDelivery(state),
  }
}

function toMentioned(ids: readonly string[], findPerson: FindPerson): MessageView['mentions'] {
  if (ids.length === 0) return NOBODY
  return new Map(ids.map(findPerson).map(({ handle, id, name }) => [handle, { id, name }]))
}

/** The newest change of one message that is on its way or was refused. */
type Change = OutboxEntry & {
  command: CommandOf<'message.edit'> | CommandOf<'message.delete'> | CommandOf<'message.take-away'>
}

function latestChanges(entries: readonly OutboxEntry[]): Map<string, Change> {
  const isChange = (entry: OutboxEntry): entry is Change =>
    entry.command.type === 'message.edit' ||
    entry.command.type === 'message.delete' ||
    entry.command.type === 'message.take-away'
  return new Map(entries.filter(isChange).map((entry) => [entry.command.messageId, entry]))
}

export function latestPins(entries: readonly OutboxEntry[]): Map<string, EntryOf<'message.pin'>> {
  return new Map(
    entriesOf(entries, 'message.pin')
      .filter(isOptimistic)
      .map((entry) => [entry.command.messageId, entry]),
  )
}

function textAfter(change: Change | undefined, text: string | null): string | null {
  if (change === undefined || !isOptimistic(change) || text === null) return text
  return change.command.type === 'message.edit' ? change.command.text : null
}

function toPendingChange({ id, command, state }: Change): PendingChange {
  const edit = command.type === 'message.edit'
  return {
    kind: edit ? 'edit' : 'delete',
    commandId: id,
    text: edit ? command.text : '',
    delivery: toDelivery(state),
  }
}
