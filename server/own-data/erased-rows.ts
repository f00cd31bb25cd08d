import type { Database } from '../store/schema.ts'

const MESSAGES_AT_ONCE = 500

/** Pages of the messages of somebody in a conversation that are not deleted, the oldest first. */
export async function* listErasedMessages(
  db: Database,
  conversationId: string,
  authorId: string,
): AsyncGenerator<string[]> {
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom('message')
      .select(['id', 'n'])
      .where('conversation_id', '=', conversationId)
      .where('n', '>', after)
      .where('author_id', '=', authorId)
      .where('text', 'is not', null)
      .orderBy('n')
      .limit(MESSAGES_AT_ONCE)
      .execute()
    if (rows.length === 0) return
    yield rows.map(({ id }) => id)
    after = rows.at(-1)?.n ?? after
  }
}

/** The messages of a conversation under which somebody has a reaction, or had one. */
export async function listErasedReactions(db: Database, conversationId: string, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('annotation')
    .select('message_id')
    .where('conversation_id', '=', conversationId)
    .where('kind', '=', 'reaction')
    .where('user_id', '=', userId)
    .execute()
  return rows.map(({ message_id }) => message_id)
}
