import type { ExpressionBuilder } from 'kysely'
import { fromArrangementId } from '../../shared/arrangement-id.ts'
import { refusal } from '../../shared/protocol/errors.ts'
import type { Hole } from '../../shared/protocol/http.ts'
import type { Row } from '../../shared/protocol/rows.ts'
import type { PageOutcome } from '../log/kind.ts'
import type { AnnotationTable, Database, EventTable, MessageTable, Schema } from '../store/schema.ts'
import { toShownAnnotation } from './annotations.ts'
import { loadContactRows } from './contacts.ts'
import { loadNewestEvents, toEventRow } from './events.ts'
import { loadIntroductions } from './introductions.ts'
import type { PageLimits } from './page-limits.ts'
import { loadPrivateRows } from './private-rows.ts'
import { isMet, isVisible, loadSeen } from './pull-page.ts'
import { toReceiptRows } from './receipts.ts'
import { fromConversation, fromMember, fromMessage, fromUser } from './records.ts'
import { loadAnnotationsOf, loadPointedOut, loadSnapshots, placesIn } from './snapshot.ts'
import type { Campus } from './types.ts'
import { findCrowd, listOwnSince, sinceOf, type Membership, type View } from './view.ts'
import { showTo } from './withheld.ts'

/*
 * The pull of a device that has missed so many messages that reading all of them in order would keep it from the
 * newest for long. It walks the conversations in which something changed, as a first pull does:
 *
 *   n of one conversation   1 ───────────── reached ─────────────── newest ──── last
 *                           held: what changed │ left out, a hole    │ all
 *
 * `reached` is the last message of which it is certain that it was there at the cursor: so many messages changed since
 * that no more than these can be new. Which of those changed the device holds, nobody here knows, so a hole may begin a
 * little below the last message that it holds; what it holds there it drops, for that may have changed. Everything of
 * one conversation is read in one snapshot, and so are the hole's ends: so a page is complete by itself, whatever is
 * written between it and the next one. Each is read later than the position that all of them lead to; what changed
 * meanwhile comes again from there. After the conversations come the people, by their seq.
 */

type Step = { begin: number; table: 'far' | 'people'; after: string }

const NEXT = /^(\d{1,15})\.(far|people)\.([0-9a-f-]{0,36})$/

/** Whether a pull is one of these and goes on. */
export function isFarStep(next: string | null): next is string {
  return next !== null && NEXT.test(next)
}

/** Whether more messages than so many changed since the cursor, in the conversations that one was in by then. */
export async function isFarBehind(db: Database, view: View, cursor: number, far: number): Promise<boolean> {
  if (view.head - cursor <= far) return false
  const ids = listChanged(view, cursor)
    .filter((membership) => sinceOf(membership) <= cursor)
    .map(({ conversation }) => conversation.id)
  if (ids.length === 0) return false
  const { missed } = await db
    .selectFrom('message')
    .select(({ fn }) => fn.countAll<number>().as('missed'))
    .where('conversation_id', 'in', ids)
    .where('seq', '>', cursor)
    .executeTakeFirstOrThrow()
  return missed > far
}

export async function loadFarPage(
  db: Database,
  view: View,
  userId: string,
  from: { cursor: number; next: string | null },
  limits: PageLimits,
): Promise<PageOutcome<Campus>> {
  const { cursor } = from
  const step = fromNext(from.next) ?? { begin: view.head, table: 'far', after: '' }
  if (step.begin > view.head || step.begin < cursor) {
    return { refused: refusal('bad_request', 'The value of "next" is not one that a pull gave.') }
  }
  const { rows, holes, following } =
    step.table === 'far'
      ? await pullConversations(db, view, userId, cursor, step, limits)
      : await pullPeople(db, view, userId, step, limits.users)
  return {
    from: cursor,
    to: following === null ? step.begin : cursor,
    next: following === null ? null : `${following.begin}.${following.table}.${following.after}`,
    rows,
    ...(holes.length > 0 && { holes }),
  }
}

interface Part {
  rows: Row[]
  holes: Hole[]
  following: Step | null
}

async function pullConversations(
  db: Database,
  view: View,
  userId: string,
  cursor: number,
  step: Step,
  limits: PageLimits,
): Promise<Part> {
  const waiting = listChanged(view, cursor)
    .filter((membership) => membership.conversation.id > step.after && sinceOf(membership) <= step.begin)
    .sort((one, other) => (one.conversation.id < other.conversation.id ? -1 : 1))
  const page = waiting.slice(0, limits.conversations)
  const arriving = page.filter((membership) => sinceOf(membership) > cursor)
  const ids = arriving.map(({ conversation }) => conversation.id)
  const isFirst = step.after === ''
  const privateRows = await loadPrivateRows(db, userId, isFirst ? cursor : view.head, ids)
  const seen = view.preference.seen === 1
  const snapshots = await loadSnapshots(
    db,
    { userId, seen },
    arriving.map((membership) => ({
      ...{ membership, seq: view.head, lastN: membership.conversation.last_n, newest: limits.newest },
    })),
    privateRows,
  )
  const known = page.filter((membership) => sinceOf(membership) <= cursor)
  const spans = await findSpans(db, known, cursor, limits)
  const rows: Row[] = [
    ...(isFirst ? await loadOwn(db, view, userId, cursor) : []),
    ...(isFirst ? privateRows.filter((row) => isOfKnown(view, cursor, row)) : []),
    ...snapshots,
    ...(await loadNews(db, { userId, seen }, spans, cursor)),
  ]
  const arrived = arriving.map(({ conversation: { id, last_n }, member }) => ({
    conversationId: id,
    after: member?.since_n ?? 0,
    before: last_n - limits.newest + 1,
  }))
  const left = spans.map(({ id, reached, newest }) => ({ conversationId: id, after: reached, before: newest + 1 }))
  const last = page.at(-1)?.conversation.id
  const crowd = findCrowd(view)
  return {
    rows: [...(await loadIntroductions(db, rows, crowd.isCrowded ? step.begin : undefined, [userId])), ...rows],
    holes: [...arrived, ...left].filter(({ after, before }) => before > after + 1),
    following:
      waiting.length > page.length && last !== undefined
        ? { ...step, after: last }
        : // Crowded no more since the cursor, everybody comes.
          { begin: step.begin, table: 'people', after: !crowd.isCrowded && crowd.seq > cursor ? '0' : String(cursor) },
  }
}

function listChanged(view: View, cursor: number): Membership[] {
  return view.memberships.filter(
    (membership) => membership.conversation.last_seq > cursor || sinceOf(membership) > cursor,
  )
}

/** What ended, what one chose, and what others have seen if one just chose to be told. */
async function loadOwn(db: Database, view: View, userId: string, cursor: number): Promise<Row[]> {
  const { preference, ended } = view
  const left = ended.filter((member) => member.seq > cursor).map((member) => fromMember(member).row)
  const own = listOwnSince(view, userId, cursor)
  const seen = preference.seq > cursor && preference.seen === 1 ? await loadSeen(db, view, cursor) : []
  return [...left, ...own, ...(await loadContactRows(db, userId, cursor)), ...seen]
}

/** Rows of one's own come with a conversation that arrives. */
function isOfKnown(view: View, cursor: number, row: Awaited<ReturnType<typeof loadPrivateRows>>[number]): boolean {
  if (fromArrangementId(row.conversationId) !== null) return row.seq > cursor
  const membership = view.memberships.find(({ conversation }) => conversation.id === row.conversationId)
  return membership !== undefined && sinceOf(membership) <= cursor && isVisible(view, cursor, row)
}

/** Of one conversation: what changed up to `reached`, and all after `newest`; between them lies the hole. */
interface Span {
  conversation: Membership['conversation']
  id: string
  reached: number
  newest: number
  changed: MessageTable[]
  annotations: AnnotationTable[]
}

async function findSpans(
  db: Database,
  known: readonly Membership[],
  cursor: number,
  limits: PageLimits,
): Promise<Span[]> {
  if (known.length === 0) return []
  const counts = await db
    .selectFrom('message')
    .select(['conversation_id', ({ fn }) => fn.countAll<number>().as('missed')])
    .where(
      'conversation_id',
      'in',
      known.map(({ conversation }) => conversation.id),
    )
    .where('seq', '>', cursor)
    .groupBy('conversation_id')
    .execute()
  const missed = new Map(counts.map((count) => [count.conversation_id, count.missed]))
  const spans = known.map(({ conversation }) => {
    const { id, last_n } = conversation
    const reached = last_n - (missed.get(id) ?? 0)
    return { conversation, id, reached, newest: Math.max(reached, last_n - limits.newest) }
  })
  const changed = await loadChanged(db, spans, cursor, limits.rows + 1)
  const annotations = await loadChangedAnnotations(db, spans, cursor, limits.rows + 1)
  // So much changed that nobody can say of which conversations it was: what is held of them is void.
  const isTorn = changed.length > limits.rows || annotations.length > limits.rows
  return spans.map((span): Span => {
    if (!isTorn || span.reached === 0) {
      const isOf = ({ conversation_id }: { conversation_id: string }) => conversation_id === span.id
      return { ...span, changed: changed.filter(isOf), annotations: annotations.filter(isOf) }
    }
    const newest = Math.max(0, span.conversation.last_n - limits.newest)
    return { ...span, reached: 0, newest, changed: [], annotations: [] }
  })
}

async function loadChanged(
  db: Database,
  spans: readonly { id: string; reached: number }[],
  cursor: number,
  limit: number,
): Promise<MessageTable[]> {
  return db
    .selectFrom('message')
    .selectAll()
    .where((or) => or.or(spans.map(({ id, reached }) => isAmong(or, id, cursor, reached))))
    .limit(limit)
    .execute()
}

async function loadChangedAnnotations(
  db: Database,
  spans: readonly { id: string; reached: number }[],
  cursor: number,
  limit: number,
): Promise<AnnotationTable[]> {
  return db
    .selectFrom('annotation')
    .innerJoin('message', 'message.id', 'annotation.message_id')
    .selectAll('annotation')
    .where('annotation.kind', 'in', ['revision', 'reaction'])
    .where((or) =>
      or.or(
        spans.map(({ id, reached }) =>
          or.and([
            or('annotation.conversation_id', '=', id),
            or('annotation.seq', '>', cursor),
            or('message.n', '<=', reached),
          ]),
        ),
      ),
    )
    .limit(limit)
    .execute()
}

function isAmong(or: ExpressionBuilder<Schema, 'message' | 'event'>, id: string, cursor: number, reached: number) {
  return or.and([or('conversation_id', '=', id), or('seq', '>', cursor), or('n', '<=', reached)])
}

/** What is new of conversations that the device knows, but for what lies in their holes. */
async function loadNews(
  db: Database,
  reader: { userId: string; seen: boolean },
  spans: readonly Span[],
  cursor: number,
): Promise<Row[]> {
  if (spans.length === 0) return []
  const ids = spans.map(({ id }) => id)
  const newest = await db
    .selectFrom('message')
    .selectAll()
    .where((or) =>
      or.or(spans.map(({ id, newest: above }) => or.and([or('conversation_id', '=', id), or('n', '>', above)]))),
    )
    .execute()
  const pointedOut = (await loadPointedOut(db, reader, ids)).filter(({ seq }) => seq > cursor)
  const whole = new Map([...newest, ...pointedOut].map((message) => [message.id, message]))
  const annotations = await loadAnnotationsOf(db, [...whole.values()])
  const members = await db
    .selectFrom('member')
    .selectAll()
    .where('conversation_id', 'in', ids)
    .where('seq', '>', cursor)
    .execute()
  const receipts = await db
    .selectFrom('receipt')
    .selectAll()
    .where('conversation_id', 'in', ids)
    .where('seq', '>', cursor)
    .execute()
  const changed = spans.flatMap((span) => span.changed).filter(({ id }) => !whole.has(id))
  const hanging = spans.flatMap((span) => span.annotations).filter(({ message_id }) => !whole.has(message_id))
  return [
    ...spans
      .filter(({ conversation }) => conversation.seq > cursor)
      .map(({ conversation }) => fromConversation(conversation).row),
    ...members.map((member) => fromMember(member).row),
    ...[...whole.values(), ...changed].map((message) => fromMessage(showTo(reader.userId, message)).row),
    ...[...annotations, ...hanging].flatMap((record) => toShownAnnotation(reader.userId, record)),
    ...(await loadEvents(db, spans, pointedOut, cursor)).map(toEventRow),
    ...toReceiptRows(receipts, reader.seen).filter((row) => row.seq > cursor),
  ]
}

/** What happened beside the newest messages, and beside those that the device holds. */
async function loadEvents(
  db: Database,
  spans: readonly Span[],
  pointedOut: readonly MessageTable[],
  cursor: number,
): Promise<EventTable[]> {
  const newest = await loadNewestEvents(
    db,
    spans.map(({ id, newest: above }) => ({
      ...{ id, firstN: above + 1, seq: Number.MAX_SAFE_INTEGER },
      others: placesIn(pointedOut, id, above),
    })),
  )
  const reached = await db
    .selectFrom('event')
    .selectAll()
    .where((or) => or.or(spans.map((span) => isAmong(or, span.id, cursor, span.reached))))
    .execute()
  const here = new Set(newest.map(({ id }) => id))
  return [...newest, ...reached.filter(({ id }) => !here.has(id))]
}

async function pullPeople(db: Database, view: View, userId: string, step: Step, limit: number): Promise<Part> {
  const people = await db
    .selectFrom('user')
    .selectAll()
    .where('seq', '>', Number(step.after))
    .where('seq', '<=', step.begin)
    .$if(findCrowd(view).isCrowded, (changed) => changed.where((user) => isMet(user, view, userId)))
    .orderBy('seq')
    .limit(limit + 1)
    .execute()
  const page = people.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: page.map((user) => fromUser(user).row),
    holes: [],
    following: people.length > page.length && last !== undefined ? { ...step, after: String(last.seq) } : null,
  }
}

function fromNext(next: string | null): Step | undefined {
  const match = next === null ? null : NEXT.exec(next)
  if (match === null) return undefined
  const [, begin, table, after] = match
  if (after === undefined) return undefined
  return { begin: Number(begin), table: table === 'people' ? 'people' : 'far', after }
}
