import type { Kysely } from 'kysely'
import { addColumn, type ColumnTypes } from './columns.ts'

/** The places of a quiz's right options, as JSON. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { classroomFile } = types
  await addColumn(
    db,
    types,
    classroomFile === undefined ? 'poll' : `${classroomFile}.poll`,
    'right_options',
    types.text,
  )
}
