import { Dexie } from 'dexie'
import type { Clock } from '../../../shared/clock.ts'
import type { FileVariant } from '../../../shared/protocol/files.ts'
import type { ContentPiece } from '../database.ts'
import type { Answer } from '../log/kind.ts'
import { toStorageFailure } from '../storage/storage-failure.ts'
import { contentKey, removePieces, type ContentsDatabase } from './contents.ts'
import { createPieceSize } from './piece-size.ts'
import type { ContentSlice } from './read-slice.ts'

/*
 * Brings contents to this device, piece by piece. What came is stored at once, so that after a cut, a reload or a week it
 * goes on from there:
 *
 *   asked for ── pieces ── all there ──▶ one content, within the device's budget
 *       ▲           │
 *       └── later ──┴── the network        refused ──▶ there is no such thing any more
 *
 * What somebody looks at goes first: what was asked for last, and what is small before what is large, also in its middle.
 *
 * Two tabs may fetch one content at once, in pieces of different sizes, and what is short of room may take pieces away. So
 * a content is put together only of what follows on each other from its first byte, and fetched on from where that ends;
 * the last piece and the whole are one transaction, so that nobody finds all pieces and no content.
 */

/**
 * How far a content has come; `missing` when the server has it no more, or one may see it no more; `no-room` when this
 * device has none for it.
 */
export type Fetching =
  { kind: 'fetching'; got: number; total: number | null } | { kind: 'missing' } | { kind: 'no-room' }

export interface Downloads {
  /** Also after it was missing: it is asked for once more. */
  want(fileId: string, variant: FileVariant): void
  /** Fetches it no further; what came stays for another time. */
  cancel(fileId: string, variant: FileVariant): void
  /** What is known of one that is not here; undefined where nobody asked for it. */
  find(fileId: string, variant: FileVariant): Fetching | undefined
  /** Calls back when something of that changed. Returns the function that stops it. */
  onChange(listener: () => void): () => void
  /** The network is back: what waits is tried at once. */
  wake(): void
  stop(): void
}

export interface DownloadOptions {
  db: ContentsDatabase
  api: {
    /** What is asked for, or more of it, or less. */
    fetchPiece(fileId: string, variant: FileVariant, from: number, to: number): Promise<Answer<ContentSlice>>
  }
  clock: Clock
  /** Makes room for so many bytes, but not of the pieces under these keys; false where there is none. */
  makeRoom(bytes: number, underWay: ReadonlySet<string>): Promise<boolean>
  onError(error: unknown): void
}

const AT_ONCE = 3
const RETRY_MS = 5_000

interface Job {
  fileId: string
  variant: FileVariant
  key: string
}

export function createDownloads({ db, api, clock, makeRoom, onError }: DownloadOptions): Downloads {
  const pieceSize = createPieceSize()
  const states = new Map<string, Fetching>()
  /** What is wanted, wherever it is: it waits, is under way, or is tried later. */
  const jobs = new Map<string, Job>()
  const listeners = new Set<() => void>()
  let queue: Job[] = []
  let later: Job[] = []
  let running = 0
  let stopped = false
  let cancelRetry: (() => void) | undefined

  function set(key: string, state: Fetching | undefined): void {
    if (state === undefined) states.delete(key)
    else states.set(key, state)
    for (const listener of [...listeners]) listener()
  }

  /** Nobody wants it any more. */
  function end(job: Job, state?: Fetching): void {
    if (isOver(job)) return
    jobs.delete(job.key)
    set(job.key, state)
  }

  /** Called off; it may be wanted again since. */
  function isOver(job: Job): boolean {
    return stopped || jobs.get(job.key) !== job
  }

  function tryLater(job: Job): void {
    later.push(job)
    if (!stopped) cancelRetry ??= clock.after(RETRY_MS, retry)
  }

  function retry(): void {
    cancelRetry?.()
    cancelRetry = undefined
    queue.unshift(...later.filter((job) => !isOver(job)))
    later = []
    run()
  }

  function run(): void {
    while (!stopped && running < AT_ONCE) {
      const job = queue.findLast(isSmall) ?? queue.at(-1)
      if (job === undefined) return
      queue = queue.filter((one) => one !== job)
      running += 1
      void fetchAll(job)
        .catch((error: unknown) => fail(job, error))
        .finally(() => {
          running -= 1
          run()
        })
    }
  }

  /** A device without room says so where it is looked for; what came of it gives way. */
  async function fail(job: Job, error: unknown): Promise<void> {
    const isFull = toStorageFailure(error) === 'full'
    end(job, isFull ? { kind: 'no-room' } : undefined)
    if (isFull) await removePieces(db, job.key).catch(onError)
    else onError(error)
  }

  async function fetchAll(job: Job): Promise<void> {
    const { fileId, variant, key } = job
    if ((await db.contents.where({ key }).count()) > 0) return end(job)
    let got = countBytes(await listFollowing(key))
    let hasRoom = false
    while (!isOver(job)) {
      const began = clock.now()
      const answer = await api.fetchPiece(fileId, variant, got, got + pieceSize.bytes)
      if (isOver(job)) return
      if (answer.kind === 'refused' && answer.error.code === 'not_found') return end(job, { kind: 'missing' })
      if (answer.kind !== 'ok') {
        pieceSize.onLost()
        return tryLater(job)
      }
      const { blob, total } = answer.value
      pieceSize.onCarried(blob.size, clock.now() - began)
      hasRoom ||= await makeRoom(total, new Set(jobs.keys()))
      if (!hasRoom) return end(job, { kind: 'no-room' })
      if (blob.size === 0 && got < total) return tryLater(job)
      got = await keep(job, { key, from: got, blob }, total)
      if (got >= total) return end(job)
      if (isOver(job)) return
      set(key, { kind: 'fetching', got, total })
      if (!isSmall(job) && queue.some(isSmall)) {
        queue.unshift(job)
        return
      }
    }
  }

  /** Stores a piece, or with the last one all of it. Returns how many bytes are there from the first one on. */
  function keep({ fileId, key }: Job, piece: ContentPiece, total: number): Promise<number> {
    return db.transaction('rw', db.contents, db.pieces, async () => {
      if ((await db.contents.where({ key }).count()) > 0) return total
      const following = await listFollowing(key, piece)
      const got = countBytes(following)
      if (got < total) {
        await db.pieces.put(piece)
        return got
      }
      const blob = new Blob(following)
      await db.contents.put({ key, fileId, blob, bytes: blob.size, usedAt: clock.now() })
      await removePieces(db, key)
      return total
    })
  }

  /** What is held of a content from its first byte on, with no byte missing or twice. */
  async function listFollowing(key: string, more?: ContentPiece): Promise<Blob[]> {
    const held = await db.pieces.where('[key+from]').between([key, Dexie.minKey], [key, Dexie.maxKey]).toArray()
    const pieces = more === undefined ? held : [...held.filter(({ from }) => from !== more.from), more]
    const following: Blob[] = []
    let got = 0
    for (const { from, blob } of pieces.sort((one, other) => one.from - other.from)) {
      if (from > got) break
      if (from + blob.size <= got) continue
      following.push(blob.slice(got - from))
      got = from + blob.size
    }
    return following
  }

  return {
    want(fileId, variant) {
      const key = contentKey(fileId, variant)
      if (stopped || jobs.has(key)) return
      const job = { fileId, variant, key }
      jobs.set(key, job)
      queue.push(job)
      set(key, { kind: 'fetching', got: 0, total: null })
      run()
    },
    cancel(fileId, variant) {
      const key = contentKey(fileId, variant)
      const isIt = (job: Job) => job.key === key
      queue = queue.filter((job) => !isIt(job))
      later = later.filter((job) => !isIt(job))
      jobs.delete(key)
      set(key, undefined)
    },
    find: (fileId, variant) => states.get(contentKey(fileId, variant)),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    wake: retry,
    stop() {
      stopped = true
      cancelRetry?.()
    },
  }
}

function isSmall({ variant }: Job): boolean {
  return variant === 'small'
}

function countBytes(blobs: readonly Blob[]): number {
  return blobs.reduce((bytes, { size }) => bytes + size, 0)
}
