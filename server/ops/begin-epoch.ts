import { sql } from 'kysely'
import { randomUUID } from 'node:crypto'
import type { Store } from '../store/store.ts'

/**
 * Begins a new epoch of every log at its present head. To be run once after a backup was restored:
 * clients then know that what they were told beyond it is gone, and offer their own messages again.
 * The servers that run notice at their next look at the log. Returns how many logs there are.
 */
export async function beginEpoch(store: Store): Promise<number> {
  return store.write(async (db) => {
    const logs = await db.selectFrom('log').select('id').execute()
    for (const { id } of logs) {
      await db
        .updateTable('log')
        .set({ epoch: randomUUID(), epoch_start: sql.ref('head') })
        .where('id', '=', id)
        .execute()
    }
    return logs.length
  })
}
