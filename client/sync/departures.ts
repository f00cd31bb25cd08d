import type { MemberRow } from '../../shared/protocol/rows.ts'
import type { Departure } from './database.ts'
import type { ClientTables } from './tables.ts'

/*
 * A group goes from the device with the membership. What is left is who ended it and when, as the tombstone says, and what
 * was begun there on another device; what was begun here, and what waits to be sent, stays by itself. It is kept until it is
 * dismissed.
 */

/** Notes that a membership of one's own ended, before the conversation goes; of what was not here there is nothing to tell. */
export async function noteDeparture(tables: ClientTables, row: MemberRow): Promise<void> {
  const { conversationId, removedBy, removedAt } = row
  const departure = await toDeparture(tables, conversationId)
  if (departure === undefined) return
  await tables.departures.bulkPut([{ ...departure, byId: removedBy ?? null, at: removedAt ?? null, isCertain: true }])
}

/**
 * The rows give way to those of a first pull, which tells nothing of memberships that ended meanwhile: what does not come
 * back with it one is not in any more.
 */
export async function noteMissing(tables: ClientTables): Promise<void> {
  const groups = (await tables.conversations.toArray()).filter(({ kind }) => kind === 'group')
  const missing = await Promise.all(groups.map(({ id }) => toDeparture(tables, id)))
  const departures = missing.filter((one) => one !== undefined)
  if (departures.length > 0) await tables.departures.bulkPut(departures)
}

async function toDeparture(tables: ClientTables, conversationId: string): Promise<Departure | undefined> {
  const [conversation] = await tables.conversations.bulkGet([conversationId])
  if (conversation?.kind !== 'group') return undefined
  const [draft] = await tables.keptDrafts.bulkGet([conversationId])
  const begun = { text: draft?.text ?? '', begunAt: draft?.changedAt ?? 0 }
  return { conversationId, title: conversation.title ?? '', byId: null, at: null, isCertain: false, ...begun }
}
