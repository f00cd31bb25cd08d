import { EMPTY_AUDIT, toAuditHash } from './audit.ts'
import type { Database } from '../store/schema.ts'

const PAGE_ROWS = 1_000

/** The number of the first row that does not follow on the one before it as it was written; undefined when all do. */
export async function findBrokenAudit(db: Database): Promise<number | undefined> {
  let last = EMPTY_AUDIT
  for (;;) {
    const rows = await db
      .selectFrom('audit')
      .selectAll()
      .where('n', '>', last.n)
      .orderBy('n')
      .limit(PAGE_ROWS)
      .execute()
    for (const row of rows) {
      if (row.n !== last.n + 1 || row.hash !== toAuditHash(last.hash, row)) return last.n + 1
      last = row
    }
    if (rows.length < PAGE_ROWS) return undefined
  }
}
