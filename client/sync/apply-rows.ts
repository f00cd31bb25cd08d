import type { FetchedHistory } from './api.ts'
import type {
  ConversationRow,
  EventRow,
  LiveRow,
  MemberRow,
  MessageRow,
  PreferenceRow,
  ReactionRow,
  ReceiptsRow,
  RevisionRow,
  Row,
  UserRow,
} from '../../shared/protocol/rows.ts'
import { closeHoles, noteHoles, openHoles, toBareHole } from './holes.ts'
import type { LeftOut, RowTable } from './log/kind.ts'
import { noteDeparture, noteMissing } from './departures.ts'
import { noteDeparted } from './offer-groups.ts'
import { applyReceipts } from './apply-receipts.ts'
import { toDroppedFiles } from './files/dropped-files.ts'
import type { ClientTables } from './tables.ts'

/*
 * How rows of the campus are stored, besides what holds for every log (see log/apply.ts):
 *
 *   a membership of mine began  →  what I held of the conversation is void, the page brings it anew
 *   a membership of mine ended  →  the conversation goes, and what is left of it is noted (departures.ts)
 *   "seen" is switched off      →  what anybody has seen goes
 *
 * Tombstones of reactions and drafts stay, because history may still bring what was before them. Memberships of mine
 * are taken first, wherever they are in the page: the rows beside them are of the same snapshot.
 */

/** Stores rows, each unless a newer one is held; of a first pull nothing is held, and nothing is looked up. */
export async function applyRows(
  tables: ClientTables,
  me: string,
  rows: readonly LiveRow[],
  isFirst: boolean,
  holes: readonly LeftOut[],
): Promise<void> {
  const receipts = rows.filter((row) => row.type === 'receipts')
  const formerMembers = await listFormerMembers(tables, rows, receipts)
  await putRows(
    tables,
    me,
    rows.filter((row) => row.type !== 'receipts'),
    { put: isFirst ? putAll : putNewer, holes },
  )
  // In the order of the log, and after the memberships that they name.
  for (const row of receipts) await applyReceipts(tables, row, formerMembers)
}

/** Members that may be none any more after a burst, in which receipts name them: who was one before it, and whose rows it brings. */
async function listFormerMembers(
  tables: ClientTables,
  rows: readonly LiveRow[],
  receipts: readonly ReceiptsRow[],
): Promise<MemberRow[]> {
  const withReceipts = new Set(receipts.map((row) => row.conversationId))
  const changing = rows.filter((row) => row.type === 'member').filter((row) => withReceipts.has(row.conversationId))
  const before: MemberRow[] = []
  for (const id of new Set(changing.map((row) => row.conversationId))) before.push(...(await tables.listMembers(id)))
  return [...before, ...changing]
}

/** Keeps a page of history, which comes outside the log; of one that leaves out what is newer, what is not here as it says. */
export async function applyHistory(
  tables: ClientTables,
  me: string,
  { rows, isOlder = false }: Pick<FetchedHistory, 'rows' | 'isOlder'>,
): Promise<void> {
  const put = isOlder ? putLater : putNewer
  const messages = ofType(rows, 'message')
  await putMessages({ ...tables, messages: await lookOnce(tables, messages) }, me, messages, put)
  await put(tables.reactions, ofType(rows, 'reaction'), reactionKey)
  await put(tables.revisions, ofType(rows, 'revision'), revisionKey)
  await put(tables.events, ofType(rows, 'event'), eventKey)
  await closeHoles(tables, messages)
}

/**
 * The table of messages for a page of history. What is held of a page lies between its first and its last number, and is
 * read at once, not message by message: in a hole that is next to nothing.
 */
async function lookOnce(tables: ClientTables, page: readonly MessageRow[]): Promise<ClientTables['messages']> {
  const [first, last] = [page.at(0), page.at(-1)]
  if (first === undefined || last === undefined) return tables.messages
  const rows = await tables.listMessagesBetween(first.conversationId, first.n - 1, last.n + 1)
  const held = new Map(rows.map((row) => [row.id, row]))
  return { ...tables.messages, bulkGet: async (ids) => ids.map((id) => held.get(id)) }
}

/** Makes room for a first pull; what waits to be sent, what is typed and pictures stay. */
export async function clearRows(tables: ClientTables): Promise<void> {
  await noteMissing(tables)
  const { users, conversations, members, messages, latest, revisions, reactions, mentions } = tables
  const { events, deliveries, seens, readings, settings, keptDrafts, preferences, standings, hiddens, holes } = tables
  for (const table of [users, conversations, members, messages, latest, revisions, reactions, mentions, hiddens]) {
    await table.clear()
  }
  for (const table of [events, deliveries, seens, readings, settings, keptDrafts, preferences, standings, holes]) {
    await table.clear()
  }
  for (const table of [tables.blocks, tables.requests]) await table.clear()
}

/** Stores rows, and returns those that it stored. */
type Put = <R extends Row, Key>(
  table: RowTable<R, Key>,
  rows: readonly R[],
  keyOf: (row: R) => Key,
  /** What is held of these, where that was looked up already. */
  held?: readonly (R | undefined)[],
) => Promise<readonly R[]>

async function putRows(
  tables: ClientTables,
  me: string,
  rows: readonly Row[],
  { put, holes }: { put: Put; holes: readonly LeftOut[] },
): Promise<void> {
  const members = ofType(rows, 'member')
  await applyOwnMemberships(
    tables,
    members.filter((row) => row.userId === me),
  )
  // After a membership that began anew, which takes along what was left out of the one before.
  await openHoles(tables, holes)
  await applyOtherMembers(
    tables,
    members.filter((row) => row.userId !== me),
    put,
  )
  await putPictured(tables, tables.users, ofType(rows, 'user'), put)
  await putPictured(tables, tables.conversations, ofType(rows, 'conversation'), put)
  await put(tables.readings, ofType(rows, 'reading'), inConversation)
  await put(tables.settings, ofType(rows, 'setting'), inConversation)
  await put(tables.keptDrafts, ofType(rows, 'draft'), inConversation)
  const bare = await putMessages(tables, me, ofType(rows, 'message'), put)
  await noteHoles(tables, bare.map(toBareHole))
  await put(tables.hiddens, ofType(rows, 'hidden'), (row) => row.messageId)
  await put(tables.reactions, ofType(rows, 'reaction'), reactionKey)
  await put(tables.revisions, ofType(rows, 'revision'), revisionKey)
  await put(tables.events, ofType(rows, 'event'), eventKey)
  await put(tables.deliveries, ofType(rows, 'delivery'), memberKey)
  await applyPreference(tables, ofType(rows, 'preference'), put)
  await put(tables.standings, ofType(rows, 'standing'), (row) => row.type)
  await put(tables.blocks, ofType(rows, 'block'), (row) => row.userId)
  await put(tables.requests, ofType(rows, 'request'), inConversation)
  await put(tables.seens, ofType(rows, 'seen'), memberKey)
}

async function applyOwnMemberships(tables: ClientTables, rows: readonly MemberRow[]): Promise<void> {
  if (rows.length === 0) return
  const held = await tables.members.bulkGet(rows.map(memberKey))
  for (const [index, row] of rows.entries()) {
    const before = held[index]
    if (row.removed) await noteDeparture(tables, row)
    if (row.removed || (before !== undefined && before.since !== row.since)) {
      const [conversation] = await tables.conversations.bulkGet([row.conversationId])
      if (conversation?.pictureId !== undefined) await tables.pictures.bulkDelete([conversation.pictureId])
      await tables.purgeConversation(row.conversationId)
    }
  }
  const begun = rows.filter((row) => !row.removed)
  await tables.members.bulkPut(begun)
  await tables.departures.bulkDelete(begun.map((row) => row.conversationId))
}

/** In a burst of frames somebody may come and go, or go and come: the last word counts. */
async function applyOtherMembers(tables: ClientTables, rows: readonly MemberRow[], put: Put): Promise<void> {
  const last = new Map(rows.map((row) => [memberKey(row).join(), row]))
  const stored = await put(tables.members, [...last.values()], memberKey)
  const gone = stored.filter((row) => row.removed)
  if (gone.length > 0) await tables.members.bulkDelete(gone.map(memberKey))
  await noteDeparted(tables, gone)
}

/** A picture that was replaced is not shown any more. */
export async function putPictured<R extends UserRow | ConversationRow>(
  tables: ClientTables,
  table: RowTable<R, string>,
  rows: readonly R[],
  put: Put,
): Promise<void> {
  if (rows.length === 0) return
  const held = put === putAll ? [] : await table.bulkGet(rows.map((row) => row.id))
  const stored = new Map((await put(table, rows, (row) => row.id)).map((row) => [row.id, row]))
  const replaced = held.flatMap((row) => {
    const now = row === undefined ? undefined : stored.get(row.id)
    const pictureId = row?.pictureId ?? null
    return pictureId !== null && now !== undefined && now.pictureId !== pictureId ? [pictureId] : []
  })
  if (replaced.length > 0) await tables.pictures.bulkDelete(replaced)
}

/**
 * Keeps each conversation's latest message beside the messages, and where others mention me. Returns those below the
 * latest that were not here.
 */
async function putMessages(
  tables: ClientTables,
  me: string,
  rows: readonly MessageRow[],
  put: Put,
): Promise<readonly MessageRow[]> {
  if (rows.length === 0) return []
  await noteDropped(tables, rows, put)
  const newest = new Map<string, MessageRow>()
  for (const row of rows) {
    if (row.n >= (newest.get(row.conversationId)?.n ?? 0)) newest.set(row.conversationId, row)
  }
  const latest = await tables.latest.bulkGet([...newest.keys()])
  const lastN = new Map(latest.flatMap((row) => (row === undefined ? [] : [[row.conversationId, row.n]])))
  // Beyond the last message that is held none is, so there is nothing to look up: most of what comes live is there.
  const isBeyond = ({ conversationId, n }: MessageRow) => n > (lastN.get(conversationId) ?? Infinity)
  const [beyond, others] = [rows.filter(isBeyond), rows.filter((row) => !isBeyond(row))]
  const held = put === putAll || others.length === 0 ? [] : await tables.messages.bulkGet(others.map(({ id }) => id))
  const stored = [
    ...(await put(tables.messages, others, (row) => row.id, held)),
    ...(await putAll(tables.messages, lastOfEach(beyond), (row) => row.id)),
  ]
  await putMentions(tables, me, stored)
  await tables.latest.bulkPut(
    [...newest.values()].filter((row, index) => {
      const before = latest[index]
      if (before === undefined || row.n > before.n) return true
      return row.n === before.n && (put === putLater ? row.seq > before.seq : row.seq >= before.seq)
    }),
  )
  // Of a conversation of which nothing was held, or at a first pull, the newest come whole.
  const isHere = new Set(held.flatMap((row) => (row === undefined ? [] : [row.id])))
  return put === putAll
    ? []
    : others.filter(({ id, conversationId, n }) => !isHere.has(id) && n < (lastN.get(conversationId) ?? 0))
}

/** A burst may bring a message and what became of it, in this order. */
function lastOfEach(rows: readonly MessageRow[]): MessageRow[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()]
}

/** What a message carried goes with it. */
async function noteDropped(tables: ClientTables, rows: readonly MessageRow[], put: Put): Promise<void> {
  const deleted = put === putAll ? [] : rows.filter(({ text }) => text === null)
  if (deleted.length === 0) return
  const held = await tables.messages.bulkGet(deleted.map(({ id }) => id))
  const dropped = held.flatMap((row) => (row === undefined ? [] : toDroppedFiles(row)))
  if (dropped.length > 0) await tables.droppedFiles.bulkPut(dropped)
}

async function putMentions(tables: ClientTables, me: string, rows: readonly MessageRow[]): Promise<void> {
  const last = new Map(rows.map((row) => [row.id, row]))
  const others = [...last.values()].filter((row) => row.authorId !== me)
  const isMention = (row: MessageRow) => row.text !== null && (row.mentionsAll || row.mentions.includes(me))
  // Only a change takes a mention away.
  const gone = others.filter((row) => (row.editedAt !== null || row.text === null) && !isMention(row))
  const mentions = others.filter(isMention).map(({ conversationId, n, id }) => ({ conversationId, n, messageId: id }))
  if (gone.length > 0) await tables.mentions.bulkDelete(gone.map((row) => [row.conversationId, row.n]))
  if (mentions.length > 0) await tables.mentions.bulkPut(mentions)
}

/** Whoever does not let others know what they have seen does not get it of others; switched on again, all of it comes anew. */
async function applyPreference(tables: ClientTables, rows: readonly PreferenceRow[], put: Put): Promise<void> {
  const stored = await put(tables.preferences, rows, (row) => row.type)
  if (stored.at(-1)?.seen === false) await tables.seens.clear()
}

/** A row older than the one held comes from a page that was overtaken, and changes nothing. */
const putNewer: Put = async (table, rows, keyOf, held) =>
  // The same row again may be held as an older version of the app stored it.
  putWhere(table, rows, held ?? (await findHeld(table, rows, keyOf)), (seq, heldSeq) => seq >= heldSeq)

/** The same row again may be held whole, and come without what its server does not know. */
const putLater: Put = async (table, rows, keyOf, held) =>
  putWhere(table, rows, held ?? (await findHeld(table, rows, keyOf)), (seq, heldSeq) => seq > heldSeq)

async function findHeld<R, Key>(
  table: RowTable<R, Key>,
  rows: readonly R[],
  keyOf: (row: R) => Key,
): Promise<readonly (R | undefined)[]> {
  return rows.length === 0 ? [] : table.bulkGet(rows.map(keyOf))
}

async function putWhere<R extends Row, Key>(
  table: RowTable<R, Key>,
  rows: readonly R[],
  held: readonly (R | undefined)[],
  isTaken: (seq: number, heldSeq: number) => boolean,
): Promise<readonly R[]> {
  if (rows.length === 0) return []
  const taken = rows.filter((row, index) => isTaken(row.seq, held[index]?.seq ?? -1))
  await table.bulkPut(taken)
  return taken
}

const putAll: Put = async (table, rows) => {
  if (rows.length > 0) await table.bulkPut(rows)
  return rows
}

function ofType<R extends Row, Type extends R['type']>(rows: readonly R[], type: Type): Extract<R, { type: Type }>[] {
  return rows.filter((row): row is Extract<R, { type: Type }> => row.type === type)
}

function memberKey(row: { conversationId: string; userId: string }): [string, string] {
  return [row.conversationId, row.userId]
}

function reactionKey(row: ReactionRow): [string, string] {
  return [row.messageId, row.userId]
}

function eventKey(row: EventRow): [string, string] {
  return [row.conversationId, row.id]
}

function revisionKey(row: RevisionRow): [string, number] {
  return [row.messageId, row.k]
}

function inConversation(row: { conversationId: string }): string {
  return row.conversationId
}
