import type { ClassroomLogRow, QuestionRow, ReplyRow } from '../../../shared/classroom/rows.ts'
import { unreachable } from '../../../shared/unreachable.ts'
import { getPosition, type ClassroomDatabase } from './database.ts'
import { describeNews, firstLooked } from './news.ts'

/*
 * Apply: a classroom's rows and the new cursor, in one transaction, or nothing.
 *
 *   another epoch, or from is not the cursor  →  nothing is applied: `old` if we are past it, else a `gap`
 *   a row                                     →  it replaces the row of its key, unless that is newer
 *   the cursor reached `seq`                  →  the outbox entry accepted there has its rows here, and goes
 *
 * Applying twice changes nothing.
 */

export interface RoomChange {
  epoch: string
  from: number
  to: number
  rows: readonly ClassroomLogRow[]
}

export type Applied = 'applied' | 'old' | 'gap'

/** Applies changes that follow on each other, in one transaction; what the last of them came to. */
export async function applyChanges(db: ClassroomDatabase, changes: readonly RoomChange[]): Promise<Applied> {
  return db.transaction('rw', db.tables, async () => {
    let outcome: Applied = 'old'
    for (const change of changes) outcome = await applyOne(db, change)
    return outcome
  })
}

async function applyOne(db: ClassroomDatabase, change: RoomChange): Promise<Applied> {
  const position = await getPosition(db)
  if (position.epoch !== '' && change.epoch !== position.epoch) return 'gap'
  if (change.from !== position.cursor) return change.to <= position.cursor ? 'old' : 'gap'
  for (const row of change.rows) await putRow(db, row)
  const arrived = await db.outbox
    .filter(({ state }) => state.kind === 'accepted' && state.seq <= change.to)
    .primaryKeys()
  if (arrived.length > 0) await db.outbox.bulkDelete(arrived)
  await db.meta.put({ ...position, epoch: change.epoch, cursor: change.to })
  await noteFirstSight(db, change.rows)
  return 'applied'
}

async function putRow(db: ClassroomDatabase, row: ClassroomLogRow): Promise<void> {
  switch (row.type) {
    case 'classroom':
      return putNewer(db.classroom, row.id, row)
    case 'desk':
      return putNewer(db.desk, row.type, row)
    case 'staff':
      return putNewer(db.staff, row.userId, row)
    case 'question':
      return putNewer(db.questions, row.id, row)
    case 'reply':
      return putNewer(db.replies, row.id, row)
    case 'poll':
      return putNewer(db.polls, row.id, row)
    default:
      return unreachable(row)
  }
}

/** The two calls of a Dexie table that storing a row takes. */
interface RowTable<Row> {
  get(key: string): PromiseLike<Row | undefined>
  put(row: Row): PromiseLike<unknown>
}

/** A row older than the one held comes from a page that was overtaken, and changes nothing. */
async function putNewer<Row extends { seq: number }>(table: RowTable<Row>, key: string, row: Row): Promise<void> {
  const held = await table.get(key)
  if (held === undefined || row.seq >= held.seq) await table.put(row)
}

/** What an asker finds when their question arrives is no news; an answer that came with it is. */
async function noteFirstSight(db: ClassroomDatabase, rows: readonly ClassroomLogRow[]): Promise<void> {
  const questions = rows.filter((row): row is QuestionRow => row.type === 'question')
  if (questions.length === 0) return
  const receipts = await db.receipts.bulkGet(questions.map((row) => row.id))
  for (const [index, row] of questions.entries()) {
    const receipt = receipts[index]
    if (receipt?.looked === null) await db.receipts.put({ ...receipt, looked: firstLooked(row) })
  }
}

/** Notes what is now known of one's own question as looked at. */
export async function lookAt(db: ClassroomDatabase, questionId: string): Promise<void> {
  await db.transaction('rw', db.receipts, db.questions, db.replies, async () => {
    const [receipt, row] = await Promise.all([db.receipts.get(questionId), db.questions.get(questionId)])
    if (receipt?.of !== 'question' || row === undefined) return
    const target = row.mergedInto === null ? row : ((await db.questions.get(row.mergedInto)) ?? row)
    const replies: ReplyRow[] = await db.replies.where({ questionId: target.id }).toArray()
    const looked = describeNews(row, target, replies)
    if (looked !== receipt.looked) await db.receipts.put({ ...receipt, looked })
  })
}
