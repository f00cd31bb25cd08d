import type { Database } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { Stamped } from './stamped.ts'

/** Writes a stamped batch with one statement a table, whatever the number of rows. */
export async function writeBatch(store: Pick<Store, 'upsert'>, db: Database, stamped: Stamped): Promise<void> {
  await store.upsert(db, 'user', ['id'], stamped.users)
  await store.upsert(db, 'likeness', ['user_id', 'kind'], stamped.looks)
  await store.upsert(db, 'conversation', ['id'], stamped.conversations)
  await store.upsert(db, 'member', ['conversation_id', 'user_id'], stamped.members)
  if (stamped.newMessages.length > 0) await db.insertInto('message').values(stamped.newMessages).execute()
  await store.upsert(db, 'message', ['id'], stamped.changedMessages)
  await store.upsert(db, 'reading', ['user_id', 'conversation_id'], stamped.readings)
  await store.upsert(db, 'annotation', ['conversation_id', 'message_id', 'kind', 'user_id', 'k'], stamped.annotations)
  await store.upsert(db, 'event', ['conversation_id', 'n', 'id'], stamped.events)
  await store.upsert(db, 'receipt', ['conversation_id', 'user_id'], stamped.receipts)
  await store.upsert(db, 'personal', ['user_id', 'conversation_id', 'kind'], stamped.personal)
  await store.upsert(db, 'hidden_message', ['user_id', 'conversation_id', 'message_id'], stamped.hidden)
  await store.upsert(db, 'preference', ['user_id'], stamped.preferences)
  await writeMentions(db, stamped)
  await writeFiles(db, stamped)
  await writePictures(db, stamped)
}

async function writeMentions(db: Database, { unmentioned, mentions }: Stamped): Promise<void> {
  if (unmentioned.length > 0) await db.deleteFrom('mention').where('message_id', 'in', unmentioned).execute()
  if (mentions.length > 0) await db.insertInto('mention').values(mentions).execute()
}

/** What no message carries any more is not wanted by anybody: whoever sweeps need not wait for it. */
async function writeFiles(db: Database, { messageFiles, unfiled }: Stamped): Promise<void> {
  if (messageFiles.length > 0) await db.insertInto('message_file').values(messageFiles).execute()
  if (unfiled.length === 0) return
  const carried = db.selectFrom('message_file').select('file_id').where('message_id', 'in', unfiled)
  await db.updateTable('file').set({ touched_at: 0 }).where('id', 'in', carried).execute()
  await db.deleteFrom('message_file').where('message_id', 'in', unfiled).execute()
}

async function writePictures(db: Database, { pictures, oldPictures }: Stamped): Promise<void> {
  if (pictures.length > 0) await db.insertInto('picture').values(pictures).execute()
  if (oldPictures.length > 0) await db.deleteFrom('picture').where('id', 'in', oldPictures).execute()
}
