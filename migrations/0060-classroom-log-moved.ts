import { type Kysely, sql } from 'kysely'

/** What was copied is on disk, and goes where it was. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`delete from log where id like 'classroom-%'`.execute(db)
}
