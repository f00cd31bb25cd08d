import { createHash } from 'node:crypto'
import type { Act, SubjectKind } from '../../shared/operate/acts.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import type { AuditTable, Database } from '../store/schema.ts'
import type { Store } from '../store/store.ts'

/*
 * The audit log: what operators and moderators did, one row an act, in the same transaction as the act. Rows are numbered
 * without gaps and each hash covers the one before, so that whoever changes or takes out a row in the database changes every
 * hash after it; `admin verify` computes them anew. No code changes or deletes a row.
 *
 * Two who write at once must not both follow the same row: whoever writes here holds the row of the campus log, as does
 * everybody who writes to that log.
 */

/** Who does something: a person, in the app or by a command of theirs; or whoever sits at the server itself. */
export type Actor = { id: string; via: 'app' } | { id: null; via: 'command-line' | 'server' }

/** An act, as it is to be kept. Nothing secret belongs into `detail`: all operators read it. */
export interface AuditEntry {
  actor: Actor
  act: Act
  subject: { kind: SubjectKind; id: string | null }
  detail?: Readonly<Record<string, unknown>>
}

/** Where the audit log ends: the number and the hash of its last row. */
export interface AuditEnd {
  n: number
  hash: string
}

export const EMPTY_AUDIT: AuditEnd = { n: 0, hash: '' }

/** Does `work` in one transaction with the rows of what it did. When it throws, neither is there. */
export async function writeAudited<Answer>(
  store: Store,
  now: number,
  work: (db: Database) => Promise<{ answer: Answer; entries: readonly AuditEntry[] }>,
): Promise<Answer> {
  return store.write(async (db) => {
    await holdCampusLog(db)
    const { answer, entries } = await work(db)
    if (entries.length === 0) return answer
    const end = (await askAuditEnd(db).executeTakeFirst()) ?? EMPTY_AUDIT
    await store.run(db, store.toInserts('audit', toAuditRows(end, entries, now)))
    return answer
  })
}

/** First of all in the transaction, so that nobody waits for anybody who waits for them. */
async function holdCampusLog(db: Database): Promise<void> {
  await db
    .updateTable('log')
    .set((column) => ({ head: column.ref('head') }))
    .where('id', '=', CAMPUS_LOG)
    .execute()
}

/** What answers with the last row, for whoever holds the row of the campus log. */
export function askAuditEnd(db: Database) {
  return db.selectFrom('audit').select(['n', 'hash']).orderBy('n', 'desc').limit(1)
}

/** The rows that these acts come to, after `end`. */
export function toAuditRows(end: AuditEnd, entries: readonly AuditEntry[], at: number): AuditTable[] {
  let last = end
  return entries.map(({ actor, act, subject, detail = {} }) => {
    const row = {
      n: last.n + 1,
      at,
      actor_id: actor.id,
      via: actor.via,
      act,
      subject_kind: subject.kind,
      subject_id: subject.id,
      detail: JSON.stringify(detail),
    }
    last = { ...row, hash: toAuditHash(last.hash, row) }
    return { ...row, hash: last.hash }
  })
}

/** The hash of a row after the one with the hash `before`, which is empty for the first. */
export function toAuditHash(before: string, row: Omit<AuditTable, 'hash'>): string {
  const { n, at, actor_id, via, act, subject_kind, subject_id, detail } = row
  const content = JSON.stringify([before, n, at, actor_id, via, act, subject_kind, subject_id, detail])
  return createHash('sha256').update(content).digest('hex')
}
