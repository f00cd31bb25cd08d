import { sql } from 'kysely'
import { classroomLog } from '../../../../shared/classroom/fields.ts'
import { classroomTables } from '../../../classroom/tables.ts'
import { findHead, type LogTables } from '../../../log/log-tables.ts'
import type { Database } from '../../../store/schema.ts'
import type { Check, Finding } from '../check.ts'

const AT_ONCE = 100

const CHANGED = ['classroom_staff', 'question', 'reply', 'poll'] as const

/** Each has a log with all of its changes in it, and questions numbered without gaps. */
export const classroomsCheck: Check = {
  name: 'classrooms',
  async *find({ store }) {
    const tables = classroomTables(store)
    for (let after = ''; ;) {
      const page = await store.db
        .selectFrom('classroom')
        .select('id')
        .where('id', '>', after)
        .orderBy('id')
        .limit(AT_ONCE)
        .execute()
      for (const { id } of page) yield* await store.read((db) => lookAt(db, tables, id))
      const last = page.at(-1)
      if (last === undefined || page.length < AT_ONCE) return
      after = last.id
    }
  },
}

async function lookAt(db: Database, tables: LogTables, id: string): Promise<Finding[]> {
  const wrong = (message: string): Finding => ({ id: `classroom ${id}`, message })
  const classroom = await db
    .selectFrom('classroom')
    .select(['seq', 'question_count'])
    .where('id', '=', id)
    .executeTakeFirst()
  // It ended meanwhile.
  if (classroom === undefined) return []
  const found = await findHead(db, tables, classroomLog(id))
  if (found === undefined) return [wrong('It has no log.')]
  const findings: Finding[] = []
  const positions: { table: string; least: number; last: number }[] = [
    { table: 'classroom', least: classroom.seq, last: classroom.seq },
  ]
  for (const table of CHANGED) {
    const { rows } = await sql<{ least: number; last: number }>`
      select coalesce(min(seq), 1) as least, coalesce(max(seq), 1) as last
      from ${sql.table(table)} where classroom_id = ${id}`.execute(db)
    positions.push(...rows.map((row) => ({ table, ...row })))
  }
  for (const { table, least, last } of positions) {
    if (least < 1 || last > found.head)
      findings.push(wrong(`A seq in "${table}" is no position of its log, or after its head.`))
  }
  const { rows } = await sql<{ count: number; least: number; last: number }>`
    select count(*) as count, coalesce(min(n), 1) as least, coalesce(max(n), 0) as last
    from question where classroom_id = ${id}`.execute(db)
  const [numbers] = rows.map(({ count, least, last }) => [count, least, last].join())
  const { question_count: count } = classroom
  if (numbers !== [count, 1, count].join()) {
    findings.push(wrong(`Its questions are not numbered from 1 to its question_count, ${count}, each number once.`))
  }
  return findings
}
