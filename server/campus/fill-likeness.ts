import type { Store } from '../store/store.ts'
import { toLooks } from './likeness.ts'

const PEOPLE_AT_ONCE = 200

/**
 * Keeps what the names and handles look like of those who came before that was kept, or through a process of an older
 * version. Their rows and positions stay as they are.
 */
export async function fillLikeness(store: Store): Promise<void> {
  for (let after = ''; ;) {
    const people = await store.db
      .selectFrom('user')
      .leftJoin('likeness', (join) => join.onRef('likeness.user_id', '=', 'user.id').on('likeness.kind', '=', 'handle'))
      .select(['user.id', 'user.name', 'user.handle'])
      .where('likeness.user_id', 'is', null)
      .where('user.former', '=', 0)
      .where('user.id', '>', after)
      .orderBy('user.id')
      .limit(PEOPLE_AT_ONCE)
      .execute()
    if (people.length === 0) return
    await store.upsert(store.db, 'likeness', ['user_id', 'kind'], people.flatMap(toLooks))
    after = people.at(-1)?.id ?? after
  }
}
