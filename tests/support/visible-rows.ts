import { fromConversation, fromMember, fromMessage, fromReading, fromUser } from '../../server/log/records.ts'
import type { Store } from '../../server/store/store.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { Row } from '../../shared/protocol/rows.ts'
import { keyOf } from './device.ts'

/** What somebody may see, said as plainly as it can be: everything in the tables, sifted in memory. */
export async function listVisibleRows(store: Store, userId: string): Promise<Map<string, Row>> {
  const { db } = store
  const members = await db.selectFrom('member').selectAll().where('removed', '=', 0).execute()
  const own = new Set([EVERYONE_ID])
  for (const member of members) if (member.user_id === userId) own.add(member.conversation_id)
  const users = await db.selectFrom('user').selectAll().execute()
  const conversations = await db.selectFrom('conversation').selectAll().execute()
  const messages = await db.selectFrom('message').selectAll().execute()
  const readings = await db.selectFrom('reading').selectAll().where('user_id', '=', userId).execute()
  const rows: Row[] = [
    ...users.map((user) => fromUser(user).row),
    ...conversations.filter(({ id }) => own.has(id)).map((conversation) => fromConversation(conversation).row),
    ...members.filter((member) => own.has(member.conversation_id)).map((member) => fromMember(member).row),
    ...messages.filter((message) => own.has(message.conversation_id)).map((message) => fromMessage(message).row),
    ...readings.filter((reading) => own.has(reading.conversation_id)).map((reading) => fromReading(reading).row),
  ]
  return new Map(rows.map((row) => [keyOf(row), row]))
}
