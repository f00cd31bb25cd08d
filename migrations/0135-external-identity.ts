import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('external_identity')
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('user_id', types.id, (column) => column.notNull())
        .addColumn('issuer', types.ascii(255), (column) => column.notNull())
        .addColumn('subject', types.ascii(255), (column) => column.notNull())
        .addColumn('label', types.line(100), (column) => column.notNull())
        .addColumn('created_at', types.integer, (column) => column.notNull())
        .addUniqueConstraint('external_identity_once', ['issuer', 'subject']),
    )
    .execute()
}
