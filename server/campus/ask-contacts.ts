import { type Compilable, type CompiledQuery } from 'kysely'
import type {
  BlockTable,
  ContactRequestTable,
  Database,
  MemberTable,
  PreferenceTable,
  UserTable,
} from '../store/schema.ts'
import { fill } from '../store/templates.ts'
import type { Needs, Pairs } from './needs.ts'

/* What a batch has to know of who is on terms with whom. Each is one statement, and none where nothing of it matters. */

type Query<Row> = Compilable<Row> | CompiledQuery<Row>

/** Two people who are in one group. */
export interface Sharing {
  user_id: string
  other_id: string
}

/** Somebody who blocked one who is in this conversation. */
export interface Shunning {
  conversation_id: string
  user_id: string
}

/** Whom people blocked who matter: all of theirs, or what lies between who asks and whom they ask. */
export function askBlocks(db: Database, { blockers, approaches }: Needs): Query<BlockTable> | undefined {
  if (blockers.size === 0 && approaches.size === 0) return undefined
  const all = listPairs(approaches)
  return db
    .selectFrom('block')
    .selectAll()
    .where((or) =>
      or.or([
        ...(blockers.size === 0 ? [] : [or('user_id', 'in', [...blockers])]),
        ...(approaches.size === 0
          ? []
          : [
              or.and([or('user_id', 'in', all.others), or('blocked_id', 'in', all.firsts)]),
              or.and([or('user_id', 'in', all.firsts), or('blocked_id', 'in', all.others)]),
            ]),
      ]),
    )
}

/** Which of those who ask and are asked are in one group. */
export function askSharing(db: Database, { approaches }: Needs): Query<Sharing> | undefined {
  if (approaches.size === 0) return undefined
  const { firsts, others } = listPairs(approaches)
  return db
    .selectFrom('member')
    .innerJoin('conversation', 'conversation.id', 'member.conversation_id')
    .innerJoin('member as other', 'other.conversation_id', 'member.conversation_id')
    .select(['member.user_id as user_id', 'other.user_id as other_id'])
    .distinct()
    .where('member.user_id', 'in', firsts)
    .where('other.user_id', 'in', others)
    .where('member.removed', '=', 0)
    .where('other.removed', '=', 0)
    .where('conversation.kind', '=', 'group')
}

export function askRequests(db: Database, { requests, askers }: Needs): Query<ContactRequestTable> | undefined {
  if (requests.size === 0 && askers.size === 0) return undefined
  return db
    .selectFrom('contact_request')
    .selectAll()
    .where((or) =>
      or.or([
        ...[...requests].map(([conversationId, userIds]) =>
          or.and([or('user_id', 'in', [...userIds]), or('conversation_id', '=', conversationId)]),
        ),
        ...[...askers].map(([userId, askerIds]) =>
          or.and([or('user_id', '=', userId), or('asked_by', 'in', [...askerIds])]),
        ),
      ]),
    )
}

export function askShunning(db: Database, { shunning }: Needs): Query<Shunning> | undefined {
  if (shunning.size === 0) return undefined
  const { firsts: conversationIds, others: userIds } = listPairs(shunning)
  const shape = `shunning of ${userIds.length} in ${conversationIds.length}`
  return fill(db, shape, [...userIds, ...conversationIds], (values) =>
    db
      .selectFrom('block')
      .innerJoin('member', 'member.user_id', 'block.blocked_id')
      .select(['member.conversation_id as conversation_id', 'block.user_id as user_id'])
      .where('block.user_id', 'in', values.slice(0, userIds.length))
      .where('block.blocked', '=', 1)
      .where('member.conversation_id', 'in', values.slice(userIds.length))
      .where('member.removed', '!=', 1),
  )
}

/** One of the two of a direct conversation, with whether they blocked the other one, what they are asked, and whom they let write. */
export type DirectPart = MemberTable & {
  blocked_id: string | null
  block_seq: number | null
  blocked: number | null
  changed_at: number | null
  request_seq: number | null
  state: ContactRequestTable['state'] | null
  asked_by: string | null
  asked_at: number | null
  body: string | null
  direct_from: PreferenceTable['direct_from']
}

export function askDirects(db: Database, { directs }: Needs): Query<DirectPart> | undefined {
  if (directs.size === 0) return undefined
  return fill(db, `${directs.size} directs`, [...directs], (ids) =>
    db
      .selectFrom('member')
      .leftJoin('member as other', (join) =>
        join
          .onRef('other.conversation_id', '=', 'member.conversation_id')
          .onRef('other.user_id', '!=', 'member.user_id'),
      )
      .leftJoin('block', (join) =>
        join.onRef('block.user_id', '=', 'member.user_id').onRef('block.blocked_id', '=', 'other.user_id'),
      )
      .leftJoin('contact_request as request', (join) =>
        join
          .onRef('request.user_id', '=', 'member.user_id')
          .onRef('request.conversation_id', '=', 'member.conversation_id'),
      )
      .leftJoin('preference', 'preference.user_id', 'member.user_id')
      .selectAll('member')
      .select(['block.blocked_id as blocked_id', 'block.seq as block_seq', 'block.blocked', 'block.changed_at'])
      .select(['request.seq as request_seq', 'request.state', 'request.asked_by', 'request.asked_at', 'request.body'])
      .select('preference.direct_from')
      .where('member.conversation_id', 'in', ids),
  )
}

export function toBlocks(parts: readonly DirectPart[]): BlockTable[] {
  return parts.flatMap(({ user_id, blocked_id, block_seq: seq, blocked, changed_at }) =>
    blocked_id === null || seq === null || blocked === null || changed_at === null
      ? []
      : [{ user_id, blocked_id, seq, blocked, changed_at }],
  )
}

export function toRequests(parts: readonly DirectPart[]): ContactRequestTable[] {
  return parts.flatMap(({ user_id, conversation_id, request_seq: seq, state, asked_by, asked_at, body }) =>
    seq === null || state === null || asked_at === null || body === null
      ? []
      : [{ user_id, conversation_id, seq, state, asked_by, asked_at, body }],
  )
}

export function toMembers(parts: readonly DirectPart[]): MemberTable[] {
  return parts.map(({ conversation_id, user_id, seq, since, since_n, removed, removed_by, removed_at }) => ({
    ...{ conversation_id, user_id, seq, since, since_n, removed, removed_by, removed_at },
  }))
}

function listPairs(pairs: Pairs): { firsts: UserTable['id'][]; others: UserTable['id'][] } {
  return { firsts: [...pairs.keys()], others: [...new Set([...pairs.values()].flatMap((ids) => [...ids]))] }
}
