import { type Kysely, sql } from 'kysely'

/** Counts the members of the conversations that are there. Run twice it counts the same. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`update conversation set member_count =
    (select count(*) from member where member.conversation_id = conversation.id and member.removed = 0)`.execute(db)
}
