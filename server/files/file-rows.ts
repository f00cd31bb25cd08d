import { sql, type ExpressionBuilder } from 'kysely'
import { ERRORS, type ErrorCode } from '../../shared/protocol/errors.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { Database, FileTable, Schema } from '../store/schema.ts'

/** Their own file of this id, whole or not. */
export async function findOwnFile(db: Database, userId: string, id: string): Promise<FileTable | undefined> {
  return db.selectFrom('file').selectAll().where('id', '=', id).where('user_id', '=', userId).executeTakeFirst()
}

/** Whether a message, or an answer in a classroom, carries the file of the query around. */
export function isCarried(file: ExpressionBuilder<Schema, 'file'>) {
  const byMessage = file
    .selectFrom('message_file')
    .select('message_file.message_id')
    .whereRef('message_file.file_id', '=', 'file.id')
  const byAnswer = file
    .selectFrom('reply_file')
    .select('reply_file.reply_id')
    .whereRef('reply_file.file_id', '=', 'file.id')
  return file.or([file.exists(byMessage), file.exists(byAnswer)])
}

/** Whether the file of the query around is carried by a message of a conversation that somebody is in now. */
export function isSeenBy(file: ExpressionBuilder<Schema, 'file'>, userId: string) {
  return file.exists(
    file
      .selectFrom('message_file')
      .leftJoin('member', (join) =>
        join
          .onRef('member.conversation_id', '=', 'message_file.conversation_id')
          .on('member.user_id', '=', userId)
          .on('member.removed', '=', 0),
      )
      .select('message_file.message_id')
      .whereRef('message_file.file_id', '=', 'file.id')
      .where((or) =>
        or.or([or('message_file.conversation_id', '=', EVERYONE_ID), or('member.user_id', 'is not', null)]),
      ),
  )
}

/**
 * The room that an account's files take, with what it announced. What was deleted counts no more, though it may lie there
 * a while yet; nor does what was refused.
 */
export async function sumAccountBytes(db: Database, userId: string): Promise<number> {
  const { bytes } = await db
    .selectFrom('file')
    .select(sql<number | string | null>`sum(file.bytes)`.as('bytes'))
    .where('user_id', '=', userId)
    .where((file) => file.or([file('touched_at', '>', 0), isCarried(file)]))
    .where(isNotRefused)
    .executeTakeFirstOrThrow()
  return Number(bytes ?? 0)
}

/** The room that all files take, and the photos of questions, with what was announced. */
export async function sumAllBytes(db: Database): Promise<number> {
  const kept = await db
    .selectFrom('file_content')
    .select(sql<number | string | null>`sum(bytes + coalesce(small_bytes, 0))`.as('bytes'))
    .executeTakeFirstOrThrow()
  const announced = await db
    .selectFrom('file')
    .select(sql<number | string | null>`sum(file.bytes)`.as('bytes'))
    .where('content_id', 'is', null)
    .where(isNotRefused)
    .executeTakeFirstOrThrow()
  const photos = await db
    .selectFrom('photo_content')
    .select(sql<number | string | null>`sum(bytes)`.as('bytes'))
    .executeTakeFirstOrThrow()
  return [kept, announced, photos].reduce((sum, { bytes }) => sum + Number(bytes ?? 0), 0)
}

function isNotRefused(file: ExpressionBuilder<Schema, 'file'>) {
  return file.or([file('content_id', 'is not', null), file('type', 'is', null)])
}

/**
 * Why a file was refused when it was looked at, if it was: its row then holds the code in place of a type, so that whoever
 * missed the answer hears it without sending everything once more.
 */
export function findVerdict({ content_id, type }: Pick<FileTable, 'content_id' | 'type'>): ErrorCode | undefined {
  if (content_id !== null || type === null) return undefined
  return Object.hasOwn(ERRORS, type) ? (type as ErrorCode) : 'file_damaged'
}
