import { liveQuery, type Observable } from 'dexie'
import { findEntriesAround } from './entries-around.ts'
import { toDetail, type ConversationDetail } from './conversation-detail.ts'
import { peopleNamedIn } from './pending.ts'
import { createFindPerson } from './person.ts'
import type { Session } from './session.ts'

export function watchConversation(
  { db, account }: Session,
  conversationId: string,
  withUserId: string | null,
): Observable<ConversationDetail | null> {
  const myId = account.userId
  return liveQuery(async () => {
    const [conversation, members, entries] = await Promise.all([
      db.conversations.get(conversationId),
      db.members.where('conversationId').equals(conversationId).toArray(),
      findEntriesAround(db, conversationId),
    ])
    const named = new Set([myId, ...members.map((row) => row.userId), ...peopleNamedIn(entries)])
    if (withUserId !== null) named.add(withUserId)
    const users = await db.users.bulkGet([...named])
    const findPerson = createFindPerson(users.filter((user) => user !== undefined), entries, myId)
    return toDetail({ myId, conversationId, conversation, members, entries, withUserId, findPerson })
  })
}
