import * as v from 'valibot'
import { answerQuestion, type StaffCommandOf } from '../../shared/classroom/commands.ts'
import { refuse, type ClassroomRefusal } from '../../shared/classroom/errors.ts'
import type { MessageFile } from '../../shared/protocol/files.ts'
import { toStoredFile } from '../campus/files.ts'
import type { Database } from '../store/schema.ts'
import type { ClassroomBatch } from './classroom-batch.ts'
import { toFiveMinutes } from './five-minutes.ts'

/*
 * The files of staff's answers belong to an account, as those of messages do: they lie with them, count with them, and are
 * swept with them once no answer carries them. Which answers carry a file is told where the answers are.
 */

/** The files of an answer as its row will have them, or why it cannot carry them. */
export function findAnswerFiles(
  batch: ClassroomBatch,
  userId: string,
  { files = [] }: Pick<StaffCommandOf<'reply.answer'>, 'files'>,
): { files: MessageFile[] } | { refused: ClassroomRefusal } {
  const found: MessageFile[] = []
  for (const { id, description } of files) {
    if (found.some((one) => one.id === id)) return { refused: refuse('bad_request', 'A file is named twice.') }
    const record = batch.findFile(id)
    const file = record?.user_id === userId ? toStoredFile(record) : undefined
    if (file === undefined) return { refused: refuse('file_missing') }
    found.push({ ...file, ...(description !== '' && { description }) })
  }
  return { files: found }
}

/** The files that commands of staff name. */
export function listNamedFiles(commands: readonly unknown[]): string[] {
  return commands.flatMap((command) => {
    const parsed = v.safeParse(answerQuestion, command)
    return parsed.success ? (parsed.output.files ?? []).map(({ id }) => id) : []
  })
}

/**
 * Notes that somebody is about to answer with these files of theirs, so that none is swept meanwhile. From here on they are as
 * old as their answer says that it is, to five minutes: what staff do must not date the questions around it.
 */
export async function holdFiles(db: Database, userId: string, ids: readonly string[], now: number): Promise<void> {
  if (ids.length === 0) return
  const own = await db.selectFrom('file').selectAll().where('id', 'in', ids).where('user_id', '=', userId).execute()
  const made = own.flatMap(({ id, content_id, created_at }) =>
    content_id === null ? [] : [{ id, content_id, created_at }],
  )
  for (const { id, content_id, created_at } of made) {
    const at = toFiveMinutes(created_at)
    await db
      .updateTable('file')
      .set({ touched_at: toFiveMinutes(now), created_at: at })
      .where('id', '=', id)
      .execute()
    await db.updateTable('file_content').set({ created_at: at }).where('id', '=', content_id).execute()
  }
}
