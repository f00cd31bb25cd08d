import type { Observable } from 'dexie'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { listPeople } from './directory.ts'
import { createFindPerson, type Person } from './person.ts'
import type { Session } from '../session.ts'

/** Everybody held here but oneself, by name: unless there is a crowd, everybody registered. The list is the same one as long as nobody in it changed. */
export function watchPeople({ db, account }: Session): Observable<readonly Person[]> {
  let all: readonly Person[] = []
  let others: readonly Person[] = []
  return liveQuery(async () => {
    const people = await listPeople(db)
    if (people !== all) others = people.filter((person) => person.id !== account.userId)
    all = people
    return others
  })
}

/** Whether more are registered than are held here, as far as this device knows. */
export function watchCrowd({ db }: Session): Observable<boolean> {
  return liveQuery(async () => (await db.conversations.get(EVERYONE_ID))?.crowded === true)
}

/** Oneself, with a new name and picture that still wait already in place. */
export function watchMe({ db, account }: Session): Observable<Person> {
  return liveQuery(async () => {
    const [user, entries] = await Promise.all([
      db.users.get(account.userId),
      db.outbox.where('conversationId').equals('').sortBy('position'),
    ])
    const unknown = { seq: 0, createdAt: 0, id: account.userId, handle: account.handle, name: account.name }
    const known = user ?? { type: 'user', pictureId: null, ...unknown }
    return createFindPerson([known], entries, account.userId)(account.userId)
  })
}
