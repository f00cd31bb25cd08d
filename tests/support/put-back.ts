import { randomUUID } from 'node:crypto'
import type { LogTables } from '../../server/log/log-tables.ts'
import type { Store } from '../../server/store/store.ts'

/**
 * Leaves a log as one that was put back: it ends at this head, and has been written since in a lineage that
 * begins there and of which nobody has heard.
 */
export async function putBack(store: Store, tables: LogTables, log: string, head: number): Promise<void> {
  await store.write(async (db) => {
    await db
      .updateTable(tables.log)
      .set({ head, lineage: randomUUID(), lineage_start: head })
      .where('id', '=', log)
      .execute()
    await db.deleteFrom(tables.lineage).where('log_id', '=', log).where('ended', '>', head).execute()
  })
}
