import { fromConversation, fromMember, fromMessage, fromReading, fromUser } from '../../server/log/records.ts'
import type { Store } from '../../server/store/store.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { Row } from '../../shared/protocol/rows.ts'
import type { Device } from './device.ts'

/** Everything a user may see, straight from the tables: what the devices are held against. */
export interface Visible {
  users: Map<string, Row>
  conversations: Map<string, Row>
  members: Map<string, Row>
  messages: Map<string, Row>
  readings: Map<string, Row>
}

export async function loadVisible(store: Store, userId: string): Promise<Visible> {
  const members = await store.db.selectFrom('member').selectAll().where('removed', '=', 0).execute()
  const mine = new Set([
    EVERYONE_ID,
    ...members.filter((one) => one.user_id === userId).map((one) => one.conversation_id),
  ])
  const users = await store.db.selectFrom('user').selectAll().execute()
  const conversations = await store.db
    .selectFrom('conversation')
    .selectAll()
    .where('id', 'in', [...mine])
    .execute()
  const messages = await store.db
    .selectFrom('message')
    .selectAll()
    .where('conversation_id', 'in', [...mine])
    .execute()
  const readings = await store.db.selectFrom('reading').selectAll().where('user_id', '=', userId).execute()
  return {
    users: new Map(users.map((one) => [one.id, fromUser(one).row])),
    conversations: new Map(conversations.map((one) => [one.id, fromConversation(one).row])),
    members: new Map(
      members
        .filter((one) => mine.has(one.conversation_id))
        .map((one) => [`${one.conversation_id},${one.user_id}`, fromMember(one).row]),
    ),
    messages: new Map(messages.map((one) => [one.id, fromMessage(one).row])),
    readings: new Map(
      readings.filter((one) => mine.has(one.conversation_id)).map((one) => [one.conversation_id, fromReading(one).row]),
    ),
  }
}

/** What is wrong with a device at rest, in sentences; nothing when it holds exactly what its user may see. */
export function compare(device: Device, visible: Visible): string[] {
  const { disk, userId } = device
  const wrong: string[] = []
  const tables = ['users', 'conversations', 'members', 'messages', 'readings'] as const
  for (const table of tables) {
    const held: ReadonlyMap<string, Row> = disk[table].rows
    for (const [key, row] of visible[table]) {
      const here = held.get(key)
      if (here === undefined) wrong.push(`${userId} lacks of ${table}: ${JSON.stringify(row)}`)
      else if (JSON.stringify(here) !== JSON.stringify(row)) {
        wrong.push(`${userId} has of ${table} ${JSON.stringify(here)} for ${JSON.stringify(row)}`)
      }
    }
    for (const [key, row] of held) {
      if (!visible[table].has(key)) wrong.push(`${userId} must not have of ${table}: ${JSON.stringify(row)}`)
    }
  }
  for (const latest of disk.latest.rows.values()) {
    const newest = [...disk.messages.rows.values()]
      .filter((row) => row.conversationId === latest.conversationId)
      .sort((one, other) => other.n - one.n)[0]
    if (JSON.stringify(newest) !== JSON.stringify(latest)) {
      wrong.push(`${userId} takes ${JSON.stringify(latest)} for the latest instead of ${JSON.stringify(newest)}`)
    }
  }
  for (const { state, command } of disk.outbox.rows.values()) {
    if (state.kind !== 'refused') wrong.push(`${userId} still has ${state.kind}: ${JSON.stringify(command)}`)
  }
  return wrong
}

/** Whether each conversation's `n` runs from 1 without a gap, and the log's rows have seqs of their own. */
export async function checkLog(store: Store): Promise<string[]> {
  const wrong: string[] = []
  const messages = await store.db.selectFrom('message').selectAll().orderBy('conversation_id').orderBy('n').execute()
  const last = new Map<string, number>()
  for (const { conversation_id, n } of messages) {
    if (n !== (last.get(conversation_id) ?? 0) + 1) wrong.push(`${conversation_id} has no message before ${n}`)
    last.set(conversation_id, n)
  }
  const log = await store.db.selectFrom('log').selectAll().executeTakeFirstOrThrow()
  for (const table of ['user', 'conversation', 'member', 'message', 'reading'] as const) {
    for (const { seq } of await store.db.selectFrom(table).select('seq').execute()) {
      if (seq > log.head) wrong.push(`${table} has seq ${seq} beyond the head ${log.head}`)
    }
  }
  return wrong
}
