import type { Observable } from 'dexie'
import { blockedIds } from '../contacts/blocked-ids.ts'
import { listRelatedEntries } from '../outbox/related-entries.ts'
import { toDetail, type ConversationDetail } from './conversation-detail.ts'
import { tableQuery } from '../../sync/storage/table-query.ts'
import { expiring, findEarliest } from '../expiring-query.ts'
import { peopleNamedIn } from '../outbox/pending.ts'
import { createKeepSame } from '../keep-same.ts'
import { toRole } from '../operate/watch-standing.ts'
import { createFindPerson } from '../people/person.ts'
import type { Session } from '../session.ts'

/** One conversation and who is in it, with what still waits in place; null when this device knows of none. */
export function watchConversation(
  { db, account, serverClock }: Session,
  conversationId: string,
  withUserId: string | null,
): Observable<ConversationDetail | null> {
  const myId = account.userId
  const keepSame = createKeepSame<ConversationDetail>()
  const detail = tableQuery(db, async (read) => {
    const [conversation, members, entries, setting, latest, standing, blocks] = await Promise.all([
      read('conversation', [db.conversations], () => db.conversations.get(conversationId)),
      read('members', [db.members], () => db.members.where('conversationId').equals(conversationId).toArray()),
      read('entries', [db.outbox], () => listRelatedEntries(db, conversationId)),
      read('setting', [db.settings], () => db.settings.get(conversationId)),
      read('latest', [db.latest], () => db.latest.get(conversationId)),
      read('standing', [db.standings], () => db.standings.get('standing')),
      read('blocks', [db.blocks], () => db.blocks.toArray()),
    ])
    const named = new Set([myId, ...members.map((row) => row.userId), ...peopleNamedIn(entries)])
    if (withUserId !== null) named.add(withUserId)
    const users = await read('users', [db.users], () => db.users.bulkGet([...named]), [...named])
    const findPerson = createFindPerson(
      users.filter((user) => user !== undefined),
      entries,
      myId,
    )
    const at = serverClock.now()
    const rows = { conversation, members, entries, setting, lastN: latest?.n ?? 0, role: toRole(standing) }
    const blocked = blockedIds(blocks, entries)
    const [value = null] = keepSame(
      [toDetail({ ...rows, blocked, myId, conversationId, now: at, withUserId, findPerson })].filter(
        (one) => one !== null,
      ),
    )
    return { value, expiresAt: findEarliest(at, [value?.mutedUntil ?? null]) }
  })
  return expiring(serverClock, detail)
}
