import type { Database, SessionTable } from '../store/schema.ts'

/** One whose device has not acknowledged anything yet. */
export type NewSession = Omit<SessionTable, 'synced_at' | 'proven_at' | 'signed_in_by'>

/** What opened the door: the hash that a password was compared with, or the row of whatever else somebody came by. */
export type Key = { by: 'password'; hash: string } | { by: 'sso'; id: string } | { by: 'passkey'; id: string }

/**
 * Inserts a session in one statement with a look at what opened the door, and returns whether it did. Meanwhile the password may
 * have been changed, which ends all sessions, or the passkey removed: this one must not slip in behind that.
 */
export async function insertSession(db: Database, session: NewSession, key: Key): Promise<boolean> {
  const inserted = await db
    .insertInto('session')
    .columns([
      ...(['id', 'user_id', 'secret_hash', 'device', 'created_at', 'last_seen_at', 'cursor_seq'] as const),
      'signed_in_by',
    ])
    .expression((from) =>
      from
        .selectFrom(findKey(db, session.user_id, key).as('key'))
        .select(({ val }) => [
          val(session.id).as('id'),
          'key.user_id',
          val(session.secret_hash).as('secret_hash'),
          val(session.device).as('device'),
          val(session.created_at).as('created_at'),
          val(session.last_seen_at).as('last_seen_at'),
          val(session.cursor_seq).as('cursor_seq'),
          val(key.by).as('signed_in_by'),
        ]),
    )
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}

/** A row if this still opens the door to that account. */
function findKey(db: Database, userId: string, key: Key) {
  switch (key.by) {
    case 'password':
      return db
        .selectFrom('credential')
        .select('user_id')
        .where('user_id', '=', userId)
        .where('password_hash', '=', key.hash)
    case 'sso':
      return db.selectFrom('external_identity').select('user_id').where('user_id', '=', userId).where('id', '=', key.id)
    case 'passkey':
      return db.selectFrom('passkey').select('user_id').where('user_id', '=', userId).where('id', '=', key.id)
  }
}
