import type { MemberRow, MessageRow, Row } from '../../shared/protocol/rows.ts'
import type { OutboxEntry } from './database.ts'
import type { ClientTables, RowTable } from './tables.ts'

/*
 * Apply: rows and the new cursor, in one transaction, or nothing.
 *
 *   from is not the cursor      →  nothing is applied: `old` if we are past it, else a `gap`
 *   from is 0                   →  a first pull begins: what was here gives way to it
 *   a membership of mine began  →  what I held of the conversation is void, the page brings it anew
 *   a membership of mine ended  →  the conversation goes
 *   any other row               →  it replaces the row of its key, unless that is newer
 *   the cursor reached `seq`    →  the outbox entry accepted there has its rows here, and goes
 *
 * Applying twice changes nothing. Memberships of mine are taken first, whatever their place in the
 * page: the rows beside them are of the same snapshot.
 */

/** A page of a pull or a live frame. `next` is set while a first pull has more pages. */
export interface Change {
  epoch: string
  from: number
  to: number
  next: string | null
  rows: readonly Row[]
}

/** Applies a change if it starts where this device stands, and says whether it did. After a `gap` the caller pulls. */
export async function applyChange(
  tables: ClientTables,
  me: string,
  change: Change,
): Promise<'applied' | 'old' | 'gap'> {
  const position = await tables.getPosition()
  if (position.epoch !== '' && change.epoch !== position.epoch) return 'gap'
  if (change.from !== position.cursor) return change.to <= position.cursor ? 'old' : 'gap'
  if (change.from === 0 && position.next === null) await clearRows(tables)
  await applyRows(tables, me, change.rows)
  await removeArrived(tables, change.to)
  await tables.setPosition({ ...position, epoch: change.epoch, cursor: change.to, next: change.next })
  return 'applied'
}

async function clearRows(tables: ClientTables): Promise<void> {
  const { users, conversations, members, messages, latest, readings } = tables
  for (const table of [users, conversations, members, messages, latest, readings]) await table.clear()
}

async function applyRows(tables: ClientTables, me: string, rows: readonly Row[]): Promise<void> {
  const members = ofType(rows, 'member')
  await applyOwnMemberships(
    tables,
    members.filter((row) => row.userId === me),
  )
  await applyOtherMembers(
    tables,
    members.filter((row) => row.userId !== me),
  )
  await putNewer(tables.users, ofType(rows, 'user'), (row) => row.id)
  await putNewer(tables.conversations, ofType(rows, 'conversation'), (row) => row.id)
  await putNewer(tables.readings, ofType(rows, 'reading'), (row) => row.conversationId)
  await putMessages(tables, ofType(rows, 'message'))
}

async function applyOwnMemberships(tables: ClientTables, rows: readonly MemberRow[]): Promise<void> {
  if (rows.length === 0) return
  const held = await tables.members.bulkGet(rows.map(memberKey))
  for (const [index, row] of rows.entries()) {
    const before = held[index]
    if (before !== undefined && (row.removed || before.since !== row.since)) {
      await tables.purgeConversation(row.conversationId)
    }
  }
  await tables.members.bulkPut(rows.filter((row) => !row.removed))
}

/** In a burst of frames somebody may come and go, or go and come: the last word counts. */
async function applyOtherMembers(tables: ClientTables, rows: readonly MemberRow[]): Promise<void> {
  const last = new Map(rows.map((row) => [memberKey(row).join(), row]))
  const newer = await listNewer(tables.members, [...last.values()], memberKey)
  await tables.members.bulkDelete(newer.filter((row) => row.removed).map(memberKey))
  await tables.members.bulkPut(newer.filter((row) => !row.removed))
}

/** Stores messages, from the log or from history, and keeps each conversation's latest beside them. */
export async function putMessages(tables: ClientTables, rows: readonly MessageRow[]): Promise<void> {
  if (rows.length === 0) return
  await putNewer(tables.messages, rows, (row) => row.id)
  const newest = new Map<string, MessageRow>()
  for (const row of rows) {
    if (row.n >= (newest.get(row.conversationId)?.n ?? 0)) newest.set(row.conversationId, row)
  }
  const latest = await tables.latest.bulkGet([...newest.keys()])
  await tables.latest.bulkPut(
    [...newest.values()].filter((row, index) => {
      const before = latest[index]
      return before === undefined || row.n > before.n || (row.n === before.n && row.seq > before.seq)
    }),
  )
}

async function putNewer<R extends Row, Key>(
  table: RowTable<R, Key>,
  rows: readonly R[],
  keyOf: (row: R) => Key,
): Promise<void> {
  if (rows.length > 0) await table.bulkPut(await listNewer(table, rows, keyOf))
}

/** A row older than the one held comes from a page that was overtaken, and changes nothing. */
async function listNewer<R extends Row, Key>(
  table: RowTable<R, Key>,
  rows: readonly R[],
  keyOf: (row: R) => Key,
): Promise<R[]> {
  const held = await table.bulkGet(rows.map(keyOf))
  return rows.filter((row, index) => row.seq > (held[index]?.seq ?? -1))
}

async function removeArrived(tables: ClientTables, cursor: number): Promise<void> {
  const entries = await tables.outbox.toArray()
  const arrived = entries.filter(({ state }) => state.kind === 'accepted' && state.seq <= cursor)
  if (arrived.length > 0) await tables.outbox.bulkDelete(arrived.map((entry: OutboxEntry) => entry.position))
}

function ofType<Type extends Row['type']>(rows: readonly Row[], type: Type): Extract<Row, { type: Type }>[] {
  return rows.filter((row): row is Extract<Row, { type: Type }> => row.type === type)
}

function memberKey(row: MemberRow): [string, string] {
  return [row.conversationId, row.userId]
}
