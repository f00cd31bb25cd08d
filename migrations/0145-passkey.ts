import type { Kysely } from 'kysely'
import { type ColumnTypes, notNullZero } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('passkey')
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('user_id', types.id, (column) => column.notNull())
        // What an authenticator calls it may be longer than an index takes.
        .addColumn('credential_hash', types.ascii(64), (column) => column.notNull())
        .addColumn('credential_id', types.ascii(1400), (column) => column.notNull())
        .addColumn('public_key', types.bytes, (column) => column.notNull())
        .addColumn('counter', types.integer, notNullZero)
        .addColumn('transports', types.ascii(200), (column) => column.notNull())
        .addColumn('name', types.line(60), (column) => column.notNull())
        .addColumn('backed_up', types.flag, notNullZero)
        .addColumn('created_at', types.integer, (column) => column.notNull())
        .addColumn('last_used_at', types.integer)
        .addUniqueConstraint('passkey_once', ['credential_hash']),
    )
    .execute()
}
