import type { QuestionState } from '../../../shared/classroom/rows.ts'
import type { Clock } from '../../../shared/clock.ts'
import type { Content } from '../database.ts'
import type { ClassroomDatabase } from './database.ts'
import { contentKey, removePieces } from '../files/contents.ts'
import { isRecording } from '../files/recording-key.ts'
import { singleFlight } from '../single-flight.ts'
import { liveQuery } from '../storage/live-query.ts'
import { getConnection } from './find-connection.ts'
import { fromPhotoFileId } from './photo-file-id.ts'

/*
 * A photo that its question lost, and a file whose answer was taken back, go from this device too, as soon as it hears of it:
 * what is held here is what a row names, and what is about to be sent. While rows come anew nothing goes.
 */

/** What was chosen a moment ago may not be noted yet: it is looked at again then. */
const JUST_CHOSEN_MS = 60_000

export interface FollowUnnamedOptions {
  clock: Clock
  /** Whether files are chosen here, to go with answers. */
  choosesFiles: boolean
  onError: (error: unknown) => void
}

/** Removes what no row names any more, now and whenever one changes. Returns the function that stops it. */
export function followUnnamed(
  db: ClassroomDatabase,
  { clock, choosesFiles, onError }: FollowUnnamedOptions,
): () => void {
  let isStopped = false
  /** TypeScript takes it that nothing ends while one awaits. */
  const isOver = () => isStopped
  let cancel: () => void = () => undefined
  let stopListing: (() => void) | null = null
  const isJustChosen = ({ fileId, usedAt }: Content) =>
    choosesFiles && fromPhotoFileId(fileId) === undefined && Math.abs(clock.now() - usedAt) < JUST_CHOSEN_MS

  const look = singleFlight(
    async () => {
      if (isOver()) return
      const isAll = await removeAll(db, isJustChosen)
      cancel()
      if (!isAll && !isOver()) cancel = clock.after(JUST_CHOSEN_MS, look)
    },
    (error) => {
      // Whoever ends this may have closed the database under it.
      if (!isOver()) onError(error)
    },
  )

  function list(): () => void {
    const over = liveQuery(async () => [...(await listUnnamed(db)), ...(await listGonePhotos(db))])
    const subscription = over.subscribe((ids) => {
      if (ids.length > 0) look()
    })
    return () => subscription.unsubscribe()
  }

  // By itself, for what else is told of the connection changes all the time.
  const upToDate = liveQuery(() => isUpToDate(db)).subscribe((isNow) => {
    if (isNow) stopListing ??= list()
    else {
      stopListing?.()
      stopListing = null
    }
  })
  return () => {
    isStopped = true
    cancel()
    stopListing?.()
    upToDate.unsubscribe()
  }
}

async function isUpToDate(db: ClassroomDatabase): Promise<boolean> {
  const position = await db.meta.get('position')
  const { state } = await getConnection(db)
  return state === 'live' && !(position?.key === 'position' && position.restoring)
}

/** Removes all that is over, where that can be known; false where some of it is to be looked at again. */
async function removeAll(db: ClassroomDatabase, isJustChosen: (content: Content) => boolean): Promise<boolean> {
  const tables = [db.contents, db.pieces, db.uploads, db.photos, db.questions, db.replies, db.meta]
  return db.transaction('rw', tables, async () => {
    if (!(await isUpToDate(db))) return true
    await db.photos.bulkDelete(await listGonePhotos(db))
    return removeUnnamed(db, isJustChosen)
  })
}

/** What one's own questions showed that are not to be seen any more: then it is no more to be seen here, either. */
async function listGonePhotos(db: ClassroomDatabase): Promise<string[]> {
  const ids = await db.photos.toCollection().primaryKeys()
  const questions = await db.questions.bulkGet(ids)
  return ids.filter((_, at) => ENDED.includes(questions[at]?.state ?? 'shown'))
}

const ENDED: readonly QuestionState[] = ['dismissed', 'withdrawn']

async function removeUnnamed(db: ClassroomDatabase, isJustChosen: (content: Content) => boolean): Promise<boolean> {
  let isAll = true
  for (const fileId of await listUnnamed(db)) {
    const held = await db.contents.where({ fileId }).toArray()
    if (held.some(isJustChosen)) {
      isAll = false
      continue
    }
    await db.contents.bulkDelete(held.map(({ key }) => key))
    for (const variant of VARIANTS) await removePieces(db, contentKey(fileId, variant))
  }
  return isAll
}

const VARIANTS = ['whole', 'small'] as const

async function listUnnamed(db: ClassroomDatabase): Promise<string[]> {
  const held = await listHeld(db)
  if (held.length === 0) return []
  const waiting = new Set(await db.uploads.toCollection().primaryKeys())
  const questions = await db.questions.bulkGet(held.map((id) => fromPhotoFileId(id) ?? ''))
  const carried = held.some((id) => fromPhotoFileId(id) === undefined) ? await listCarried(db) : new Set<string>()
  return held.filter((id, at) => {
    if (fromPhotoFileId(id) !== undefined) return questions[at]?.photo === undefined
    return !carried.has(id) && !waiting.has(id)
  })
}

/** Whose contents are here, in whole or in part. A voice that is being recorded is none. */
async function listHeld(db: ClassroomDatabase): Promise<string[]> {
  const whole = await db.contents.orderBy('fileId').uniqueKeys()
  const parts = (await db.pieces.toCollection().primaryKeys()).filter(([key]) => !isRecording(key))
  const ids = [...whole.map(String), ...parts.map(([key]) => key.slice(0, key.lastIndexOf('/')))]
  return [...new Set(ids)]
}

async function listCarried(db: ClassroomDatabase): Promise<ReadonlySet<string>> {
  const carrying = await db.replies.filter(({ files }) => files !== undefined).toArray()
  return new Set(carrying.flatMap(({ files = [] }) => files.map(({ id }) => id)))
}
