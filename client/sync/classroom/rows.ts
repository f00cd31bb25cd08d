import type { ClassroomLogRow, QuestionRow } from '../../../shared/classroom/rows.ts'
import { unreachable } from '../../../shared/unreachable.ts'
import type { RowTable } from '../log/kind.ts'
import { firstLooked } from './news.ts'
import { findRow, type ClassroomTables } from './tables.ts'

/** Stores rows, each unless a newer one is held. */
export async function applyRows(tables: ClassroomTables, rows: readonly ClassroomLogRow[]): Promise<void> {
  for (const row of rows) await putRow(tables, row)
  await noteFirstSight(tables, rows)
}

/** Forgets what came from the log; what is this device's own stays. */
export async function clearRows(tables: ClassroomTables): Promise<void> {
  const { classroom, desk, staff, questions, replies, polls } = tables
  for (const table of [classroom, desk, staff, questions, replies, polls]) await table.clear()
}

async function putRow(tables: ClassroomTables, row: ClassroomLogRow): Promise<void> {
  switch (row.type) {
    case 'classroom':
      return putNewer(tables.classroom, row.id, row)
    case 'desk':
      return putNewer(tables.desk, row.type, row)
    case 'staff':
      return putNewer(tables.staff, row.userId, row)
    case 'question':
      return putNewer(tables.questions, row.id, row)
    case 'reply':
      return putNewer(tables.replies, row.id, row)
    case 'poll':
      return putNewer(tables.polls, row.id, row)
    default:
      return unreachable(row)
  }
}

/** A row older than the one held comes from a page that was overtaken, and changes nothing. */
async function putNewer<Row extends { seq: number }>(
  table: RowTable<Row, string>,
  key: string,
  row: Row,
): Promise<void> {
  const held = await findRow(table, key)
  if (held === undefined || row.seq >= held.seq) await table.bulkPut([row])
}

/** What an asker finds when their question arrives is no news; an answer that came with it is. */
async function noteFirstSight(tables: ClassroomTables, rows: readonly ClassroomLogRow[]): Promise<void> {
  const questions = rows.filter((row): row is QuestionRow => row.type === 'question')
  if (questions.length === 0) return
  const receipts = await tables.receipts.bulkGet(questions.map((row) => row.id))
  for (const [index, row] of questions.entries()) {
    const receipt = receipts[index]
    if (receipt?.looked === null) await tables.receipts.bulkPut([{ ...receipt, looked: firstLooked(row) }])
  }
}
