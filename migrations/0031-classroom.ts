import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('classroom')
        .addColumn('id', types.ascii(12), (column) => column.primaryKey().notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('title', types.line(80), (column) => column.notNull())
        .addColumn('code', types.ascii(8), (column) => column.notNull())
        .addColumn('mode', types.ascii(16), (column) => column.notNull())
        .addColumn('opens_at', types.integer)
        .addColumn('ends_at', types.integer)
        .addColumn('threads_until', types.integer)
        .addColumn('slow_seconds', types.integer, (column) => column.notNull())
        .addColumn('answers', types.ascii(16), (column) => column.notNull())
        .addColumn('names', types.flag, (column) => column.notNull())
        .addColumn('words', types.text, (column) => column.notNull())
        .addColumn('group_id', types.id)
        .addColumn('issuer_public', types.ascii(1024))
        .addColumn('issuer_private', types.ascii(4096))
        .addColumn('challenge_key', types.ascii(43), (column) => column.notNull())
        .addColumn('focus_question_id', types.id)
        .addColumn('focus_poll_id', types.id)
        .addColumn('question_count', types.integer, (column) => column.notNull())
        .addColumn('created_at', types.integer, (column) => column.notNull())
        .addUniqueConstraint('classroom_code', ['code']),
    )
    .execute()
}
