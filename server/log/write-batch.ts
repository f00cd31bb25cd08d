import type { CommandTable, Database } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { Stamped } from './batch.ts'

export interface LockedLog {
  epoch: string
  head: number
  /** Those of the asked-for commands that were done before, by id. */
  done: Map<string, CommandTable>
}

/** Waits for the log row and holds it until the transaction ends, then reads what follows from it: two statements. */
export async function lockLog(db: Database, log: string, commandIds: readonly string[]): Promise<LockedLog> {
  await db
    .updateTable('log')
    .set((column) => ({ head: column.ref('head') }))
    .where('id', '=', log)
    .execute()
  const rows = await db
    .selectFrom('log')
    .leftJoin('command', (join) => join.on('command.id', 'in', commandIds))
    .select(['log.epoch', 'log.head', 'command.id', 'command.user_id', 'command.fingerprint', 'command.seq'])
    .select('command.created_at')
    .where('log.id', '=', log)
    .execute()
  const [first] = rows
  if (first === undefined) throw new Error(`there is no log "${log}"`)
  const done = new Map<string, CommandTable>()
  for (const { id, user_id, fingerprint, seq, created_at } of rows) {
    if (id === null || user_id === null || fingerprint === null || seq === null || created_at === null) continue
    done.set(id, { id, user_id, fingerprint, seq, created_at })
  }
  return { epoch: first.epoch, head: first.head, done }
}

/** Writes a stamped batch with one statement a table, whatever the number of rows, and moves the head. */
export async function writeBatch(
  store: Store,
  db: Database,
  log: string,
  from: number,
  stamped: Stamped,
  commands: readonly CommandTable[],
): Promise<void> {
  await store.upsert(db, 'user', ['id'], stamped.users)
  await store.upsert(db, 'conversation', ['id'], stamped.conversations)
  await store.upsert(db, 'member', ['conversation_id', 'user_id'], stamped.members)
  if (stamped.newMessages.length > 0) await db.insertInto('message').values(stamped.newMessages).execute()
  await store.upsert(db, 'message', ['id'], stamped.changedMessages)
  await store.upsert(db, 'reading', ['user_id', 'conversation_id'], stamped.readings)
  await store.upsert(db, 'annotation', ['conversation_id', 'message_id', 'kind', 'user_id', 'k'], stamped.annotations)
  await store.upsert(db, 'personal', ['user_id', 'conversation_id', 'kind'], stamped.personal)
  await store.upsert(db, 'preference', ['user_id'], stamped.preferences)
  await writeMentions(db, stamped)
  await writePictures(db, stamped)
  if (commands.length > 0)
    await db
      .insertInto('command')
      .values([...commands])
      .execute()
  if (stamped.head > from) await db.updateTable('log').set({ head: stamped.head }).where('id', '=', log).execute()
}

async function writeMentions(db: Database, { unmentioned, mentions }: Stamped): Promise<void> {
  if (unmentioned.length > 0) await db.deleteFrom('mention').where('message_id', 'in', unmentioned).execute()
  if (mentions.length > 0) await db.insertInto('mention').values(mentions).execute()
}

async function writePictures(db: Database, { pictures, oldPictures }: Stamped): Promise<void> {
  if (pictures.length > 0) await db.insertInto('picture').values(pictures).execute()
  if (oldPictures.length > 0) await db.deleteFrom('picture').where('id', 'in', oldPictures).execute()
}
