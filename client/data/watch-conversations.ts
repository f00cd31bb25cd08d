import { liveQuery, type Observable } from 'dexie'
import type { MessageRow } from '../../shared/protocol/rows.ts'
import type { ClientDatabase } from '../sync/database.ts'
import { readPositions, summarize, type ConversationSummary } from './conversation-summary.ts'
import { entriesOf } from './pending.ts'
import { createFindPerson } from './person.ts'
import type { Session } from './session.ts'

/** Above this an unread count is shown as "99+", so one's own messages need not be told apart any more. */
const COUNTED_MAX = 100

export function watchConversations({ db, account }: Session): Observable<ConversationSummary[]> {
  const myId = account.userId
  return liveQuery(async () => {
    const [conversations, latest, readings, outbox, drafts, mine] = await Promise.all([
      db.conversations.toArray(),
      db.latest.toArray(),
      db.readings.toArray(),
      db.outbox.toArray(),
      db.drafts.toArray(),
      db.members.where('userId').equals(myId).toArray(),
    ])
    const direct = conversations.filter((row) => row.kind === 'direct').map((row) => row.id)
    const both = await db.members.where('conversationId').anyOf(direct).toArray()
    const members = [...mine, ...both.filter((row) => row.userId !== myId)]
    const named = new Set([
      myId,
      ...latest.map((row) => row.authorId),
      ...both.map((row) => row.userId),
      ...entriesOf(outbox, 'direct.create').map(({ command }) => command.userId),
    ])
    const users = await db.users.bulkGet([...named])
    const findPerson = createFindPerson(users.filter((user) => user !== undefined), outbox, myId)
    const ownUnread = await countOwnUnread(db, myId, latest, readPositions(readings, outbox))
    return summarize({ myId, conversations, latest, readings, members, outbox, drafts, findPerson, ownUnread })
  })
}

async function countOwnUnread(
  db: ClientDatabase,
  myId: string,
  latest: readonly MessageRow[],
  positions: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  const behind = latest.filter(({ conversationId, n }) => {
    const unread = n - (positions.get(conversationId) ?? 0)
    return unread > 0 && unread <= COUNTED_MAX
  })
  await Promise.all(
    behind.map(async ({ conversationId, n }) => {
      const from = (positions.get(conversationId) ?? 0) + 1
      const rows = await db.messages
        .where('[conversationId+n]')
        .between([conversationId, from], [conversationId, n], true, true)
        .toArray()
      counts.set(conversationId, rows.filter((row) => row.authorId === myId).length)
    }),
  )
  return counts
}
