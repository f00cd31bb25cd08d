import { Dexie, type Observable } from 'dexie'
import { HISTORY_PAGE_MESSAGES } from '../../../shared/protocol/limits.ts'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import type { ClientDatabase, OutboxEntry } from '../../sync/database.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { entriesOf } from '../outbox/pending.ts'
import { listRelatedEntries } from '../outbox/related-entries.ts'
import { createFindPerson } from '../people/person.ts'
import type { Session } from '../session.ts'
import { fetchBefore } from '../timeline/fetch-history.ts'
import { listReplies } from './find-replies.ts'
import { findHidden } from './hidden.ts'
import { findUploads } from './find-uploads.ts'
import { mergeMessages, type MessageView } from './message-view.ts'

/** A message and all that answers it, and what answers that, as far as this device holds them. */
export interface ReplyChain {
  /** What it begins with, as far as this device holds it, shown or not; null where the message is not on this device. */
  rootId: string | null
  /** By place in the conversation, what is on its way last. */
  messages: MessageView[]
  /** What the topmost of them answers, where that is not on this device. */
  above: { messageId: string; n: number } | null
  /** So many messages since the topmost are not on this device: there may be answers among them. */
  missing: number
}

/** The chain that a message belongs to. */
export function watchReplyChain(
  { db, account }: Session,
  conversationId: string,
  messageId: string,
): Observable<ReplyChain> {
  const myId = account.userId
  return liveQuery(async () => {
    const entries = await listRelatedEntries(db, conversationId)
    const { id: rootId, row: top } = await climb(db, entries, messageId)
    if (top === undefined && entriesOf(entries, 'message.send').every(({ id }) => id !== rootId)) return NOTHING
    const replies = top === undefined ? [] : [top, ...(await listReplies(db, [rootId]))]
    const rows = replies.sort((one, other) => one.n - other.n)
    const ids = listWithPending(rootId, rows, entries)
    const named = new Set([myId, ...rows.flatMap((row) => [row.authorId, ...row.mentions])])
    const reactions = await db.reactions
      .where('messageId')
      .anyOf([...ids])
      .toArray()
    for (const { userId } of reactions) named.add(userId)
    const users = await db.users.bulkGet([...named])
    const findPerson = createFindPerson(
      users.filter((user) => user !== undefined),
      entries,
      myId,
    )
    const hidden = await findHidden(db, conversationId, entries)
    const uploads = await findUploads(db, conversationId)
    const messages = mergeMessages({ myId, rows, entries, findPerson, reactions, hidden, uploads })
    return {
      rootId,
      messages: messages.filter((message) => ids.has(message.id) && !message.hidden),
      above: top?.replyTo ?? null,
      missing: top === undefined ? 0 : await countMissing(db, top),
    }
  })
}

const NOTHING: ReplyChain = { rootId: null, messages: [], above: null, missing: 0 }

/** From a message up to the first one that answers nothing, or that answers what is not here; that may be on its way. */
async function climb(
  db: ClientDatabase,
  entries: readonly OutboxEntry[],
  messageId: string,
): Promise<{ id: string; row: MessageRow | undefined }> {
  const sending = entriesOf(entries, 'message.send')
  let id = messageId
  for (let entry; (entry = sending.find((one) => one.id === id)) !== undefined;) {
    if (entry.command.replyToId === null) break
    id = entry.command.replyToId
  }
  let top = await db.messages.get(id)
  while (top !== undefined && top.replyTo !== null) {
    const above = await db.messages.get(top.replyTo.messageId)
    // What answers stands below what it answers: this ends.
    if (above === undefined || above.n >= top.n) break
    top = above
  }
  return { id: top?.id ?? id, row: top }
}

function listWithPending(
  rootId: string,
  rows: readonly MessageRow[],
  entries: readonly OutboxEntry[],
): ReadonlySet<string> {
  const ids = new Set([rootId, ...rows.map((row) => row.id)])
  for (const { id, command } of entriesOf(entries, 'message.send')) {
    if (command.replyToId !== null && ids.has(command.replyToId)) ids.add(id)
  }
  return ids
}

async function countMissing(db: ClientDatabase, top: MessageRow): Promise<number> {
  const latest = await db.latest.get(top.conversationId)
  const held = await since(db, top.conversationId, top.n).count()
  return Math.max(0, (latest?.n ?? top.n) - top.n + 1 - held)
}

function since(db: ClientDatabase, conversationId: string, n: number) {
  return db.messages.where('[conversationId+n]').between([conversationId, n], [conversationId, Dexie.maxKey])
}

export type Looked = 'whole' | 'more' | 'offline' | 'refused'

/** Fetches what is missing of a chain, so many pages at most: first what stands above, then what may hold answers. */
export async function fetchChain(
  session: Session,
  conversationId: string,
  messageId: string,
  pagesMax: number,
): Promise<Looked> {
  let last: number | null = null
  for (let pages = 0; ; pages += 1) {
    const before = await findMissing(session.db, conversationId, messageId)
    // A server that has no more of it would be asked for ever.
    if (before === null || before === last) return 'whole'
    if (pages === pagesMax) return 'more'
    const outcome = await fetchBefore(session, conversationId, before)
    if (outcome !== 'loaded') return outcome
    last = before
  }
}

/** Below which message something is missing of the chain; null when nothing is. */
async function findMissing(db: ClientDatabase, conversationId: string, messageId: string): Promise<number | null> {
  const { row: top } = await climb(db, await listRelatedEntries(db, conversationId), messageId)
  if (top === undefined) return null
  if (top.replyTo !== null) return top.replyTo.n + HISTORY_PAGE_MESSAGES / 2
  if ((await countMissing(db, top)) === 0) return null
  const keys = await since(db, conversationId, top.n).keys()
  const numbers = keys.map((key) => (Array.isArray(key) ? Number(key[1]) : 0))
  return numbers.findLast((n, index) => n > (numbers[index - 1] ?? top.n - 1) + 1) ?? null
}
