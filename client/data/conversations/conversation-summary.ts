import type {
  ConversationRow,
  DraftRow,
  MemberRow,
  MessageRow,
  ReadingRow,
  SettingRow,
} from '../../../shared/protocol/rows.ts'
import type { Draft, OutboxEntry, Upload } from '../../sync/database.ts'
import { groupBy } from '../group-by.ts'
import { toArrangement, type Arrangement } from './arrangement.ts'
import { findNewerDraft } from '../composing/newer-draft.ts'
import { toLine, toUploadKind } from '../messages/file-words.ts'
import { entriesOf, isOptimistic, isRefused, isUserAction, isWaiting, SENT, toDelivery } from '../outbox/pending.ts'
import type { FindPerson, Person } from '../people/person.ts'
import type { Receipt } from '../receipts/receipts.ts'

export type ConversationKind = ConversationRow['kind']

export interface LastMessage {
  author: Person
  mine: boolean
  /** Null once it was deleted. */
  text: string | null
  at: number
  delivery: Receipt
}

/** One conversation in the list. Archived ones are among them, and are for a list of their own. */
export interface ConversationSummary extends Arrangement {
  id: string
  kind: ConversationKind
  title: string
  /** The other person's, or of a group that has one. */
  pictureId: string | null
  /** The other person of a direct conversation. */
  other: Person | null
  /** Up to four members of a group, for its picture: those with a picture first, else the longest registered. */
  faces: readonly Person[]
  last: LastMessage | null
  /** What the list is sorted by, below what is pinned. */
  activeAt: number
  unread: number
  /** How many of the unread messages mention oneself. */
  mentions: number
  waiting: number
  refused: number
  /** Empty when nothing is begun. */
  draft: string
}

export interface SummaryInput {
  myId: string
  now: number
  conversations: readonly ConversationRow[]
  latest: readonly MessageRow[]
  /** Of each conversation the last message that one has not deleted for oneself; left out, that is the latest. */
  shown?: readonly MessageRow[]
  readings: readonly ReadingRow[]
  settings: readonly SettingRow[]
  /** My own memberships, and both of every direct conversation. */
  members: readonly MemberRow[]
  outbox: readonly OutboxEntry[]
  /** Files that are on their way; left out, there are none. */
  uploads?: readonly Upload[]
  drafts: readonly Draft[]
  keptDrafts: readonly DraftRow[]
  findPerson: FindPerson
  /** Of each group, whose pictures make up its own. */
  faces: ReadonlyMap<string, readonly string[]>
  /** How many of the messages after a conversation's read position are my own or deleted, for all or for me, where there are any. */
  uncounted: ReadonlyMap<string, number>
  /** How many of them mention me. */
  mentions: ReadonlyMap<string, number>
  /** How far the last message of a conversation has come, where it is my own. */
  receipts: ReadonlyMap<string, Receipt>
}

/**
 * Every conversation that one is in and does not mean to leave, those begun on this device included:
 * what is pinned first, then the last active.
 */
export function summarize(input: SummaryInput): ConversationSummary[] {
  const outbox = groupBy(input.outbox, (entry) => entry.conversationId)
  const members = groupBy(input.members, (row) => row.conversationId)
  const [latest, shown, drafts, keptDrafts, settings] = [
    byConversation(input.latest),
    byConversation(input.shown ?? input.latest),
    byConversation(input.drafts),
    byConversation(input.keptDrafts),
    byConversation(input.settings),
  ]
  const positions = readPositions(input.readings, input.outbox)

  const rows = [...input.conversations, ...begunHere(input)]
  const summaries = rows.flatMap((row) => {
    const mine = members.get(row.id)?.find((member) => member.userId === input.myId)
    const begun = row.seq === 0
    if (row.kind !== 'everyone' && !begun && (mine === undefined || mine.removed)) return []
    const entries = outbox.get(row.id) ?? []
    if (isLeaving(entries)) return []
    const other = row.kind === 'direct' ? findOther(input, members.get(row.id) ?? [], entries) : null
    const lastRow = latest.get(row.id)
    const last = findLast(input, shown.get(row.id), entries)
    const read = positions.get(row.id) ?? 0
    const lastN = lastRow?.n ?? 0
    const draft = findNewerDraft(drafts.get(row.id), keptDrafts.get(row.id))
    const summary: ConversationSummary = {
      ...toArrangement({ setting: settings.get(row.id), entries, lastN, now: input.now }),
      id: row.id,
      kind: row.kind,
      title: toTitle(row, entries, other),
      pictureId: other?.pictureId ?? toPictureId(row, entries),
      other,
      faces: (input.faces.get(row.id) ?? []).map(input.findPerson),
      last,
      activeAt: Math.max(last?.at ?? row.createdAt, lastRow?.sentAt ?? 0, draft?.changedAt ?? 0),
      unread: Math.max(0, lastN - read - (input.uncounted.get(row.id) ?? 0)),
      mentions: input.mentions.get(row.id) ?? 0,
      waiting: entries.filter((entry) => isUserAction(entry) && isWaiting(entry)).length,
      refused: entries.filter((entry) => isUserAction(entry) && isRefused(entry)).length,
      draft: draft?.text ?? '',
    }
    return [summary]
  })
  return summaries.sort(
    (a, b) => Number(b.pinned) - Number(a.pinned) || b.activeAt - a.activeAt || (a.id < b.id ? -1 : 1),
  )
}

/** Whether one means to leave, as far as nobody refused it. */
function isLeaving(entries: readonly OutboxEntry[]): boolean {
  return entries.some(
    (entry) =>
      isOptimistic(entry) &&
      (entry.command.type === 'member.leave' || ('forGood' in entry.command && entry.command.forGood)),
  )
}

/** Read positions, with those that still wait in the outbox. */
export function readPositions(
  readings: readonly ReadingRow[],
  outbox: readonly OutboxEntry[],
): ReadonlyMap<string, number> {
  const positions = new Map(readings.map((row) => [row.conversationId, row.n]))
  for (const { command } of entriesOf(outbox, 'read').filter(isOptimistic)) {
    positions.set(command.conversationId, Math.max(command.n, positions.get(command.conversationId) ?? 0))
  }
  return positions
}

/** The name of a conversation as this person sees it. */
export function toTitle(row: ConversationRow, entries: readonly OutboxEntry[], other: Person | null): string {
  switch (row.kind) {
    case 'everyone':
      return 'Everyone'
    case 'direct':
      return other?.name ?? 'Somebody'
    case 'group': {
      const rename = entriesOf(entries, 'group.rename').filter(isOptimistic).at(-1)
      return rename?.command.title ?? row.title ?? 'Group'
    }
  }
}

/** The picture of a group, with one that still waits in place. */
export function toPictureId(row: ConversationRow, entries: readonly OutboxEntry[]): string | null {
  const change = entriesOf(entries, 'group.picture').filter(isOptimistic).at(-1)
  if (change === undefined) return row.pictureId ?? null
  return change.command.picture === null ? null : change.id
}

/** Conversations that so far exist in the outbox only, as the rows that they will become; `seq` is 0. */
export function begunHere(input: {
  myId: string
  conversations: readonly ConversationRow[]
  outbox: readonly OutboxEntry[]
}): ConversationRow[] {
  const known = new Set(input.conversations.map((row) => row.id))
  const begun = new Map<string, ConversationRow>()
  for (const { command, queuedAt } of input.outbox) {
    if (command.type !== 'direct.create' && command.type !== 'group.create') continue
    if (known.has(command.conversationId)) continue
    const group = command.type === 'group.create'
    begun.set(command.conversationId, {
      type: 'conversation',
      seq: 0,
      id: command.conversationId,
      kind: group ? 'group' : 'direct',
      title: group ? command.title : null,
      creatorId: group ? input.myId : null,
      createdAt: queuedAt,
    })
  }
  return [...begun.values()]
}

function findOther(
  { myId, findPerson }: Pick<SummaryInput, 'myId' | 'findPerson'>,
  members: readonly MemberRow[],
  entries: readonly OutboxEntry[],
): Person | null {
  const otherId =
    members.find((member) => member.userId !== myId)?.userId ??
    entriesOf(entries, 'direct.create').at(0)?.command.userId
  return otherId === undefined ? null : findPerson(otherId)
}

function findLast(
  { myId, findPerson, receipts, uploads = [] }: SummaryInput,
  row: MessageRow | undefined,
  entries: readonly OutboxEntry[],
): LastMessage | null {
  const pending = entriesOf(entries, 'message.send').at(-1)
  if (pending !== undefined && pending.id !== row?.id) {
    return {
      author: findPerson(myId),
      mine: true,
      text: toLine(
        textAfterChanges(pending.id, pending.command.text, entries),
        uploads
          .filter(({ messageId }) => messageId === pending.id)
          .map((upload) => ({ kind: toUploadKind(upload), name: upload.name })),
      ),
      at: pending.command.writtenAt,
      delivery: toDelivery(pending.state),
    }
  }
  if (row === undefined) return null
  return {
    author: findPerson(row.authorId),
    mine: row.authorId === myId,
    text: toLine(textAfterChanges(row.id, row.text, entries), row.files),
    at: row.sentAt,
    delivery: receipts.get(row.conversationId) ?? SENT,
  }
}

function textAfterChanges(messageId: string, text: string | null, entries: readonly OutboxEntry[]): string | null {
  for (const { command, state } of entries) {
    if (state.kind === 'refused') continue
    if (command.type === 'message.edit' && command.messageId === messageId && text !== null) text = command.text
    if (command.type === 'message.delete' && command.messageId === messageId) text = null
  }
  return text
}

function byConversation<Row extends { conversationId: string }>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.conversationId, row]))
}
