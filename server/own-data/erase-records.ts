import type { Database, ErasureTable } from '../store/schema.ts'

/** By what somebody signs in, or would be let in anew, by `user_id`. */
export const WAYS_IN = [
  'credential',
  'passkey',
  'external_identity',
  'one_time_link',
  'ceremony',
  'email_address',
] as const

/** Tables whose rows are somebody's alone, by `user_id`: with their account all of these go. */
export const OWN_TABLES = [
  ...WAYS_IN,
  ...(['session', 'standing'] as const),
  ...(['preference', 'personal', 'reading', 'hidden_message', 'receipt', 'mention'] as const),
  ...(['block', 'contact_request'] as const),
  ...(['likeness', 'name_word', 'command', 'classroom_command', 'token_issuance'] as const),
] as const

/**
 * Deletes what the tables hold of somebody and no device of others does, table by table. What stays says no more than
 * that somebody with this id was there.
 */
export async function eraseRecords(db: Database, userId: string, messages: ErasureTable['messages']): Promise<void> {
  await eraseWaysIn(db, userId)
  await eraseFrom(db, userId, OWN_TABLES)
  // What they ask to come into a group stays the group's question.
  const answered = db.updateTable('contact_request').where('asked_by', '=', userId).where('state', '!=', 'asked')
  await answered.set({ asked_by: null }).execute()
  await db.updateTable('invitation').set({ created_by: null, note: '' }).where('created_by', '=', userId).execute()
  await eraseFiles(db, userId)
  await eraseReports(db, userId, messages)
}

/** From now on nothing that somebody knows or has opens this account. */
export async function eraseWaysIn(db: Database, userId: string): Promise<void> {
  const addresses = db.selectFrom('email_address').select('address').where('user_id', '=', userId)
  await db.deleteFrom('email_code').where('address', 'in', addresses).execute()
  await eraseFrom(db, userId, WAYS_IN)
}

async function eraseFrom(db: Database, userId: string, tables: readonly (typeof OWN_TABLES)[number][]): Promise<void> {
  for (const table of tables) {
    await db
      .deleteFrom(table as 'session')
      .where('user_id', '=', userId)
      .execute()
  }
}

/** What no message carries is not wanted by anybody, and is swept. What one carries is called what it was sent as. */
async function eraseFiles(db: Database, userId: string): Promise<void> {
  await db
    .updateTable('file')
    .set({ touched_at: 0 })
    .where('user_id', '=', userId)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('message_file').select('file_id').whereRef('message_file.file_id', '=', 'file.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('reply_file').select('file_id').whereRef('reply_file.file_id', '=', 'file.id'))),
    )
    .execute()
}

/**
 * Their own reports are nobody's from now on. Of them only those of messages that stay are left to moderators, who find the message where it
 * stands: what was kept of it goes.
 */
async function eraseReports(db: Database, userId: string, messages: ErasureTable['messages']): Promise<void> {
  const empty = JSON.stringify([])
  await db.updateTable('report').set({ reporter_id: null, reason: '' }).where('reporter_id', '=', userId).execute()
  const of = db.updateTable('report').where('person_id', '=', userId)
  await of.set({ context: empty }).execute()
  await db.updateTable('report').set({ closed_by: null }).where('closed_by', '=', userId).execute()
  if (messages === 'remove')
    await of.where('kind', '=', 'message').where('closed_at', 'is', null).set(DISMISSED).execute()
  await of.where('kind', '=', 'person').where('closed_at', 'is', null).set(DISMISSED).execute()
}

const DISMISSED = { closed_at: 0, outcome: 'dismissed' } as const
