import { fromArrangementId } from '../../shared/arrangement-id.ts'
import { refusal } from '../../shared/protocol/errors.ts'
import type { Row } from '../../shared/protocol/rows.ts'
import type { Database } from '../store/schema.ts'
import { loadContactRows } from './contacts.ts'
import { loadIntroductions } from './introductions.ts'
import type { PageLimits } from './page-limits.ts'
import type { PageOutcome } from '../log/kind.ts'
import { loadPrivateRows } from './private-rows.ts'
import { fromUser } from './records.ts'
import { loadSnapshots } from './snapshot.ts'
import type { Campus } from './types.ts'
import { findCrowd, listOwnSince, sinceOf, type View } from './view.ts'

/*
 * The first pull of a device: every conversation with its newest page and whom that names, then, unless Everyone is
 * crowded, everybody.
 *
 * It walks conversations, then users, in the order of their ids, which never changes; `next` says how
 * far it came and which head it began at. Each page is read later than the one before, and only the
 * beginning counts: whatever changed after that head has a greater seq and comes again from there,
 * and what somebody was added to after it arrives from there too.
 */

type Step = { begin: number; table: 'conversation' | 'user'; after: string }

export async function loadFirstPage(
  db: Database,
  view: View,
  userId: string,
  next: string | null,
  limits: PageLimits,
): Promise<PageOutcome<Campus>> {
  const step = next === null ? { begin: view.head, table: 'conversation' as const, after: '' } : fromNext(next)
  if (step === undefined || step.begin > view.head) {
    return { refused: refusal('bad_request', 'The value of "next" is not one that a pull gave.') }
  }
  const { rows, following } =
    step.table === 'conversation'
      ? await pullConversations(db, view, userId, step, limits)
      : findCrowd(view).isCrowded
        ? { rows: [], following: null }
        : await pullUsers(db, step, limits.users)
  return {
    from: 0,
    to: following === null ? step.begin : 0,
    next: following === null ? null : toNext(following),
    rows,
  }
}

async function pullConversations(
  db: Database,
  view: View,
  userId: string,
  step: Step,
  { conversations: limit, newest }: PageLimits,
): Promise<{ rows: Row[]; following: Step | null }> {
  const memberships = view.memberships
    .filter((membership) => membership.conversation.id > step.after && sinceOf(membership) <= step.begin)
    .sort((one, other) => (one.conversation.id < other.conversation.id ? -1 : 1))
    .slice(0, limit + 1)
  const page = memberships.slice(0, limit)
  const ids = page.map((membership) => membership.conversation.id)
  const isFirst = step.after === ''
  const privateRows = await loadPrivateRows(db, userId, view.head, ids, isFirst)
  const rows = await loadSnapshots(
    db,
    { userId, seen: view.preference.seen === 1 },
    page.map((membership) => ({ membership, seq: view.head, lastN: membership.conversation.last_n, newest })),
    privateRows,
  )
  if (isFirst) rows.push(...privateRows.filter((row) => fromArrangementId(row.conversationId) !== null))
  if (isFirst) rows.push(...listOwnSince(view, userId, 0), ...(await loadContactRows(db, userId, 0)))
  const last = ids.at(-1)
  const { isCrowded } = findCrowd(view)
  const following: Step | null =
    memberships.length > page.length && last !== undefined
      ? { ...step, after: last }
      : isCrowded
        ? null
        : { begin: step.begin, table: 'user', after: '' }
  // Where everybody follows, each comes at their own position.
  const people = await loadIntroductions(db, rows, isCrowded ? step.begin : undefined, [userId])
  return { rows: [...people, ...rows], following }
}

async function pullUsers(db: Database, step: Step, limit: number): Promise<{ rows: Row[]; following: Step | null }> {
  const users = await db
    .selectFrom('user')
    .selectAll()
    .where('id', '>', step.after)
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  const page = users.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: page.map((user) => fromUser(user).row),
    following: users.length > page.length && last !== undefined ? { ...step, after: last.id } : null,
  }
}

const NEXT = /^(\d{1,15})\.(conversation|user)\.([0-9a-f-]{0,36})$/

function toNext(step: Step): string {
  return `${step.begin}.${step.table}.${step.after}`
}

function fromNext(next: string): Step | undefined {
  const match = NEXT.exec(next)
  if (match === null) return undefined
  const [, begin, table, after] = match
  if (after === undefined) return undefined
  return { begin: Number(begin), table: table === 'user' ? 'user' : 'conversation', after }
}
