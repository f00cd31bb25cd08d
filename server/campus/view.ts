import { sql } from 'kysely'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { HEAD_COLUMNS, type FoundHead, toHead } from '../log/log-tables.ts'
import type { PreferenceRow, StandingRow } from '../../shared/protocol/rows.ts'
import type { ConversationTable, Database, MemberTable, PreferenceTable, StandingTable } from '../store/schema.ts'
import { fromPreference, fromStanding } from './records.ts'

/** One conversation that somebody is or was in. Of Everyone, everybody is a member from the beginning. */
export interface Membership {
  conversation: ConversationTable
  member: MemberTable | null
}

/** A log's head together with somebody's memberships in its conversations, as one snapshot. */
export interface View extends FoundHead {
  /** The conversations they are in now. */
  memberships: Membership[]
  /** Memberships that have ended. */
  ended: MemberTable[]
  preference: Pick<PreferenceTable, 'seq' | 'seen' | 'presence' | 'direct_from' | 'add_from'>
  /** Undefined of a member like everybody. */
  standing: StandingTable | undefined
}

/** Who never chose lets others know. */
/** Beside columns of other tables in one row. */
export const CONVERSATION_COLUMNS = [
  'conversation.id as id',
  'conversation.seq as seq',
  'conversation.kind as kind',
  'conversation.title as title',
  'conversation.creator_id as creator_id',
  'conversation.created_at as created_at',
  'conversation.last_n as last_n',
  'conversation.last_seq as last_seq',
  'conversation.member_count as member_count',
  'conversation.picture_id as picture_id',
  'conversation.description as description',
  'conversation.crowded as crowded',
  'conversation.posting as posting',
  'conversation.slow_seconds as slow_seconds',
] as const

const DEFAULT_PREFERENCE = { seq: 0, seen: 1, presence: 1, direct_from: null, add_from: null }

/** Loads the head, all of somebody's memberships and their preference with one statement; cost grows with the number of their conversations. */
export async function loadView(db: Database, log: string, userId: string): Promise<View | undefined> {
  const columns = [
    ...HEAD_COLUMNS,
    ...CONVERSATION_COLUMNS,
    'preference.seq as preference_seq',
    'preference.seen as seen',
    'preference.presence as presence',
    'preference.direct_from as direct_from',
    'preference.add_from as add_from',
    'standing.seq as standing_seq',
    'standing.role as role',
    'standing.suspended_at as suspended_at',
    'standing.suspended_for as suspended_for',
  ] as const
  const records = await db
    .selectFrom('log')
    .innerJoin('conversation', (join) => join.on('conversation.id', '=', EVERYONE_ID))
    .leftJoin('preference', (join) => join.on('preference.user_id', '=', userId))
    .leftJoin('standing', (join) => join.on('standing.user_id', '=', userId))
    .where('log.id', '=', log)
    .select(columns)
    .select([
      sql<number | null>`null`.as('member_seq'),
      sql<number | null>`null`.as('since'),
      sql<number | null>`null`.as('since_n'),
      sql<number | null>`null`.as('removed'),
      sql<string | null>`null`.as('removed_by'),
      sql<number | null>`null`.as('removed_at'),
    ])
    .unionAll((from) =>
      from
        .selectFrom('member')
        .innerJoin('conversation', 'conversation.id', 'member.conversation_id')
        .innerJoin('log', (join) => join.on('log.id', '=', log))
        .leftJoin('preference', 'preference.user_id', 'member.user_id')
        .leftJoin('standing', 'standing.user_id', 'member.user_id')
        .where('member.user_id', '=', userId)
        .select(columns)
        .select(['member.seq as member_seq', 'member.since as since'])
        .select(['member.since_n as since_n', 'member.removed as removed'])
        .select(['member.removed_by as removed_by', 'member.removed_at as removed_at']),
    )
    .execute()
  const [first] = records
  if (first === undefined) return undefined
  const view: View = {
    ...toHead(first),
    memberships: [],
    ended: [],
    preference: toPreference(first),
    standing: toStanding(userId, first),
  }
  for (const {
    epoch: _epoch,
    lineage: _lineage,
    lineage_start: _start,
    floor: _floor,
    head: _head,
    preference_seq: _seq,
    seen: _seen,
    presence: _presence,
    direct_from: _directFrom,
    add_from: _addFrom,
    standing_seq: _standingSeq,
    role: _role,
    suspended_at: _suspendedAt,
    suspended_for: _suspendedFor,
    member_seq,
    since,
    since_n,
    removed,
    removed_by,
    removed_at,
    ...conversation
  } of records) {
    const member =
      member_seq === null || since === null || since_n === null || removed === null
        ? null
        : {
            conversation_id: conversation.id,
            user_id: userId,
            seq: member_seq,
            since,
            since_n,
            removed,
            removed_by,
            removed_at,
          }
    if (member?.removed === 1) view.ended.push(member)
    else if (member?.removed !== 2) view.memberships.push({ conversation, member })
  }
  return view
}

function toPreference(
  record: { preference_seq: number | null; seen: number | null; presence: number | null } & Pick<
    PreferenceTable,
    'direct_from' | 'add_from'
  >,
): View['preference'] {
  const { preference_seq: seq, seen, presence, direct_from, add_from } = record
  if (seq === null || seen === null || presence === null) return DEFAULT_PREFERENCE
  return { seq, seen, presence, direct_from, add_from }
}

function toStanding(
  userId: string,
  record: { standing_seq: number | null; role: StandingTable['role'] | null } & Pick<
    StandingTable,
    'suspended_at' | 'suspended_for'
  >,
): View['standing'] {
  const { standing_seq: seq, role, suspended_at, suspended_for } = record
  return seq === null || role === null ? undefined : { user_id: userId, seq, role, suspended_at, suspended_for }
}

/** Rows that are somebody's own, and of no conversation, as they changed after a position. */
export function listOwnSince(view: View, userId: string, cursor: number): (PreferenceRow | StandingRow)[] {
  const { preference, standing } = view
  return [
    ...(preference.seq > cursor ? [fromPreference({ user_id: userId, ...preference }).row] : []),
    ...(standing !== undefined && standing.seq > cursor ? [fromStanding(standing).row] : []),
  ]
}

/** Whether more are registered than a device is to hold, and since when that is so, or is not. */
export function findCrowd(view: View): { isCrowded: boolean; seq: number } {
  const everyone = view.memberships.find(({ conversation }) => conversation.id === EVERYONE_ID)?.conversation
  return { isCrowded: everyone?.crowded === 1, seq: everyone?.seq ?? 0 }
}

/** The position from which a membership is seen row by row; everything before it comes as one snapshot. */
export function sinceOf(membership: Membership): number {
  return membership.member?.since ?? 0
}
