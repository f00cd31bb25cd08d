import type { Observable } from 'dexie'
import { listRelatedEntries } from '../outbox/related-entries.ts'
import { toDetail, type ConversationDetail } from './conversation-detail.ts'
import { findEarliest, expiringQuery } from '../expiring-query.ts'
import { peopleNamedIn } from '../outbox/pending.ts'
import { createFindPerson } from '../people/person.ts'
import type { Session } from '../session.ts'

/** One conversation and who is in it, with what still waits in place; null when this device knows of none. */
export function watchConversation(
  { db, account, serverClock }: Session,
  conversationId: string,
  withUserId: string | null,
): Observable<ConversationDetail | null> {
  const myId = account.userId
  return expiringQuery(serverClock, async () => {
    const [conversation, members, entries, setting, latest] = await Promise.all([
      db.conversations.get(conversationId),
      db.members.where('conversationId').equals(conversationId).toArray(),
      listRelatedEntries(db, conversationId),
      db.settings.get(conversationId),
      db.latest.get(conversationId),
    ])
    const named = new Set([myId, ...members.map((row) => row.userId), ...peopleNamedIn(entries)])
    if (withUserId !== null) named.add(withUserId)
    const users = await db.users.bulkGet([...named])
    const findPerson = createFindPerson(
      users.filter((user) => user !== undefined),
      entries,
      myId,
    )
    const at = serverClock.now()
    const rows = { conversation, members, entries, setting, lastN: latest?.n ?? 0 }
    const value = toDetail({ ...rows, myId, conversationId, now: at, withUserId, findPerson })
    return { value, expiresAt: findEarliest(at, [value?.mutedUntil ?? null]) }
  })
}
