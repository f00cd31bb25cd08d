import type { Database } from '../store/schema.ts'
import { addressAnnotation, fromPersonal, toAnnotationRow } from './annotations.ts'
import { addressEvent, toEventRow } from './events.ts'
import {
  fromConversation,
  fromHidden,
  fromMember,
  fromMessage,
  fromPreference,
  fromReading,
  fromUser,
} from './records.ts'
import { fromReceipt } from './receipts.ts'
import type { LogRow } from './types.ts'

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
  const readings = await db.selectFrom('reading').selectAll().where('seq', '>', from).limit(limit).execute()
  return [
    ...users.map(fromUser),
    ...conversations.map(fromConversation),
    ...members.map(fromMember),
    ...messages.map(fromMessage),
    ...readings.map(fromReading),
    ...annotations.map((record) => addressAnnotation(toAnnotationRow(record))),
    ...events.map((record) => addressEvent(toEventRow(record))),
    ...receipts.flatMap(fromReceipt).filter(({ row }) => row.seq > from),
    ...personal.map(fromPersonal),
    ...hidden.map(fromHidden),
    ...preferences.map(fromPreference),
  ].sort((one, other) => one.row.seq - other.row.seq)
}
