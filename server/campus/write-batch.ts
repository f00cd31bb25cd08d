import type { Database } from '../store/schema.ts'
import type { Statement } from '../store/statements.ts'
import type { Store } from '../store/store.ts'
import type { Stamped } from './stamped.ts'

/** What writes a stamped batch: one statement a table, whatever the number of rows. */
export function toStatements(
  { toInserts, toUpserts }: Pick<Store, 'toInserts' | 'toUpserts'>,
  db: Database,
  stamped: Stamped,
): Statement[] {
  const { unmentioned, unfiled, oldPictures } = stamped
  return [
    ...toUpserts('user', ['id'], stamped.users),
    ...toUpserts('likeness', ['user_id', 'kind'], stamped.looks),
    ...toUpserts('conversation', ['id'], stamped.conversations),
    ...toUpserts('member', ['conversation_id', 'user_id'], stamped.members),
    ...toInserts('message', stamped.newMessages),
    ...toUpserts('message', ['id'], stamped.changedMessages),
    ...toUpserts('reading', ['user_id', 'conversation_id'], stamped.readings),
    ...toUpserts('annotation', ['conversation_id', 'message_id', 'kind', 'user_id', 'k'], stamped.annotations),
    ...toUpserts('event', ['conversation_id', 'n', 'id'], stamped.events),
    ...toUpserts('receipt', ['conversation_id', 'user_id'], stamped.receipts),
    ...toUpserts('personal', ['user_id', 'conversation_id', 'kind'], stamped.personal),
    ...toUpserts('hidden_message', ['user_id', 'conversation_id', 'message_id'], stamped.hidden),
    ...toUpserts('preference', ['user_id'], stamped.preferences),
    ...toUpserts('standing', ['user_id'], stamped.standings),
    ...toUpserts('block', ['user_id', 'blocked_id'], stamped.blocks),
    ...toUpserts('contact_request', ['user_id', 'conversation_id'], stamped.requests),
    ...toInserts('audit', stamped.audit),
    ...(stamped.renamed.length > 0 ? [db.deleteFrom('name_word').where('user_id', 'in', stamped.renamed)] : []),
    ...toInserts('name_word', stamped.nameWords),
    ...(unmentioned.length > 0 ? [db.deleteFrom('mention').where('message_id', 'in', unmentioned)] : []),
    ...toInserts('mention', stamped.mentions),
    ...toInserts('message_file', stamped.messageFiles),
    ...(unfiled.length > 0 ? leaveFiles(db, unfiled) : []),
    ...toInserts('picture', stamped.pictures),
    ...(oldPictures.length > 0 ? [db.deleteFrom('picture').where('id', 'in', oldPictures)] : []),
  ]
}

/** What no message carries any more is not wanted by anybody: whoever sweeps need not wait for it. */
function leaveFiles(db: Database, unfiled: readonly string[]): Statement[] {
  const carried = db.selectFrom('message_file').select('file_id').where('message_id', 'in', unfiled)
  return [
    db.updateTable('file').set({ touched_at: 0 }).where('id', 'in', carried),
    db.deleteFrom('message_file').where('message_id', 'in', unfiled),
  ]
}
