import { sql } from 'kysely'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { ConversationTable, Database, MemberTable } from '../store/schema.ts'

/** One conversation that somebody is or was in. Of Everyone, everybody is a member from the beginning. */
export interface Place {
  conversation: ConversationTable
  member: MemberTable | null
}

/** A log's head together with somebody's places in its conversations, as one snapshot. */
export interface View {
  epoch: string
  epochStart: number
  head: number
  /** The conversations they are in now. */
  places: Place[]
  /** Memberships that have ended. */
  ended: MemberTable[]
}

/** Loads the head and all of somebody's places with one statement; cost grows with the number of their conversations. */
export async function loadView(db: Database, log: string, userId: string): Promise<View | undefined> {
  const columns = [
    'log.epoch as epoch',
    'log.epoch_start as epoch_start',
    'log.head as head',
    'conversation.id as id',
    'conversation.seq as seq',
    'conversation.kind as kind',
    'conversation.title as title',
    'conversation.creator_id as creator_id',
    'conversation.created_at as created_at',
    'conversation.last_n as last_n',
    'conversation.last_seq as last_seq',
  ] as const
  const records = await db
    .selectFrom('log')
    .innerJoin('conversation', (join) => join.on('conversation.id', '=', EVERYONE_ID))
    .where('log.id', '=', log)
    .select(columns)
    .select([
      sql<number | null>`null`.as('member_seq'),
      sql<number | null>`null`.as('since'),
      sql<number | null>`null`.as('since_n'),
      sql<number | null>`null`.as('removed'),
    ])
    .unionAll((from) =>
      from
        .selectFrom('member')
        .innerJoin('conversation', 'conversation.id', 'member.conversation_id')
        .innerJoin('log', (join) => join.on('log.id', '=', log))
        .where('member.user_id', '=', userId)
        .select(columns)
        .select(['member.seq as member_seq', 'member.since as since'])
        .select(['member.since_n as since_n', 'member.removed as removed']),
    )
    .execute()
  const [first] = records
  if (first === undefined) return undefined
  const view: View = {
    epoch: first.epoch,
    epochStart: first.epoch_start,
    head: first.head,
    places: [],
    ended: [],
  }
  for (const {
    epoch: _,
    epoch_start: __,
    head: ___,
    member_seq,
    since,
    since_n,
    removed,
    ...conversation
  } of records) {
    const member =
      member_seq === null || since === null || since_n === null || removed === null
        ? null
        : { conversation_id: conversation.id, user_id: userId, seq: member_seq, since, since_n, removed }
    if (member?.removed === 1) view.ended.push(member)
    else view.places.push({ conversation, member })
  }
  return view
}

/** The position from which a place is seen row by row; everything before it comes as one snapshot. */
export function sinceOf(place: Place): number {
  return place.member?.since ?? 0
}
