import { uuidv7 } from 'uuidv7'
import type { Invitation } from '../../shared/operate/http.ts'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import { type Actor, writeAudited } from '../audit/audit.ts'
import type { Database } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { createLinkToken, toLinkHash } from './link-token.ts'

export interface NewInvitation {
  /** What it is for, for whoever sees the list. */
  note: string
  uses: number
  /** Until when it holds, in milliseconds since 1970; null is until it is withdrawn. */
  endsAt: number | null
}

/** Makes an invitation, with a row in the audit log. Its token is told this once, and kept as a hash alone. */
export async function createInvitation(
  store: Store,
  actor: Actor,
  { note, uses, endsAt }: NewInvitation,
  now: number,
): Promise<{ id: string; token: string }> {
  const [id, token] = [uuidv7(), createLinkToken()]
  return writeAudited(store, now, async (db) => {
    const times = { created_at: now, ends_at: endsAt, withdrawn_at: null }
    const record = { id, token_hash: toLinkHash(token), note, created_by: actor.id, ...times, uses_max: uses, uses: 0 }
    await db.insertInto('invitation').values(record).execute()
    const subject = { kind: 'invitation', id } as const
    return {
      answer: { id, token },
      entries: [{ actor, act: 'invitation.create', subject, detail: { note, uses, endsAt } }],
    }
  })
}

/** All of them, the newest first. */
export async function listInvitations(db: Database): Promise<Invitation[]> {
  const rows = await db.selectFrom('invitation').selectAll().orderBy('created_at', 'desc').orderBy('id').execute()
  return rows.map((row) => ({
    ...{ id: row.id, note: row.note, createdBy: row.created_by, createdAt: row.created_at, endsAt: row.ends_at },
    ...{ usesMax: row.uses_max, uses: row.uses, withdrawnAt: row.withdrawn_at },
  }))
}

/** Nobody makes an account with it any more; whoever did keeps theirs. */
export async function withdrawInvitation(
  store: Store,
  actor: Actor,
  id: string,
  now: number,
): Promise<Refusal | undefined> {
  return writeAudited<Refusal | undefined>(store, now, async (db) => {
    const withdrawn = await db
      .updateTable('invitation')
      .set({ withdrawn_at: now })
      .where('id', '=', id)
      .where('withdrawn_at', 'is', null)
      .executeTakeFirst()
    if (withdrawn.numUpdatedRows === 0n) return { answer: refusal('not_found'), entries: [] }
    const subject = { kind: 'invitation', id } as const
    return { answer: undefined, entries: [{ actor, act: 'invitation.withdraw', subject }] }
  })
}

/** Takes one use of an invitation; false when it has none left, has ended or was withdrawn. Of two who take the last one gets it. */
export async function spendInvitation(db: Database, token: string, now: number): Promise<boolean> {
  const spent = await db
    .updateTable('invitation')
    .set((column) => ({ uses: column('uses', '+', 1) }))
    .where('token_hash', '=', toLinkHash(token))
    .where('withdrawn_at', 'is', null)
    .where((or) => or.or([or('ends_at', 'is', null), or('ends_at', '>', now)]))
    .whereRef('uses', '<', 'uses_max')
    .executeTakeFirst()
  return spent.numUpdatedRows === 1n
}

/** Nothing came of a use. */
export async function giveBackInvitation(db: Database, token: string): Promise<void> {
  await db
    .updateTable('invitation')
    .set((column) => ({ uses: column('uses', '-', 1) }))
    .where('token_hash', '=', toLinkHash(token))
    .where('uses', '>', 0)
    .execute()
}
