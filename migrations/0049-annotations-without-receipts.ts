import { type Kysely, sql } from 'kysely'

/** They are in a table of their own. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`delete from annotation where kind in ('delivery', 'seen')`.execute(db)
}
