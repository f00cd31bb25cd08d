import { sql } from 'kysely'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { Database } from '../store/schema.ts'
import type { Store } from '../store/store.ts'

export interface SeenInput {
  conversation: string
  n: number
}

export type SeenOutcome = { kind: 'count'; count: number } | { kind: 'refused'; refusal: Refusal }

const KEPT_TO_ONESELF = refusal(
  'forbidden',
  'You do not let others know what you have seen, so you do not get to know it of them.',
)

/**
 * How many others have read a message, of those who let others know. Who came after it begins with
 * everything read and is not counted: nobody knows whether they saw it.
 */
export async function countSeen(store: Store, userId: string, input: SeenInput): Promise<SeenOutcome> {
  const membership = await findMembership(store.db, userId, input.conversation)
  if (membership === undefined) return { kind: 'refused', refusal: refusal('not_a_member') }
  if (membership.seen === 0) return { kind: 'refused', refusal: KEPT_TO_ONESELF }
  const readers = selectReaders(store.db, userId, input)
  const { count } = await (membership.isEveryone ? countUsers(readers, input.n) : countMembers(readers, input.n))
  return { kind: 'count', count }
}

async function findMembership(db: Database, userId: string, conversation: string) {
  const found = await db
    .selectFrom('conversation')
    .leftJoin('member', (join) =>
      join
        .onRef('member.conversation_id', '=', 'conversation.id')
        .on('member.user_id', '=', userId)
        .on('member.removed', '=', 0),
    )
    .leftJoin('preference', (join) => join.on('preference.user_id', '=', userId))
    .select(['conversation.kind', 'member.seq as memberSeq', 'preference.seen'])
    .where('conversation.id', '=', conversation)
    .executeTakeFirst()
  const isEveryone = found?.kind === 'everyone'
  return found === undefined || (found.memberSeq === null && !isEveryone) ? undefined : { isEveryone, seen: found.seen }
}

function selectReaders(db: Database, userId: string, { conversation, n }: SeenInput) {
  return (
    db
      .selectFrom('reading')
      .leftJoin('preference', 'preference.user_id', 'reading.user_id')
      .where('reading.conversation_id', '=', conversation)
      .where('reading.n', '>=', n)
      .where('reading.user_id', '!=', userId)
      .where((or) => or.or([or('preference.seen', 'is', null), or('preference.seen', '=', 1)]))
      // To whom they blocked they are one who does not let others know.
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('block')
              .select('block.seq')
              .whereRef('block.user_id', '=', 'reading.user_id')
              .where('block.blocked_id', '=', userId)
              .where('block.blocked', '=', 1),
          ),
        ),
      )
  )
}
type Readers = ReturnType<typeof selectReaders>

const COUNT = sql<number>`count(*)`.as('count')

function countMembers(readers: Readers, n: number) {
  return readers
    .innerJoin('member', (join) =>
      join
        .onRef('member.conversation_id', '=', 'reading.conversation_id')
        .onRef('member.user_id', '=', 'reading.user_id'),
    )
    .where('member.removed', '=', 0)
    .where('member.since_n', '<', n)
    .select(COUNT)
    .executeTakeFirstOrThrow()
}

function countUsers(readers: Readers, n: number) {
  return readers
    .innerJoin('message', (join) =>
      join.onRef('message.conversation_id', '=', 'reading.conversation_id').on('message.n', '=', n),
    )
    .innerJoin('user', 'user.id', 'reading.user_id')
    .whereRef('user.created_at', '<', 'message.sent_at')
    .select(COUNT)
    .executeTakeFirstOrThrow()
}
