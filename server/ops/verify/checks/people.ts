import { sql } from 'kysely'
import type { Check } from '../check.ts'
import { findBroken, pointsTo, type RowRules, rules } from '../rows.ts'

const USER_ID = ['user_id'] as const
const ID = ['id'] as const

const TABLES: readonly RowRules[] = [
  rules('user', ID, [
    pointsTo('user', 'picture_id', 'picture'),
    {
      holds: sql`former = 0 or not exists (select 1 from credential where credential.user_id = user.id)`,
      message: 'Its account was deleted, and its password is still here.',
    },
  ]),
  rules('credential', USER_ID, [pointsTo('credential', 'user_id', 'user')]),
  rules('session', ID, [pointsTo('session', 'user_id', 'user')]),
  rules('email_address', USER_ID, [pointsTo('email_address', 'user_id', 'user')]),
  rules('external_identity', ID, [pointsTo('external_identity', 'user_id', 'user')]),
  rules('passkey', ID, [pointsTo('passkey', 'user_id', 'user')]),
  rules('one_time_link', ['token_hash'], [pointsTo('one_time_link', 'user_id', 'user')]),
  rules('standing', USER_ID, [pointsTo('standing', 'user_id', 'user')]),
  rules('preference', USER_ID, [pointsTo('preference', 'user_id', 'user')]),
  rules('likeness', ['user_id', 'kind'], [pointsTo('likeness', 'user_id', 'user')]),
  rules('name_word', ['kind', 'word', 'user_id'], [pointsTo('name_word', 'user_id', 'user')]),
  rules(
    'block',
    ['user_id', 'blocked_id'],
    [pointsTo('block', 'user_id', 'user'), pointsTo('block', 'blocked_id', 'user')],
  ),
  rules('invitation', ID, [pointsTo('invitation', 'created_by', 'user')]),
]

/** What is kept of somebody is of somebody who is there. */
export const peopleCheck: Check = {
  name: 'people',
  find: ({ store: { db } }) => findBroken(db, TABLES),
}
