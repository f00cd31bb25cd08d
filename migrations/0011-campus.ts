import type { Kysely } from 'kysely'
import { randomUUID } from 'node:crypto'

/** The campus log in its first epoch, at the position of its first row. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = db as Kysely<Tables>
  // On MySQL a start may have been cut off after this row and before the step was noted.
  if ((await tables.selectFrom('log').select('id').execute()).length > 0) return
  await tables.insertInto('log').values({ id: 'campus', epoch: randomUUID(), epoch_start: 0, head: 1 }).execute()
}

/** The columns as they were at this step; the schema of the running code may have moved on. */
interface Tables {
  log: { id: string; epoch: string; epoch_start: number; head: number }
}
