import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { Session } from '../session.ts'

/** The groups that one leads, by title. */
export function watchLedGroups({ db, account }: Session): Observable<{ id: string; title: string }[]> {
  return liveQuery(async () => {
    const led = await db.conversations
      .filter(({ kind, creatorId }) => kind === 'group' && creatorId === account.userId)
      .toArray()
    const mine = await db.members.where('userId').equals(account.userId).toArray()
    const present = new Set(mine.flatMap(({ conversationId, removed }) => (removed ? [] : [conversationId])))
    return led
      .filter(({ id }) => present.has(id))
      .map(({ id, title }) => ({ id, title: title ?? '' }))
      .sort((a, b) => a.title.localeCompare(b.title))
  })
}
