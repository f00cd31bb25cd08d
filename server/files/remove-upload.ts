import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import { CAMPUS_TABLES } from '../campus/kind.ts'
import { lockLog } from '../log/lock-log.ts'
import { isCarried } from './file-rows.ts'
import type { FileParts } from './parts.ts'
import { removeUnusedContent } from './unused-content.ts'

/** Takes back a file that no message carries. Whoever holds its lock may call this. */
export async function removeUpload({ store, home }: FileParts, id: string): Promise<Refusal | undefined> {
  const outcome = await store.write(async (db) => {
    // A message that begins to carry it in this moment is decided before or after.
    await lockLog(store, db, CAMPUS_TABLES, CAMPUS_LOG, [])
    const file = await db
      .selectFrom('file')
      .select('content_id')
      .select((row) => isCarried(row).as('is_carried'))
      .where('id', '=', id)
      .executeTakeFirst()
    if (file === undefined) return refusal('not_found')
    if (Number(file.is_carried) === 1) return refusal('forbidden', 'A message carries this file: delete that one.')
    await db.deleteFrom('file').where('id', '=', id).execute()
    return file
  })
  if ('code' in outcome) return outcome
  await home.removeUpload(id)
  if (outcome.content_id !== null) await removeUnusedContent({ store, home }, [outcome.content_id])
  return undefined
}
