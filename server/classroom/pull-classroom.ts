import { classroomLog } from '../../shared/classroom/fields.ts'
import { CLASSROOM_PAGE_ROWS } from '../../shared/classroom/limits.ts'
import type { ClassroomPullPage } from '../../shared/classroom/http.ts'
import type { ClassroomLogRow } from '../../shared/classroom/rows.ts'
import type { Database } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { ClassroomAudience } from './audience.ts'
import { loadRows } from './load-rows.ts'

export type ClassroomPull =
  | { kind: 'page'; page: Omit<ClassroomPullPage, 'devices'> }
  /** The client stands in another log than this one, and pulls afresh from 0. */
  | { kind: 'reset'; code: 'epoch_changed' | 'cursor_ahead'; epoch: string }
  | { kind: 'not_found' }

export interface ClassroomChanges {
  epoch: string
  head: number
  /** Every row that changed after the asked-for position, or null when there are more than were asked for. */
  rows: ClassroomLogRow[] | null
}

/**
 * Reads a page of a classroom's log in one snapshot whose head is read first: a fixed number of
 * statements. A page ends at the seq of its last row; what changes meanwhile comes with a later one.
 */
export async function pullClassroom(
  store: Store,
  classroomId: string,
  audience: ClassroomAudience,
  from: { epoch: string; cursor: number },
  pageRows = CLASSROOM_PAGE_ROWS,
): Promise<ClassroomPull> {
  return store.read(async (db) => {
    const log = await findHead(db, classroomId)
    if (log === undefined) return { kind: 'not_found' }
    const { epoch, head } = log
    if (from.epoch !== '' && from.epoch !== epoch) return { kind: 'reset', code: 'epoch_changed', epoch }
    if (from.cursor > head) return { kind: 'reset', code: 'cursor_ahead', epoch }
    // One row more than fits tells whether there is more.
    const rows = await loadRows(db, { classroomId, audience, after: from.cursor, limit: pageRows + 1 })
    const last = rows.length > pageRows ? rows[pageRows - 1] : undefined
    const to = last?.seq ?? head
    return { kind: 'page', page: { epoch, from: from.cursor, to, head, rows: rows.filter(({ seq }) => seq <= to) } }
  })
}

/** What changed since a position, for whoever tells everybody who listens. Throws when there is no such classroom. */
export async function loadClassroomSince(
  store: Store,
  classroomId: string,
  audience: ClassroomAudience,
  from: number,
  limit: number,
): Promise<ClassroomChanges> {
  return store.read(async (db) => {
    const log = await findHead(db, classroomId)
    if (log === undefined) throw new Error('there is no such classroom')
    const rows = await loadRows(db, { classroomId, audience, after: from, limit: limit + 1 })
    return { ...log, rows: rows.length > limit ? null : rows }
  })
}

async function findHead(db: Database, classroomId: string): Promise<{ epoch: string; head: number } | undefined> {
  return db.selectFrom('log').select(['epoch', 'head']).where('id', '=', classroomLog(classroomId)).executeTakeFirst()
}
