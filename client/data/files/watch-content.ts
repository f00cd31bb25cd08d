import type { Observable } from 'dexie'
import type { FileVariant } from '../../../shared/protocol/files.ts'
import { systemClock } from '../../../shared/clock.ts'
import type { ClientDatabase, Content } from '../../sync/database.ts'
import type { Downloads } from '../../sync/files/downloads.ts'
import { createObservable } from '../../sync/observable.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { Session } from '../session.ts'

/** A file's content as far as this device has it. */
export type ContentView =
  | { kind: 'here'; blob: Blob }
  /** Not asked for. */
  | { kind: 'elsewhere' }
  | { kind: 'fetching'; got: number; total: number | null }
  /** The server has it no more, or one may see it no more. */
  | { kind: 'missing' }
  /** This device has no room for it. */
  | { kind: 'no-room' }

/** One for all of a tab: what is shown in many places is fetched once. */
const loaders = new WeakMap<ClientDatabase, Promise<Downloads>>()

/** Follows a content; with `fetches` it is brought to this device as soon as somebody looks. */
export function watchContent(
  session: Session,
  fileId: string,
  variant: FileVariant,
  fetches: boolean,
): Observable<ContentView> {
  const { db } = session
  const key = `${fileId}/${variant}`
  return createObservable((sink) => {
    let stopped = false
    let blob: Blob | undefined
    let hasLooked = false
    let wasHere = false
    let downloads: Downloads | undefined
    let stopFollowing: () => void = () => undefined
    const emit = () => {
      if (stopped || !hasLooked) return
      if (blob !== undefined) return sink.next({ kind: 'here', blob })
      sink.next(downloads?.find(fileId, variant) ?? { kind: 'elsewhere' })
    }
    const subscription = liveQuery(() => db.contents.get(key)).subscribe({
      next(content) {
        hasLooked = true
        blob = content?.blob
        if (content !== undefined) void touch(session, content)
        // What gave way to something else meanwhile is not fetched again: they would take turns for ever.
        if (content === undefined && fetches && !wasHere) void fetchContent(session, fileId, variant)
        wasHere ||= content !== undefined
        emit()
      },
      error: (error) => sink.error(error),
    })
    getDownloads(session).then(
      (found) => {
        if (stopped) return
        downloads = found
        stopFollowing = downloads.onChange(emit)
        emit()
      },
      () => undefined,
    )
    return () => {
      stopped = true
      subscription.unsubscribe()
      stopFollowing()
    }
  })
}

/** Brings a content to this device. */
export async function fetchContent(session: Session, fileId: string, variant: FileVariant): Promise<void> {
  try {
    const downloads = await getDownloads(session)
    downloads.want(fileId, variant)
  } catch {
    // The network went away before the code was here: the next who looks tries again.
    loaders.delete(session.db)
  }
}

/** What is read again and again is noted now and then: a note stores all of it once more, so of what is large more rarely. */
const TOUCH_EVERY_MS = 10 * 60_000
const LARGE_BYTES = 1_000_000
const TOUCH_LARGE_EVERY_MS = 6 * 60 * 60_000

async function touch({ db, clock }: Session, { key, bytes, usedAt }: Content): Promise<void> {
  const every = bytes < LARGE_BYTES ? TOUCH_EVERY_MS : TOUCH_LARGE_EVERY_MS
  if (Math.abs(clock.now() - usedAt) < every) return
  // Where it cannot be noted it goes a little earlier.
  await db.contents.update(key, { usedAt: clock.now() }).catch(() => undefined)
}

/** Fetches a content no further. */
export async function stopFetching(session: Session, fileId: string, variant: FileVariant): Promise<void> {
  const downloads = await loaders.get(session.db)
  downloads?.cancel(fileId, variant)
}

function getDownloads(session: Session): Promise<Downloads> {
  const loading = loaders.get(session.db) ?? loadDownloads(session)
  loaders.set(session.db, loading)
  return loading
}

/** Words are shown before it is loaded. */
async function loadDownloads(session: Session): Promise<Downloads> {
  const { startDownloads } = await import('./start-downloads.ts')
  return startDownloads(session, systemClock)
}
