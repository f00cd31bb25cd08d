import type { FileVariant } from '../../shared/protocol/files.ts'
import type { Database } from '../store/schema.ts'
import { type FoundFile, toFoundFile } from './find-file.ts'

/**
 * A file that an answer in a classroom carries: to everybody while the answer is shown and its question in view, to staff
 * unless the answer was withdrawn. Undefined otherwise, and for a variant that it does not have.
 */
export async function findAnswerFile(
  db: Database,
  classroomId: string,
  id: string,
  variant: FileVariant,
  audience: 'everybody' | 'staff',
): Promise<FoundFile | undefined> {
  const answers = db
    .selectFrom('reply_file')
    .innerJoin('reply', 'reply.id', 'reply_file.reply_id')
    .innerJoin('question', 'question.id', 'reply.question_id')
    .select('reply_file.file_id')
    .where('reply_file.file_id', '=', id)
    .where('reply_file.classroom_id', '=', classroomId)
  const seen =
    audience === 'staff'
      ? answers.where('reply.state', '!=', 'withdrawn')
      : answers.where('reply.state', '=', 'shown').where('question.state', 'in', ['shown', 'merged'])
  if ((await seen.executeTakeFirst()) === undefined) return undefined
  const found = await db
    .selectFrom('file')
    .innerJoin('file_content', 'file_content.id', 'file.content_id')
    .select(['file_content.id', 'file_content.bytes', 'file_content.small_bytes', 'name', 'kind', 'type'])
    .where('file.id', '=', id)
    .executeTakeFirst()
  return found && toFoundFile(found, variant)
}
