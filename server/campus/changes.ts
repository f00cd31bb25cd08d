import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { Database } from '../store/schema.ts'
import { addressAnnotation, fromPersonal, toAnnotationRow } from './annotations.ts'
import { fromBlock, fromRequest } from './contacts.ts'
import { addressEvent, toEventRow } from './events.ts'
import { createIntroductions, listStrangers, loadCircles, loadUsers, toCircle } from './introductions.ts'
import {
  fromConversation,
  fromHidden,
  fromMember,
  fromPreference,
  fromReading,
  fromStanding,
  fromUser,
} from './records.ts'
import { fromReceipt } from './receipts.ts'
import type { LogRow } from './types.ts'
import { addressMessage } from './withheld.ts'

/** Every row that changed after `from`, in order, at most `limit` of each table. */
export async function loadChanges(db: Database, from: number, limit: number): Promise<LogRow[]> {
  const users = await db.selectFrom('user').selectAll().where('seq', '>', from).limit(limit).execute()
  const conversations = await db.selectFrom('conversation').selectAll().where('seq', '>', from).limit(limit).execute()
  const members = await db.selectFrom('member').selectAll().where('seq', '>', from).limit(limit).execute()
  const messages = await db.selectFrom('message').selectAll().where('seq', '>', from).limit(limit).execute()
  const annotations = await db
    .selectFrom('annotation')
    .selectAll()
    .where('seq', '>', from)
    .where('kind', 'in', ['revision', 'reaction'])
    .limit(limit)
    .execute()
  const events = await db.selectFrom('event').selectAll().where('seq', '>', from).limit(limit).execute()
  const receipts = await db.selectFrom('receipt').selectAll().where('seq', '>', from).limit(limit).execute()
  const personal = await db.selectFrom('personal').selectAll().where('seq', '>', from).limit(limit).execute()
  const hidden = await db.selectFrom('hidden_message').selectAll().where('seq', '>', from).limit(limit).execute()
  const preferences = await db.selectFrom('preference').selectAll().where('seq', '>', from).limit(limit).execute()
  const standings = await db.selectFrom('standing').selectAll().where('seq', '>', from).limit(limit).execute()
  const blocks = await db.selectFrom('block').selectAll().where('seq', '>', from).limit(limit).execute()
  const requests = await db.selectFrom('contact_request').selectAll().where('seq', '>', from).limit(limit).execute()
  const readings = await db.selectFrom('reading').selectAll().where('seq', '>', from).limit(limit).execute()
  const everyone = await db
    .selectFrom('conversation')
    .select('crowded')
    .where('id', '=', EVERYONE_ID)
    .executeTakeFirst()
  const rows = [
    ...users.map((user) => fromUser(user)),
    ...conversations.map(fromConversation),
    ...members.map(fromMember),
    ...messages.flatMap(addressMessage),
    ...readings.map(fromReading),
    ...annotations.flatMap((record) => addressAnnotation(toAnnotationRow(record), record.withheld_from)),
    ...events.map((record) => addressEvent(toEventRow(record))),
    ...receipts.flatMap(fromReceipt).filter(({ row }) => row.seq > from),
    ...personal.map(fromPersonal),
    ...hidden.map(fromHidden),
    ...preferences.map(fromPreference),
    ...standings.map(fromStanding),
    ...blocks.map(fromBlock),
    ...requests.flatMap(fromRequest),
  ].sort((one, other) => one.row.seq - other.row.seq)
  return everyone?.crowded === 1 ? introduceAll(db, rows) : rows
}

/** In a crowd: who somebody is only for their circle, and with each row whom it names. */
async function introduceAll(db: Database, rows: readonly LogRow[]): Promise<LogRow[]> {
  const changed = rows.flatMap(({ row }) => (row.type === 'user' ? [row.id] : []))
  const circles = new Map<string, string[]>()
  for (const { user_id, conversation_id } of await loadCircles(db, new Set(changed))) {
    circles.set(user_id, [...(circles.get(user_id) ?? []), conversation_id])
  }
  const users = await loadUsers(db, rows.flatMap(listStrangers))
  const introduce = createIntroductions(true, (userId) => users.get(userId))
  return rows.flatMap(({ row, audience }) =>
    introduce({ row, audience: row.type === 'user' ? toCircle(row.id, circles) : audience }),
  )
}
