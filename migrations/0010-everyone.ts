import type { Kysely } from 'kysely'

/** The conversation that holds everybody: the first row of the campus log. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = db as Kysely<Tables>
  // On MySQL a start may have been cut off after this row and before the step was noted.
  if ((await tables.selectFrom('conversation').select('id').execute()).length > 0) return
  await tables
    .insertInto('conversation')
    .values({
      id: '00000000-0000-8000-8000-000000000001',
      seq: 1,
      kind: 'everyone',
      title: null,
      creator_id: null,
      created_at: Date.now(),
      last_n: 0,
      last_seq: 1,
    })
    .execute()
}

/** The columns as they were at this step; the schema of the running code may have moved on. */
interface Tables {
  conversation: {
    id: string
    seq: number
    kind: string
    title: string | null
    creator_id: string | null
    created_at: number
    last_n: number
    last_seq: number
  }
}
