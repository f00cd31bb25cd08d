import { sql } from 'kysely'
import { EVERYONE_ID } from '../../../../shared/protocol/fields.ts'
import type { Check } from '../check.ts'
import { findBroken, type Must, pointsTo, type RowRules, rules } from '../rows.ts'

type Kept = 'member' | 'reading' | 'receipt' | 'personal' | 'hidden_message' | 'contact_request'

const ofBoth = (table: Kept): Must[] => [
  pointsTo<Kept>(table, 'conversation_id', 'conversation'),
  pointsTo<Kept>(table, 'user_id', 'user'),
]

/** Whether a number of a message is none after the last one. */
const upToLast = (table: Kept | 'event', column: string): Must => ({
  holds: sql`${sql.ref(`${table}.${column}`)} between 0 and
    coalesce((select last_n from conversation where conversation.id = ${sql.ref(`${table}.conversation_id`)}), 0)`,
  message: `Its ${column} is after the last message.`,
})

const TABLES: readonly RowRules[] = [
  rules(
    'conversation',
    ['id'],
    [pointsTo('conversation', 'creator_id', 'user'), pointsTo('conversation', 'picture_id', 'picture')],
  ),
  rules(
    'picture',
    ['id'],
    [pointsTo('picture', 'user_id', 'user'), pointsTo('picture', 'conversation_id', 'conversation')],
  ),
  rules(
    'member',
    ['conversation_id', 'user_id'],
    [
      ...[...ofBoth('member'), upToLast('member', 'since_n')],
      { holds: sql`conversation_id <> ${EVERYONE_ID}`, message: 'Everybody is in Everyone, without a row.' },
    ],
  ),
  rules('reading', ['user_id', 'conversation_id'], [...ofBoth('reading'), upToLast('reading', 'n')]),
  rules('receipt', ['conversation_id', 'user_id'], [...ofBoth('receipt'), upToLast('receipt', 'delivered_n')]),
  rules('personal', ['user_id', 'conversation_id', 'kind'], ofBoth('personal')),
  rules(
    'hidden_message',
    ['user_id', 'conversation_id', 'message_id'],
    [...[...ofBoth('hidden_message'), pointsTo('hidden_message', 'message_id', 'message')]],
  ),
  rules(
    'contact_request',
    ['user_id', 'conversation_id'],
    [...[...ofBoth('contact_request'), pointsTo('contact_request', 'asked_by', 'user')]],
  ),
  rules(
    'event',
    ['conversation_id', 'n', 'id'],
    [...[pointsTo('event', 'conversation_id', 'conversation'), upToLast('event', 'n')]],
  ),
]

/** Memberships, readings, receipts and what else is kept of a conversation are of one, and of somebody, that is there. */
export const belongingsCheck: Check = {
  name: 'what belongs to conversations',
  find: ({ store: { db } }) => findBroken(db, TABLES),
}
