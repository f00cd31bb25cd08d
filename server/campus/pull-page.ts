import { type ExpressionBuilder, sql } from 'kysely'
import { fromArrangementId } from '../../shared/arrangement-id.ts'
import { RECEIPT_MEMBERS_MAX } from '../../shared/protocol/limits.ts'
import type { Row } from '../../shared/protocol/rows.ts'
import type { Page } from '../log/kind.ts'
import type { Database, Schema } from '../store/schema.ts'
import { toShownAnnotation } from './annotations.ts'
import { loadContactRows } from './contacts.ts'
import { toEventRow } from './events.ts'
import { loadFirstAfter } from './first-after.ts'
import { introduceAt, loadIntroductions } from './introductions.ts'
import { toReceiptRows } from './receipts.ts'
import type { PageLimits } from './page-limits.ts'
import { loadPrivateRows, type PrivateRow } from './private-rows.ts'
import { fromConversation, fromMember, fromMessage, fromUser } from './records.ts'
import { loadSnapshots } from './snapshot.ts'
import { findCrowd, listOwnSince, sinceOf, type Membership, type View } from './view.ts'
import { showTo } from './withheld.ts'

/*
 * A page of a pull from a cursor on:
 *
 *   log        ──────┬──────────────────────┬───────────────┬────────▶
 *                 cursor                    to             head
 *   in since before  │■ ■  ■   ■ ■    ■    ■│               rows after the cursor
 *   joined in here   │          ┃■    ■   ■ │               at `since`: a snapshot of what was there
 *   joined later     │                      │     ┃         nothing yet
 *   left in here     │               □      │               the tombstone of the membership, no more
 *
 * Cost: eleven statements, sixteen when the page brings a conversation; each reads the first of what was missed, from
 * an index over (conversation, seq) (`first-after.ts`), and only of conversations in which something changed.
 */

/** A conversation that arrives brings its newest messages along; so few of them make a page. */
const ARRIVAL_WEIGHT = 25

/** The first memberships that are new since the cursor: one more than fit into a page, however many somebody was put into. */
function takeArriving(view: View, cursor: number, pageRows: number): Membership[] {
  return view.memberships
    .filter((membership) => sinceOf(membership) > cursor)
    .sort((one, other) => sinceOf(one) - sinceOf(other))
    .slice(0, Math.ceil(pageRows / ARRIVAL_WEIGHT) + 1)
}

export async function loadNextPage(
  db: Database,
  view: View,
  userId: string,
  cursor: number,
  { rows: pageRows, newest }: PageLimits,
): Promise<Page<Row>> {
  const arriving = takeArriving(view, cursor, pageRows)
  const changed = [...view.memberships.filter((membership) => sinceOf(membership) <= cursor), ...arriving].filter(
    (membership) => membership.conversation.last_seq > cursor,
  )
  const privateRows = await loadPrivateRows(
    db,
    userId,
    cursor,
    arriving.map((membership) => membership.conversation.id),
  )
  // One row more than fits tells whether there is more.
  const rows = await loadChanges(db, view, userId, cursor, { changed, arriving }, pageRows + 1)
  rows.push(...privateRows.filter((row) => isVisible(view, cursor, row)))
  const { preference } = view
  rows.push(...listOwnSince(view, userId, cursor), ...(await loadContactRows(db, userId, cursor)))
  rows.sort((one, other) => one.seq - other.seq)

  const arrivals = new Set(arriving.map(sinceOf))
  const to = endOfPage(rows, arrivals, pageRows) ?? view.head
  const snapshots = await loadSnapshots(
    db,
    { userId, seen: preference.seen === 1 },
    arriving
      .filter((membership) => sinceOf(membership) <= to)
      .map((membership) => ({ membership, seq: sinceOf(membership), lastN: membership.member?.since_n ?? 0, newest })),
    privateRows,
  )
  const switchedOn = preference.seen === 1 && preference.seq > cursor && preference.seq <= to
  const seen = switchedOn ? await loadSeen(db, view, cursor) : []
  const crowd = findCrowd(view)
  // Crowded no more since the cursor: what was left out until then comes now.
  const everybody = !crowd.isCrowded && crowd.seq > cursor && crowd.seq <= to ? await loadEverybody(db, to) : []
  // The snapshot of an arrival holds the own membership too, whose row marked its membership until here.
  const following = rows.filter((row) => row.seq <= to && !(row.type === 'member' && arrivals.has(row.seq)))
  const others = everybody.length > 0 ? following.filter((row) => row.type !== 'user') : following
  const page = [...everybody, ...snapshots, ...seen, ...others]
  const introductions = crowd.isCrowded ? await loadIntroductions(db, page, to) : []
  return { from: cursor, to, next: null, rows: [...introductions, ...page] }
}

/** The seq of the last row that fits, or undefined when all do. */
function endOfPage(rows: readonly Row[], arrivals: ReadonlySet<number>, pageRows: number): number | undefined {
  let weight = 0
  for (const [index, row] of rows.entries()) {
    weight += row.type === 'member' && arrivals.has(row.seq) ? ARRIVAL_WEIGHT : 1
    if (weight >= pageRows && index < rows.length - 1) return row.seq
  }
  return undefined
}

/** Of what hangs on messages, what this reader's devices hold; the rest is asked for. */
const heldBy = (userId: string) =>
  sql<boolean>`(kind = 'reaction' or (kind = 'revision' and (withheld_from is null or withheld_from <> ${userId})))`

/** The first changes after the cursor, at most `limit` of each table, so that the first `limit` of all are among them. */
async function loadChanges(
  db: Database,
  view: View,
  userId: string,
  cursor: number,
  { changed, arriving }: { changed: readonly Membership[]; arriving: readonly Membership[] },
  limit: number,
): Promise<Row[]> {
  const { isCrowded } = findCrowd(view)
  const users = await db
    .selectFrom('user')
    .selectAll()
    .where('seq', '>', cursor)
    .where('seq', '<=', view.head)
    .$if(isCrowded, (changed) => changed.where((user) => isMet(user, view, userId)))
    .orderBy('seq')
    .limit(limit)
    .execute()
  const rows = [
    ...users.map((user) => fromUser(user).row),
    ...view.ended.filter((member) => member.seq > cursor).map((member) => fromMember(member).row),
    ...arriving.flatMap(({ member }) => (member === null ? [] : [fromMember(member).row])),
    ...changed
      .filter((membership) => membership.conversation.seq > Math.max(cursor, sinceOf(membership)))
      .map(({ conversation }) => fromConversation(conversation).row),
  ]
  if (changed.length === 0) return rows

  const begins = new Map(
    changed.map((membership) => [membership.conversation.id, Math.max(cursor, sinceOf(membership))]),
  )
  const after = { begins, head: view.head, limit }
  const members = await loadFirstAfter(db, 'member', after)
  const messages = await loadFirstAfter(db, 'message', after)
  const annotations = await loadFirstAfter(db, 'annotation', { ...after, only: heldBy(userId) })
  const events = await loadFirstAfter(db, 'event', after)
  // Many have one position: of none of those a part alone is read.
  const receipts = await loadFirstAfter(db, 'receipt', { ...after, limit: limit + RECEIPT_MEMBERS_MAX })
  return [
    ...rows,
    ...members.map((member) => fromMember(member).row),
    ...messages.map((message) => fromMessage(showTo(userId, message)).row),
    ...annotations.flatMap((record) => toShownAnnotation(userId, record)),
    ...events.map(toEventRow),
    ...toReceiptRows(receipts, view.preference.seen === 1).filter(
      (row) => row.seq > (begins.get(row.conversationId) ?? Infinity),
    ),
  ]
}

/** Whether somebody is the reader, or shares a conversation with them besides Everyone. */
export function isMet(user: ExpressionBuilder<Schema, 'user'>, view: View, userId: string) {
  const shared = view.memberships.flatMap(({ member }) => (member === null ? [] : [member.conversation_id]))
  const isSelf = user('user.id', '=', userId)
  if (shared.length === 0) return isSelf
  return user.or([
    isSelf,
    user.exists(
      user
        .selectFrom('member')
        .select('member.seq')
        .whereRef('member.user_id', '=', 'user.id')
        .where('member.conversation_id', 'in', shared)
        .where('member.removed', '!=', 1),
    ),
  ])
}

/** Everybody, as they are called when the page is read. */
async function loadEverybody(db: Database, to: number): Promise<Row[]> {
  const users = await db.selectFrom('user').selectAll().execute()
  return users.map((user) => introduceAt(user, to))
}

/** Whoever lets others know again gets what was kept from them until now: all that is older than the cursor. */
export async function loadSeen(db: Database, view: View, cursor: number): Promise<Row[]> {
  const ids = view.memberships
    .filter((membership) => sinceOf(membership) <= cursor)
    .map((membership) => membership.conversation.id)
  const records = await db
    .selectFrom('receipt')
    .selectAll()
    .where('conversation_id', 'in', ids)
    .where('seen_seq', '<=', cursor)
    .execute()
  return toReceiptRows(records, true).filter(({ type }) => type === 'seen')
}

/** Whether a private row is of a conversation that its owner is in, and newer than both the cursor and the arrival there. */
export function isVisible(view: View, cursor: number, row: PrivateRow): boolean {
  if (fromArrangementId(row.conversationId) !== null) return row.seq > cursor
  const membership = view.memberships.find(({ conversation }) => conversation.id === row.conversationId)
  return membership !== undefined && row.seq > Math.max(cursor, sinceOf(membership))
}
