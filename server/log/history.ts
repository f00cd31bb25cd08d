import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { HistoryPage } from '../../shared/protocol/http.ts'
import { HISTORY_PAGE_MESSAGES } from '../../shared/protocol/limits.ts'
import type { Store } from '../store/store.ts'
import { fromMessage } from './records.ts'

export interface HistoryInput {
  log: string
  conversation: string
  /** The greatest `n` that is not wanted any more. */
  before: number
  limit: number
}

export type HistoryOutcome = { kind: 'page'; page: HistoryPage } | { kind: 'refused'; refusal: Refusal }

/** The messages next below `before`, `n` ascending, at most a page of them; whoever joined later sees them too. */
export async function history(store: Store, userId: string, input: HistoryInput): Promise<HistoryOutcome> {
  return store.read(async (db) => {
    const head = await db
      .selectFrom('log')
      .leftJoin('member', (join) =>
        join
          .on('member.conversation_id', '=', input.conversation)
          .on('member.user_id', '=', userId)
          .on('member.removed', '=', 0),
      )
      .select(['log.epoch', 'log.head', 'member.seq'])
      .where('log.id', '=', input.log)
      .executeTakeFirst()
    if (head === undefined || (head.seq === null && input.conversation !== EVERYONE_ID)) {
      return { kind: 'refused', refusal: refusal('not_a_member') }
    }
    const messages = await db
      .selectFrom('message')
      .selectAll()
      .where('conversation_id', '=', input.conversation)
      .where('n', '<', input.before)
      .orderBy('n', 'desc')
      .limit(Math.min(input.limit, HISTORY_PAGE_MESSAGES))
      .execute()
    const rows = messages.reverse().map((message) => fromMessage(message).row)
    return { kind: 'page', page: { epoch: head.epoch, head: head.head, rows } }
  })
}
