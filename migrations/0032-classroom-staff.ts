import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('classroom_staff')
        .addColumn('classroom_id', types.ascii(12), (column) => column.notNull())
        .addColumn('user_id', types.id, (column) => column.notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('role', types.ascii(16), (column) => column.notNull())
        .addColumn('read_n', types.integer, (column) => column.notNull())
        .addColumn('removed', types.flag, (column) => column.notNull())
        .addPrimaryKeyConstraint('classroom_staff_key', ['user_id', 'classroom_id'])
        .addUniqueConstraint('classroom_staff_seq', ['classroom_id', 'seq']),
    )
    .execute()
}
