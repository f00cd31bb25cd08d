import { Dexie, type Observable, type Table } from 'dexie'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import type { ClientDatabase } from '../../sync/database.ts'
import { readPositions, summarize, type ConversationSummary, type SummaryInput } from './conversation-summary.ts'
import { findLastReceipts } from '../receipts/last-receipts.ts'
import { blockedIds } from '../contacts/blocked-ids.ts'
import { hiddenIds } from '../messages/hidden.ts'
import { expiring, findEarliest } from '../expiring-query.ts'
import { combine } from '../../sync/observable.ts'
import { tableQuery, type Read } from '../../sync/storage/table-query.ts'
import { entriesOf } from '../outbox/pending.ts'
import { createFindPerson } from '../people/person.ts'
import type { Session } from '../session.ts'
import { createKeepSame } from '../keep-same.ts'
import { watchFaces } from './watch-faces.ts'

/** Above this an unread count is shown as "99+", so what is not counted need not be told apart any more. */
const COUNTED_MAX = 100

/** The list of conversations, archived ones included, as it should be seen now. */
export function watchConversations(session: Session): Observable<ConversationSummary[]> {
  const myId = session.account.userId
  const others = combine(watchDrafts(session), watchFaces(session), (drafts, faces) => ({ drafts, faces }))
  const keepSame = createKeepSame<ConversationSummary>()
  return combine(watchList(session), others, ({ users, ...list }, { drafts, faces }) => {
    const all = [...users, ...[...faces.values()].flat()]
    const ids = new Map([...faces].map(([id, people]) => [id, people.map((user) => user.id)]))
    const findPerson = createFindPerson(all, list.outbox, myId)
    return keepSame(summarize({ ...list, ...drafts, myId, faces: ids, findPerson }))
  })
}

/** So often at most the list tells what is being written. */
const DRAFTS_REST_MS = 1_000

type Drafts = Pick<SummaryInput, 'drafts' | 'keptDrafts'>
type List = Omit<SummaryInput, 'myId' | 'faces' | 'findPerson' | keyof Drafts> & {
  users: Parameters<typeof createFindPerson>[0]
}

/** What is begun changes with each key that is typed, and nothing else of the list with it: it follows at leisure. */
function watchDrafts({ db }: Session): Observable<Drafts> {
  return tableQuery(
    db,
    async (read) => {
      const [drafts, keptDrafts] = await Promise.all([
        read('drafts', [db.drafts], () => db.drafts.toArray()),
        read('keptDrafts', [db.keptDrafts], () => db.keptDrafts.toArray()),
      ])
      return { drafts, keptDrafts }
    },
    DRAFTS_REST_MS,
  )
}

/** All of the list but the drafts and the groups' pictures, which change at other times. */
function watchList({ db, account, serverClock }: Session): Observable<List> {
  const myId = account.userId
  const list = tableQuery(db, async (read) => {
    const all = <Row>(table: Table<Row>) => read(table.name, [table], () => table.toArray())
    const [conversations, latest, readings, settings, outbox, mine, hiddens, uploads, blocks] = await Promise.all([
      all(db.conversations),
      all(db.latest),
      all(db.readings),
      all(db.settings),
      read('outbox', [db.outbox], () => db.outbox.orderBy('position').toArray()),
      read('mine', [db.members], () => db.members.where('userId').equals(myId).toArray()),
      all(db.hiddens),
      all(db.uploads),
      all(db.blocks),
    ])
    const hidden = hiddenIds(hiddens, outbox)
    const blocked = blockedIds(blocks, outbox)
    const direct = conversations.filter((row) => row.kind === 'direct').map((row) => row.id)
    const isPassedOver: IsPassedOver = ({ id, authorId, conversationId }) =>
      hidden.has(id) || (blocked.has(authorId) && !direct.includes(conversationId))
    const [shown, both] = await Promise.all([
      findShown(db, read, latest, isPassedOver),
      read('both', [db.members], () => db.members.where('conversationId').anyOf(direct).toArray(), direct),
    ])
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
      read('users', [db.users], () => db.users.bulkGet([...named]), [...named].sort()),
      countUncounted(db, read, myId, behind, positions, isPassedOver),
      countMentions(db, read, behind, positions, isPassedOver),
      findLastReceipts(db, read, myId, conversations, shown, outbox),
    ])
    const at = serverClock.now()
    return {
      value: {
        ...{ now: at, conversations, latest, shown, readings, settings, members, outbox, uploads },
        ...{ users: users.filter((user) => user !== undefined), uncounted, mentions, receipts },
      },
      expiresAt: findEarliest(at, [
        ...settings.map((row) => row.mutedUntil),
        ...entriesOf(outbox, 'conversation.set').map(({ command }) => command.mutedUntil ?? null),
      ]),
    }
  })
  return expiring(serverClock, list)
}

/** Whether the list passes a message over: deleted for oneself, or in a group of somebody whom one blocked. */
type IsPassedOver = (row: MessageRow) => boolean

/** The last messages, each the next one above where it is passed over. */
async function findShown(
  db: ClientDatabase,
  read: Read,
  latest: readonly MessageRow[],
  isPassedOver: IsPassedOver,
): Promise<MessageRow[]> {
  const findAbove = (row: MessageRow) =>
    db.messages
      .where('[conversationId+n]')
      .between([row.conversationId, Dexie.minKey], [row.conversationId, row.n])
      .reverse()
      .filter((above) => !isPassedOver(above))
      .first()
  const shown = latest.map(async (row) => {
    if (!isPassedOver(row)) return row
    const tables = [db.messages, db.hiddens, db.blocks, db.outbox]
    return read(`shown ${row.conversationId}`, tables, () => findAbove(row), [row.n])
  })
  return (await Promise.all(shown)).filter((row) => row !== undefined)
}

/** Of what is unread, one's own and what was deleted since, for all or for oneself: nothing to read. */
async function countUncounted(
  db: ClientDatabase,
  read: Read,
  myId: string,
  behind: readonly MessageRow[],
  positions: ReadonlyMap<string, number>,
  isPassedOver: IsPassedOver,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  const counted = behind.filter(({ conversationId, n }) => n - (positions.get(conversationId) ?? 0) <= COUNTED_MAX)
  await Promise.all(
    counted.map(async ({ conversationId, n }) => {
      const from = (positions.get(conversationId) ?? 0) + 1
      const list = () =>
        db.messages
          .where('[conversationId+n]')
          .between([conversationId, from], [conversationId, n], true, true)
          .toArray()
      const rows = await read(`unread ${conversationId}`, [db.messages], list, [from, n])
      const isNothing = (row: MessageRow) => row.authorId === myId || row.text === null || isPassedOver(row)
      counts.set(conversationId, rows.filter(isNothing).length)
    }),
  )
  return counts
}

async function countMentions(
  db: ClientDatabase,
  read: Read,
  behind: readonly MessageRow[],
  positions: ReadonlyMap<string, number>,
  isPassedOver: IsPassedOver,
): Promise<Map<string, number>> {
  const counts = behind.map(async ({ conversationId }): Promise<[string, number]> => {
    const from = (positions.get(conversationId) ?? 0) + 1
    const list = () =>
      db.mentions.where('[conversationId+n]').between([conversationId, from], [conversationId, Dexie.maxKey]).toArray()
    const mentions = await read(`mentions ${conversationId}`, [db.mentions], list, [from])
    const ids = mentions.map(({ messageId }) => messageId)
    const rows = await read(`mentioning ${conversationId}`, [db.messages], () => db.messages.bulkGet(ids), ids)
    return [conversationId, rows.filter((row) => row === undefined || !isPassedOver(row)).length]
  })
  return new Map(await Promise.all(counts))
}
