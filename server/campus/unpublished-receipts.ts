import { RECEIPT_MEMBERS_MAX } from '../../shared/protocol/limits.ts'
import type { Store } from '../store/store.ts'
import type { Gathering } from './receipt-gatherer.ts'

/**
 * Conversations of which receipts are unpublished. What somebody left unpublished who is not in it any more stays so, as in a group
 * that grew too large.
 */
export async function listUnpublished({ db }: Pick<Store, 'db'>): Promise<Gathering[]> {
  return db
    .selectFrom('conversation')
    .select(['id', 'member_count'])
    .where('member_count', '<=', RECEIPT_MEMBERS_MAX)
    .where('id', 'in', (from) =>
      from
        .selectFrom('receipt')
        .innerJoin('member', (join) =>
          join
            .onRef('member.conversation_id', '=', 'receipt.conversation_id')
            .onRef('member.user_id', '=', 'receipt.user_id'),
        )
        .select('receipt.conversation_id')
        .where('receipt.unpublished', '>', 0)
        .where('member.removed', '=', 0),
    )
    .execute()
}
