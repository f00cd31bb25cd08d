import { sql } from 'kysely'
import { EVERYONE_ID } from '../../../../shared/protocol/fields.ts'
import type { Check } from '../check.ts'
import { findBroken, type Must, pointsTo, type RowRules, rules } from '../rows.ts'

/** Whether what hangs on a message names the conversation that this is in, and the same number where it names one. */
const ofMessage = (table: 'mention' | 'annotation' | 'message_file', number: string | null = null): Must => ({
  holds: sql`exists (select 1 from message as target
    where target.id = ${sql.ref(`${table}.message_id`)}
      and target.conversation_id = ${sql.ref(`${table}.conversation_id`)}
      and target.n = ${number === null ? sql`target.n` : sql.ref(`${table}.${number}`)})`,
  message: 'Its message is not there, or elsewhere.',
})

const TABLES: readonly RowRules[] = [
  rules(
    'message',
    ['id'],
    [
      ...[pointsTo('message', 'conversation_id', 'conversation'), pointsTo('message', 'author_id', 'user')],
      ...[pointsTo('message', 'pinned_by', 'user')],
      {
        holds: sql`reply_to_id is null or exists (select 1 from message as target
        where target.id = message.reply_to_id and target.conversation_id = message.conversation_id
          and target.n = message.reply_to_n and target.n < message.n)`,
        message: 'What it replies to is not there, or not before it.',
      },
      {
        holds: sql`text is not null or (pinned_at is null and mentions is null and mentions_all = 0 and files is null)`,
        message: 'It was deleted, and is pinned, mentions somebody or carries a file.',
      },
    ],
  ),
  rules(
    'mention',
    ['conversation_id', 'user_id', 'n'],
    [...[ofMessage('mention', 'n'), pointsTo('mention', 'user_id', 'user', EVERYONE_ID)]],
  ),
  rules(
    'annotation',
    ['conversation_id', 'message_id', 'kind', 'user_id', 'k'],
    [...[ofMessage('annotation'), pointsTo('annotation', 'user_id', 'user', '')]],
  ),
  rules(
    'message_file',
    ['file_id', 'message_id'],
    [...[ofMessage('message_file'), pointsTo('message_file', 'file_id', 'file')]],
  ),
]

/** Replies, pins, mentions, reactions, revisions and files hang on messages that are there. */
export const messagesCheck: Check = {
  name: 'messages',
  find: ({ store: { db } }) => findBroken(db, TABLES),
}
