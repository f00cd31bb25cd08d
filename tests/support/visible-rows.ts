import { toAnnotationRow, toPersonalRow } from '../../server/campus/annotations.ts'
import { fromBlock, fromRequest } from '../../server/campus/contacts.ts'
import { toEventRow } from '../../server/campus/events.ts'
import {
  fromConversation,
  fromHidden,
  fromMember,
  fromMessage,
  fromPreference,
  fromReading,
  fromStanding,
  fromUser,
} from '../../server/campus/records.ts'
import { toReceiptRows } from '../../server/campus/receipts.ts'
import type { AnnotationTable, MessageTable } from '../../server/store/schema.ts'
import type { Store } from '../../server/store/store.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { MessageRow, Row } from '../../shared/protocol/rows.ts'
import { keyOf } from './device.ts'

/** What somebody may see, said as plainly as it can be: everything in the tables, sifted in memory. */
export async function listVisibleRows(store: Store, userId: string): Promise<Map<string, Row>> {
  const { db } = store
  const members = await db.selectFrom('member').selectAll().where('removed', '!=', 1).execute()
  const own = new Set([EVERYONE_ID])
  for (const member of members) if (member.user_id === userId && member.removed === 0) own.add(member.conversation_id)
  const isOwn = (record: { conversation_id: string }) => own.has(record.conversation_id)
  const users = await db.selectFrom('user').selectAll().execute()
  const conversations = await db.selectFrom('conversation').selectAll().execute()
  const messages = await db.selectFrom('message').selectAll().execute()
  const annotations = await db.selectFrom('annotation').selectAll().execute()
  const events = await db.selectFrom('event').selectAll().execute()
  const receipts = await db.selectFrom('receipt').selectAll().execute()
  const readings = await db.selectFrom('reading').selectAll().where('user_id', '=', userId).execute()
  const personal = await db.selectFrom('personal').selectAll().where('user_id', '=', userId).execute()
  const hidden = await db.selectFrom('hidden_message').selectAll().where('user_id', '=', userId).execute()
  const preferences = await db.selectFrom('preference').selectAll().where('user_id', '=', userId).execute()
  const standings = await db.selectFrom('standing').selectAll().where('user_id', '=', userId).execute()
  const blocks = await db.selectFrom('block').selectAll().where('user_id', '=', userId).execute()
  const requests = await db.selectFrom('contact_request').selectAll().where('user_id', '=', userId).execute()
  const hidesSeen = preferences.some(({ seen }) => seen === 0)
  const rows: Row[] = [
    ...users.map((user) => fromUser(user).row),
    ...conversations.filter(({ id }) => own.has(id)).map((conversation) => fromConversation(conversation).row),
    ...members.filter(isOwn).map((member) => fromMember(member).row),
    ...messages.filter(isOwn).map((message) => toMessageRow(message, userId)),
    ...annotations.filter(isOwn).flatMap((annotation) => toHeldAnnotation(annotation, userId)),
    ...events.filter(isOwn).map(toEventRow),
    ...toReceiptRows(receipts.filter(isOwn), !hidesSeen),
    ...readings.filter(isOwn).map((reading) => fromReading(reading).row),
    ...personal.filter(isOwn).map(toPersonalRow),
    // What was brought back is as if it never was hidden.
    ...hidden.filter((record) => isOwn(record) && record.hidden === 1).map((record) => fromHidden(record).row),
    ...preferences.map((preference) => fromPreference(preference).row),
    ...standings.map((standing) => fromStanding(standing).row),
    // Whoever was let in again, and what was answered, is as if it never was.
    ...blocks.filter(({ blocked }) => blocked === 1).map((block) => fromBlock(block).row),
    ...requests
      .filter(({ state }) => state === 'asked' || state === 'left')
      .flatMap((request) => fromRequest(request).map(({ row }) => row)),
  ]
  return new Map(rows.map((row) => [keyOf(row), row]))
}

/** What somebody wrote to one who blocked them is nothing but a number there; what they edited is what it was. */
function toMessageRow(message: MessageTable, userId: string): MessageRow {
  const { row } = fromMessage(message)
  const { from, was } = JSON.parse(message.withheld ?? '{}') as { from?: string; was?: Partial<MessageTable> | null }
  if (from !== userId) return row
  const { type, seq, id, conversationId, n, authorId, writtenAt, sentAt } = row
  const key = { type, seq, id, conversationId, n, authorId, writtenAt, sentAt }
  if (was) {
    const mentions = was.mentions ? was.mentions.split(',') : []
    const rest = { text: was.text ?? null, editedAt: was.edited_at ?? null, edits: was.edits ?? 0 }
    return { ...row, ...rest, mentions, mentionsAll: was.mentions_all === 1 }
  }
  return {
    ...{ ...key, text: null, editedAt: null, replyTo: null, mentions: [], mentionsAll: false, forwarded: false },
    ...{ pinnedAt: null, edits: 0 },
  }
}

function toHeldAnnotation(annotation: AnnotationTable, userId: string): Row[] {
  const row = toAnnotationRow(annotation)
  if (annotation.withheld_from !== userId) return [row]
  return row.type === 'reaction' ? [{ ...row, emoji: [] }] : []
}
