import { refuse } from '../../shared/classroom/errors.ts'
import { fromClassroomLog } from '../../shared/classroom/fields.ts'
import { CLASSROOM_PAGE_ROWS } from '../../shared/classroom/limits.ts'
import type { LogKind, UnitOfWork } from '../log/kind.ts'
import { findHead, type FoundHead } from '../log/log-tables.ts'
import type { Store } from '../store/store.ts'
import { createClassroomBatch, type OpenClassroomBatch } from './classroom-batch.ts'
import { loadClassroom } from './load-classroom.ts'
import { loadRows } from './load-rows.ts'
import { createClassroomNeeds } from './needs.ts'
import { toRowKey } from './row-key.ts'
import { decideEntry, needEntry } from './rules/rules.ts'
import { classroomTables } from './tables.ts'
import type { Classroom } from './types.ts'
import { writeClassroom } from './write-classroom.ts'

const DAY_MS = 24 * 60 * 60_000

interface ClassroomKindOptions {
  pageRows?: number
  /** What holds a text of a student's in every classroom. */
  heldWords?: () => readonly string[]
  /** Hears of files that an answer carried and does not any more. */
  onFilesLeft?: (fileIds: readonly string[]) => void
}

/** A classroom: a log of its own for what students ask without being known, and what staff make of it. */
export function createClassroomKind(
  store: Pick<Store, 'kind' | 'upsert'>,
  { pageRows = CLASSROOM_PAGE_ROWS, onFilesLeft = () => undefined, heldWords = () => [] }: ClassroomKindOptions = {},
): LogKind<Classroom> {
  const tables = classroomTables(store)
  return {
    tables,
    begin: (log, now) => beginUnit(store, fromClassroomLog(log), now, { onFilesLeft, heldWords }),
    // A staff member's command has a position in the log beside it: it must not date the questions around it.
    toKeptTime: (now) => now - (now % DAY_MS),
    refuse,
    openView: (db, log): Promise<FoundHead | undefined> => findHead(db, tables, log),
    async loadPage(db, log, { head }, { audience }, { cursor }) {
      // One row more than fits tells whether there is more.
      const range = { classroomId: fromClassroomLog(log), after: cursor, limit: pageRows + 1 }
      const rows = (await loadRows(db, range, [audience])).map(({ row }) => row)
      const last = rows.length > pageRows ? rows[pageRows - 1] : undefined
      const to = last?.seq ?? head
      return { from: cursor, to, next: null, rows: rows.filter(({ seq }) => seq <= to) }
    },
    toRowKey,
    loadChanges: (db, log, after, limit) =>
      loadRows(db, { classroomId: fromClassroomLog(log), after, limit }, ['everybody', 'staff']),
  }
}

function beginUnit(
  store: Pick<Store, 'upsert'>,
  classroomId: string,
  now: number,
  { onFilesLeft, heldWords }: Required<Pick<ClassroomKindOptions, 'onFilesLeft' | 'heldWords'>>,
): UnitOfWork<Classroom> {
  const needs = createClassroomNeeds()
  let batch: OpenClassroomBatch | undefined
  const getBatch = () => {
    if (batch === undefined) throw new Error('a classroom is decided about before it was loaded')
    return batch
  }
  return {
    need: (entry) => needEntry(needs, entry),
    // What is asked of a classroom depends on what its own row says.
    ask: () => [],
    async load(db) {
      batch = createClassroomBatch(now, await loadClassroom(db, classroomId, needs), heldWords())
    },
    decide: (entry) => decideEntry(getBatch(), entry),
    async write(db, head) {
      const stamped = getBatch().stamp(head)
      await writeClassroom(store, db, stamped)
      const { head: to, leftFiles } = stamped
      return { head: to, rows: null, ...(leftFiles.length > 0 && { onCommitted: () => onFilesLeft(leftFiles) }) }
    },
  }
}
