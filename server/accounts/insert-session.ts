import type { Database, SessionTable } from '../store/schema.ts'

/** One whose device has not acknowledged anything yet. */
export type NewSession = Omit<SessionTable, 'synced_at'>

/**
 * Inserts a session in one statement with a look at the password, and returns whether it did. While
 * the password was compared it may have been changed, which ends all sessions: this one must not slip
 * in behind that.
 */
export async function insertSession(db: Database, session: NewSession, passwordHash: string): Promise<boolean> {
  const inserted = await db
    .insertInto('session')
    .columns(['id', 'user_id', 'secret_hash', 'device', 'created_at', 'last_seen_at', 'cursor_seq'])
    .expression((from) =>
      from
        .selectFrom('credential')
        .select(({ val }) => [
          val(session.id).as('id'),
          'user_id',
          val(session.secret_hash).as('secret_hash'),
          val(session.device).as('device'),
          val(session.created_at).as('created_at'),
          val(session.last_seen_at).as('last_seen_at'),
          val(session.cursor_seq).as('cursor_seq'),
        ])
        .where('user_id', '=', session.user_id)
        .where('password_hash', '=', passwordHash),
    )
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}
