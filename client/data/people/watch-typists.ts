import type { Observable } from 'dexie'
import { findEarliest, expiringQuery } from '../expiring-query.ts'
import { toPerson, type Person } from './person.ts'
import { byName } from './search-people.ts'
import type { Session } from '../session.ts'

/** Who types in this conversation right now, by name; only while it is watched. */
export function watchTypists({ db, account, clock }: Session, conversationId: string): Observable<Person[]> {
  return expiringQuery(clock, async () => {
    const typists = await db.typists.where('conversationId').equals(conversationId).toArray()
    const at = clock.now()
    const typing = typists.filter(({ userId, until }) => until > at && userId !== account.userId)
    const users = await db.users.bulkGet(typing.map(({ userId }) => userId))
    const people = users.filter((user) => user !== undefined).map(toPerson)
    return {
      value: people.sort(byName),
      expiresAt: findEarliest(
        at,
        typing.map(({ until }) => until),
      ),
    }
  })
}
