import type { Observable } from 'dexie'
import type { Clock } from '../../../shared/clock.ts'
import type { FileVariant } from '../../../shared/protocol/files.ts'
import type { Content } from '../../sync/database.ts'
import type { ContentsDatabase } from '../../sync/files/contents.ts'
import type { Downloads } from '../../sync/files/downloads.ts'
import { createObservable } from '../../sync/observable.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'

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

/** Contents on this device, and what brings more of them: an account's, or a classroom's. */
export interface ContentSource {
  /** Follows a content; with `fetches` it is brought to this device as soon as somebody looks. */
  watch(fileId: string, variant: FileVariant, fetches: boolean): Observable<ContentView>
  /** Brings a content to this device. */
  fetch(fileId: string, variant: FileVariant): Promise<void>
  /** Fetches a content no further. */
  stopFetching(fileId: string, variant: FileVariant): Promise<void>
}

export interface ContentSourceOptions {
  db: ContentsDatabase
  clock: Pick<Clock, 'now'>
  /** Words are shown before it is loaded. What it starts is one for all of a tab: what is shown in many places is fetched once. */
  loadDownloads(): Promise<Downloads>
}

/** What is read again and again is noted now and then: a note stores all of it once more, so of what is large more rarely. */
const TOUCH_EVERY_MS = 10 * 60_000
const LARGE_BYTES = 1_000_000
const TOUCH_LARGE_EVERY_MS = 6 * 60 * 60_000

export function createContentSource({ db, clock, loadDownloads }: ContentSourceOptions): ContentSource {
  let loaded: Downloads | undefined
  let loading: Promise<Downloads | undefined> | undefined
  const whenLoaded = new Set<(downloads: Downloads) => void>()

  /** Nothing where the network went away before the code was here: the next who looks tries again. */
  const findDownloads = () => (loading ??= load())

  async function load(): Promise<Downloads | undefined> {
    try {
      loaded = await loadDownloads()
    } catch {
      loading = undefined
      return undefined
    }
    for (const listener of whenLoaded) listener(loaded)
    whenLoaded.clear()
    return loaded
  }

  async function fetch(fileId: string, variant: FileVariant): Promise<void> {
    const downloads = await findDownloads()
    downloads?.want(fileId, variant)
  }

  async function touch({ key, bytes, usedAt }: Content): Promise<void> {
    const every = bytes < LARGE_BYTES ? TOUCH_EVERY_MS : TOUCH_LARGE_EVERY_MS
    if (Math.abs(clock.now() - usedAt) < every) return
    // Where it cannot be noted it goes a little earlier.
    await db.contents.update(key, { usedAt: clock.now() }).catch(() => undefined)
  }

  return {
    watch: (fileId, variant, fetches) =>
      createObservable((sink) => {
        let stopped = false
        let blob: Blob | undefined
        let hasLooked = false
        let mayAsk = fetches
        let stopFollowing: () => void = () => undefined
        const emit = () => {
          if (stopped || !hasLooked) return
          if (blob !== undefined) return sink.next({ kind: 'here', blob })
          sink.next(loaded?.find(fileId, variant) ?? { kind: 'elsewhere' })
        }
        // Once: what gives way to something else is not fetched again, or they would take turns for ever.
        const ask = (downloads: Downloads) => {
          if (!mayAsk || !hasLooked) return
          mayAsk = false
          downloads.want(fileId, variant)
        }
        const follow = (downloads: Downloads) => {
          stopFollowing = downloads.onChange(emit)
          ask(downloads)
          emit()
        }
        const subscription = liveQuery(() => db.contents.get(`${fileId}/${variant}`)).subscribe({
          next(content) {
            hasLooked = true
            blob = content?.blob
            if (content !== undefined) {
              mayAsk = false
              void touch(content)
            }
            if (loaded !== undefined) ask(loaded)
            else if (mayAsk) void findDownloads()
            emit()
          },
          error: (error) => sink.error(error),
        })
        if (loaded === undefined) {
          whenLoaded.add(follow)
          void findDownloads()
        } else follow(loaded)
        return () => {
          stopped = true
          subscription.unsubscribe()
          whenLoaded.delete(follow)
          stopFollowing()
        }
      }),
    fetch,
    async stopFetching(fileId, variant) {
      const downloads = await loading
      downloads?.cancel(fileId, variant)
    },
  }
}
