import type { Kysely } from 'kysely'
import { addColumn, classroomTable, type ColumnTypes } from './columns.ts'

/** Whether questions may carry photos, and whether these wait for staff. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, classroomTable(types, 'classroom'), 'photos', types.ascii(8), (column) =>
    column.notNull().defaultTo('held'),
  )
}
