import { Dexie, type Observable } from 'dexie'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import type { ClientDatabase } from '../../sync/database.ts'
import { readPositions, summarize, type ConversationSummary, type SummaryInput } from './conversation-summary.ts'
import { findLastReceipts } from '../receipts/last-receipts.ts'
import { hiddenIds } from '../messages/hidden.ts'
import { findEarliest, expiringQuery } from '../expiring-query.ts'
import { combine } from '../../sync/observable.ts'
import { entriesOf } from '../outbox/pending.ts'
import { createFindPerson } from '../people/person.ts'
import type { Session } from '../session.ts'
import { watchFaces } from './watch-faces.ts'

/** Above this an unread count is shown as "99+", so what is not counted need not be told apart any more. */
const COUNTED_MAX = 100

/** The list of conversations, archived ones included, as it should be seen now. */
export function watchConversations(session: Session): Observable<ConversationSummary[]> {
  const myId = session.account.userId
  return combine(watchList(session), watchFaces(session), ({ users, ...list }, faces) => {
    const all = [...users, ...[...faces.values()].flat()]
    const ids = new Map([...faces].map(([id, people]) => [id, people.map((user) => user.id)]))
    return summarize({ ...list, myId, faces: ids, findPerson: createFindPerson(all, list.outbox, myId) })
  })
}

type List = Omit<SummaryInput, 'myId' | 'faces' | 'findPerson'> & { users: Parameters<typeof createFindPerson>[0] }

/** All of the list but the groups' pictures, which change with people's and not with every message. */
function watchList({ db, account, serverClock }: Session): Observable<List> {
  const myId = account.userId
  return expiringQuery(serverClock, async () => {
    const [conversations, latest, readings, settings, outbox, drafts, keptDrafts, mine, hiddens, uploads] =
      await Promise.all([
        db.conversations.toArray(),
        db.latest.toArray(),
        db.readings.toArray(),
        db.settings.toArray(),
        db.outbox.orderBy('position').toArray(),
        db.drafts.toArray(),
        db.keptDrafts.toArray(),
        db.members.where('userId').equals(myId).toArray(),
        db.hiddens.toArray(),
        db.uploads.toArray(),
      ])
    const hidden = hiddenIds(hiddens, outbox)
    const shown = await findShown(db, latest, hidden)
    const direct = conversations.filter((row) => row.kind === 'direct').map((row) => row.id)
    const both = await db.members.where('conversationId').anyOf(direct).toArray()
    const members = [...mine, ...both.filter((row) => row.userId !== myId)]
    const named = new Set([
      myId,
      ...shown.map((row) => row.authorId),
      ...both.map((row) => row.userId),
      ...entriesOf(outbox, 'direct.create').map(({ command }) => command.userId),
    ])
    const positions = readPositions(readings, outbox)
    const behind = latest.filter(({ conversationId, n }) => n > (positions.get(conversationId) ?? 0))
    const [users, uncounted, mentions, receipts] = await Promise.all([
      db.users.bulkGet([...named]),
      countUncounted(db, myId, behind, positions, hidden),
      countMentions(db, behind, positions, hidden),
      findLastReceipts(db, myId, conversations, shown),
    ])
    const at = serverClock.now()
    return {
      value: {
        ...{ now: at, conversations, latest, shown, readings, settings, members, outbox, drafts, keptDrafts, uploads },
        ...{ users: users.filter((user) => user !== undefined), uncounted, mentions, receipts },
      },
      expiresAt: findEarliest(at, [
        ...settings.map((row) => row.mutedUntil),
        ...entriesOf(outbox, 'conversation.set').map(({ command }) => command.mutedUntil ?? null),
      ]),
    }
  })
}

/** The last messages, each the next one above where one has deleted it for oneself. */
async function findShown(
  db: ClientDatabase,
  latest: readonly MessageRow[],
  hidden: ReadonlySet<string>,
): Promise<MessageRow[]> {
  const shown = latest.map(async (row) => {
    if (!hidden.has(row.id)) return row
    return db.messages
      .where('[conversationId+n]')
      .between([row.conversationId, Dexie.minKey], [row.conversationId, row.n])
      .reverse()
      .filter(({ id }) => !hidden.has(id))
      .first()
  })
  return (await Promise.all(shown)).filter((row) => row !== undefined)
}

/** Of what is unread, one's own and what was deleted since, for all or for oneself: nothing to read. */
async function countUncounted(
  db: ClientDatabase,
  myId: string,
  behind: readonly MessageRow[],
  positions: ReadonlyMap<string, number>,
  hidden: ReadonlySet<string>,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  const counted = behind.filter(({ conversationId, n }) => n - (positions.get(conversationId) ?? 0) <= COUNTED_MAX)
  await Promise.all(
    counted.map(async ({ conversationId, n }) => {
      const from = (positions.get(conversationId) ?? 0) + 1
      const rows = await db.messages
        .where('[conversationId+n]')
        .between([conversationId, from], [conversationId, n], true, true)
        .toArray()
      const isNothing = (row: MessageRow) => row.authorId === myId || row.text === null || hidden.has(row.id)
      counts.set(conversationId, rows.filter(isNothing).length)
    }),
  )
  return counts
}

async function countMentions(
  db: ClientDatabase,
  behind: readonly MessageRow[],
  positions: ReadonlyMap<string, number>,
  hidden: ReadonlySet<string>,
): Promise<Map<string, number>> {
  const counts = behind.map(async ({ conversationId }): Promise<[string, number]> => {
    const from = (positions.get(conversationId) ?? 0) + 1
    const mentions = await db.mentions
      .where('[conversationId+n]')
      .between([conversationId, from], [conversationId, Dexie.maxKey])
      .toArray()
    return [conversationId, mentions.filter(({ messageId }) => !hidden.has(messageId)).length]
  })
  return new Map(await Promise.all(counts))
}
