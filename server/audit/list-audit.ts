import * as v from 'valibot'
import { act, type AuditRow, subjectKind } from '../../shared/operate/acts.ts'
import type { Database } from '../store/schema.ts'

const detailSchema = v.record(v.string(), v.unknown())

/** The acts before the row with the number `before`, the newest first; null is from the end. */
export async function listAudit(db: Database, before: number | null, limit: number): Promise<AuditRow[]> {
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .$if(before !== null, (rows) => rows.where('n', '<', before ?? 0))
    .orderBy('n', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ n, at, actor_id, via, subject_id, ...row }) => ({
    ...{ n, at, actorId: actor_id, via, subjectId: subject_id },
    act: v.parse(act, row.act),
    subjectKind: v.parse(subjectKind, row.subject_kind),
    detail: v.parse(detailSchema, JSON.parse(row.detail)),
  }))
}
