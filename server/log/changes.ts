import type { Database } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { LogRow } from '../bus/log-row.ts'
import { addressAnnotation, fromPersonal, toAnnotationRow } from './annotations.ts'
import { fromConversation, fromMember, fromMessage, fromPreference, fromReading, fromUser } from './records.ts'

export interface Changes {
  epoch: string
  head: number
  /** Every row that changed after the asked-for position, or null when there are more than were asked for. */
  rows: LogRow[] | null
}

/** Reads the log itself, for whoever tells all users: what changed after `from`, at most `limit` rows of a table. */
export async function loadChangesSince(store: Store, log: string, from: number, limit: number): Promise<Changes> {
  return store.read(async (db) => {
    const { epoch, head } = await getHead(db, log)
    const users = await db.selectFrom('user').selectAll().where('seq', '>', from).limit(limit).execute()
    const conversations = await db.selectFrom('conversation').selectAll().where('seq', '>', from).limit(limit).execute()
    const members = await db.selectFrom('member').selectAll().where('seq', '>', from).limit(limit).execute()
    const messages = await db.selectFrom('message').selectAll().where('seq', '>', from).limit(limit).execute()
    const annotations = await db.selectFrom('annotation').selectAll().where('seq', '>', from).limit(limit).execute()
    const personal = await db.selectFrom('personal').selectAll().where('seq', '>', from).limit(limit).execute()
    const preferences = await db.selectFrom('preference').selectAll().where('seq', '>', from).limit(limit).execute()
    const readings = await db.selectFrom('reading').selectAll().where('seq', '>', from).limit(limit).execute()
    const rows = [
      ...users.map(fromUser),
      ...conversations.map(fromConversation),
      ...members.map(fromMember),
      ...messages.map(fromMessage),
      ...readings.map(fromReading),
      ...annotations.map((record) => addressAnnotation(toAnnotationRow(record))),
      ...personal.map(fromPersonal),
      ...preferences.map(fromPreference),
    ].sort((one, other) => one.row.seq - other.row.seq)
    return { epoch, head, rows: rows.length < limit ? rows : null }
  })
}

/** Where a log stands. Throws when there is none of that name. */
export async function getHead(db: Database, log: string): Promise<{ epoch: string; head: number }> {
  return db.selectFrom('log').select(['epoch', 'head']).where('id', '=', log).executeTakeFirstOrThrow()
}
