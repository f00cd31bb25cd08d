import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { toPerson, type Person } from './person.ts'
import type { Session } from '../session.ts'

export interface Profile {
  person: Person
  /** The groups that both are in. */
  sharedIds: readonly string[]
}

/** Somebody, and what one shares with them; null when this device does not know them. */
export function watchProfile({ db, account }: Session, userId: string): Observable<Profile | null> {
  return liveQuery(async () => {
    const user = await db.users.get(userId)
    if (user === undefined) return null
    const theirs = await db.members.where('userId').equals(userId).toArray()
    const ids = theirs.flatMap(({ conversationId, removed }) => (removed ? [] : [conversationId]))
    const [mine, conversations] = await Promise.all([
      db.members.bulkGet(ids.map((id): [string, string] => [id, account.userId])),
      db.conversations.bulkGet(ids),
    ])
    const isShared = (_id: string, index: number) =>
      mine[index]?.removed === false && conversations[index]?.kind === 'group'
    return { person: toPerson(user), sharedIds: ids.filter(isShared) }
  })
}
