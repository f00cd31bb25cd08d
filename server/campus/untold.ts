import type { Store } from '../store/store.ts'
import type { Gathering } from './receipt-gatherer.ts'

/** Conversations of which receipts are untold. */
export async function listUntold({ db }: Pick<Store, 'db'>): Promise<Gathering[]> {
  return db
    .selectFrom('conversation')
    .select(['id', 'member_count'])
    .where('id', 'in', (from) => from.selectFrom('receipt').select('conversation_id').where('untold', '>', 0))
    .execute()
}
