import { PHOTO_UPLOAD_KEPT_MS } from '../../../shared/classroom/limits.ts'
import { repeat, type Clock } from '../../../shared/clock.ts'
import { mayHavePhoto, toQuestionPhoto } from '../question-photo.ts'
import type { PhotoParts } from './parts.ts'
import { removeUploads } from './remove-uploads.ts'
import { lockClassroom } from './uploads.ts'

const EVERY_MS = 10 * 60_000
const AT_ONCE = 200
const GONE = ['withdrawn', 'dismissed'] as const

/**
 * Removes photos that no question names: those on their way of which nothing came for an hour, and what a process of the version
 * before, which knows nothing of photos, left of questions and classrooms that are gone.
 */
export async function sweepPhotos(parts: Pick<PhotoParts, 'store' | 'now'>): Promise<void> {
  await sweepUploads(parts)
  await sweepQuestions(parts)
  await sweepClassrooms(parts)
}

async function sweepUploads({ store, now }: Pick<PhotoParts, 'store' | 'now'>): Promise<void> {
  const before = now() - PHOTO_UPLOAD_KEPT_MS
  const old = await store.db.selectFrom('photo_upload').selectAll().where('touched_at', '<', before).execute()
  for (const upload of old) {
    await lockClassroom(store, upload.classroom_id, (db) => removeUploads(db, [upload], before))
  }
}

async function sweepQuestions({ store }: Pick<PhotoParts, 'store'>): Promise<void> {
  const left = await store.db
    .selectFrom('question')
    .select(['id', 'classroom_id'])
    .where('state', 'in', GONE)
    .where('photo', 'is not', null)
    .limit(AT_ONCE)
    .execute()
  for (const { id, classroom_id } of left) {
    await lockClassroom(store, classroom_id, async (db) => {
      const question = await db.selectFrom('question').selectAll().where('id', '=', id).executeTakeFirst()
      const photo = question === undefined || mayHavePhoto(question) ? undefined : toQuestionPhoto(question)
      if (photo === undefined) return
      await db.updateTable('question').set({ photo: null }).where('id', '=', id).execute()
      await db.deleteFrom('photo_content').where('photo_id', '=', photo.id).execute()
    })
  }
}

async function sweepClassrooms({ store }: Pick<PhotoParts, 'store'>): Promise<void> {
  for (const table of ['photo_upload', 'photo_piece', 'photo_content', 'reply_file'] as const) {
    const left = await store.db
      .selectFrom(table)
      .leftJoin('classroom', 'classroom.id', `${table}.classroom_id`)
      .select(`${table}.classroom_id`)
      .distinct()
      .where('classroom.id', 'is', null)
      .execute()
    for (const { classroom_id } of left)
      await store.db.deleteFrom(table).where('classroom_id', '=', classroom_id).execute()
  }
}

/**
 * Sweeps now, and again and again. Several processes may do so at once. The returned function ends it, and resolves when
 * nothing of it runs any more.
 */
export function startSweepingPhotos(
  parts: Pick<PhotoParts, 'store' | 'now'>,
  clock: Clock,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let running = Promise.resolve()
  const run = () => {
    running = running.then(() => sweepPhotos(parts)).catch(onError)
  }
  run()
  const stop = repeat(clock, EVERY_MS, run)
  return () => {
    stop()
    return running
  }
}
