import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import type { Store } from '../store/store.ts'

/** So many go in one transaction: nobody waits for long behind it. */
const AT_ONCE = 200

/**
 * Forgets memberships that ended at or before a position of the log, with what else is kept of them. Whoever was away
 * since before the last of them pulls afresh, which takes them out of what they are not in any more.
 */
export async function pruneMemberships(store: Pick<Store, 'write'>, upTo: number): Promise<void> {
  for (let isDone = upTo === 0; !isDone;) {
    isDone = await store.write(async (db) => {
      await db
        .updateTable('log')
        .set((log) => ({ floor: log.ref('floor') }))
        .where('id', '=', CAMPUS_LOG)
        .execute()
      const ended = await db
        .selectFrom('member')
        .select(['conversation_id', 'user_id', 'seq'])
        .where('removed', '=', 1)
        .where('seq', '<=', upTo)
        .orderBy('seq')
        .limit(AT_ONCE)
        .execute()
      const floor = ended.at(-1)?.seq
      if (floor === undefined) return true
      await db.updateTable('log').set({ floor }).where('id', '=', CAMPUS_LOG).where('floor', '<', floor).execute()
      for (const { conversation_id, user_id } of ended) {
        for (const table of ['member', 'reading', 'receipt', 'personal', 'hidden_message'] as const) {
          await db
            .deleteFrom(table)
            .where('conversation_id', '=', conversation_id)
            .where('user_id', '=', user_id)
            .execute()
        }
      }
      return ended.length < AT_ONCE
    })
  }
}
