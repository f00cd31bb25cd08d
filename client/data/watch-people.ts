import { liveQuery, type Observable } from 'dexie'
import { createFindPerson, type Person } from './person.ts'
import { byName } from './search-people.ts'
import type { Session } from './session.ts'

/** Everyone registered but oneself, by name. */
export function watchPeople({ db, account }: Session): Observable<Person[]> {
  return liveQuery(async () => {
    const users = await db.users.toArray()
    return users.filter((user) => user.id !== account.userId).sort(byName)
  })
}

/** Oneself, with a new name that still waits already in place. */
export function watchMe({ db, account }: Session): Observable<Person> {
  return liveQuery(async () => {
    const [user, entries] = await Promise.all([db.users.get(account.userId), db.outbox.toArray()])
    const known = user ?? { type: 'user', seq: 0, createdAt: 0, id: account.userId, handle: account.handle, name: account.name }
    return createFindPerson([known], entries, account.userId)(account.userId)
  })
}
