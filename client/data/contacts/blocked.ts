import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { createFindPerson, type Person } from '../people/person.ts'
import { byName } from '../people/search-people.ts'
import type { Session } from '../session.ts'
import { blockedIds } from './blocked-ids.ts'

/** Those whom one blocked, by name. */
export function watchBlocked({ db, account }: Session): Observable<Person[]> {
  return liveQuery(async () => {
    const [rows, entries] = await Promise.all([
      db.blocks.toArray(),
      db.outbox.where('conversationId').equals('').sortBy('position'),
    ])
    const ids = [...blockedIds(rows, entries)]
    const users = (await db.users.bulkGet(ids)).filter((user) => user !== undefined)
    return ids.map(createFindPerson(users, entries, account.userId)).sort(byName)
  })
}

/** Whether one blocked somebody. */
export function watchIsBlocked({ db }: Session, userId: string): Observable<boolean> {
  return liveQuery(async () => {
    const [row, entries] = await Promise.all([
      db.blocks.get(userId),
      db.outbox.where('conversationId').equals('').sortBy('position'),
    ])
    return blockedIds(row === undefined ? [] : [row], entries).has(userId)
  })
}
