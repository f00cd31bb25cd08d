import type { Kysely } from 'kysely'
import { addClassroomIndex, type ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addClassroomIndex(db, types, 'question_report')
}
