import { Dexie } from 'dexie'
import type { Clock } from '../../../shared/clock.ts'
import type { FileVariant } from '../../../shared/protocol/files.ts'
import type { ClientDatabase } from '../database.ts'
import { contentKey, removePieces } from './contents.ts'
import type { FilesApi } from './files-api.ts'
import { createPieceSize } from './piece-size.ts'

/*
 * Brings contents to this device, piece by piece. What came is stored at once, so that after a cut, a reload or a week it
 * goes on from there:
 *
 *   asked for ── pieces ── all there ──▶ one content, within the device's budget
 *       ▲           │
 *       └── later ──┴── the network        refused ──▶ there is no such thing any more
 *
 * What somebody looks at goes first, what is small before what is large.
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

const AT_ONCE = 3
const RETRY_MS = 5_000

interface Job {
  fileId: string
  variant: FileVariant
}

export function createDownloads(options: {
  db: ClientDatabase
  api: Pick<FilesApi, 'fetchPiece'>
  clock: Clock
  /** Makes room for so many bytes; false where there is none. */
  makeRoom(bytes: number): Promise<boolean>
  onError(error: unknown): void
}): Downloads {
  const { db, api, clock, makeRoom, onError } = options
  const pieceSize = createPieceSize()
  const states = new Map<string, Fetching>()
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

  function tryLater(job: Job): void {
    later.push(job)
    if (!stopped) cancelRetry ??= clock.after(RETRY_MS, retry)
  }

  function retry(): void {
    cancelRetry?.()
    cancelRetry = undefined
    queue.push(...later)
    later = []
    run()
  }

  function run(): void {
    while (!stopped && running < AT_ONCE) {
      const job = queue.find(({ variant }) => variant === 'small') ?? queue[0]
      if (job === undefined) return
      queue = queue.filter((one) => one !== job)
      running += 1
      void fetchAll(job)
        .catch((error: unknown) => {
          set(contentKey(job.fileId, job.variant), undefined)
          onError(error)
        })
        .finally(() => {
          running -= 1
          run()
        })
    }
  }

  async function fetchAll(job: Job): Promise<void> {
    const { fileId, variant } = job
    const key = contentKey(fileId, variant)
    if ((await db.contents.where({ key }).count()) > 0) return set(key, undefined)
    let got = await countHeld(key)
    for (;;) {
      const began = clock.now()
      const asked = pieceSize.bytes
      const answer = await api.fetchPiece(fileId, variant, got, got + asked)
      if (stopped || !isWanted(key)) return
      if (answer.kind === 'refused' && answer.error.code === 'not_found') return set(key, { kind: 'missing' })
      if (answer.kind !== 'ok') {
        pieceSize.onLost()
        return tryLater(job)
      }
      const { blob, total } = answer.value
      pieceSize.onCarried(blob.size, clock.now() - began)
      if (!(await makeRoom(total))) return set(key, { kind: 'no-room' })
      if (got === 0 && blob.size >= total) {
        await store(fileId, key, blob)
        return set(key, undefined)
      }
      await db.pieces.put({ key, from: got, blob })
      got += blob.size
      if (got >= total) {
        await join(fileId, key)
        return set(key, undefined)
      }
      if (blob.size === 0) return tryLater(job)
      set(key, { kind: 'fetching', got, total })
    }
  }

  /** Of pieces that follow on each other from the beginning. */
  async function countHeld(key: string): Promise<number> {
    let got = 0
    for (const { from, blob } of await listPieces(key)) {
      if (from !== got) break
      got += blob.size
    }
    return got
  }

  function listPieces(key: string) {
    return db.pieces.where('[key+from]').between([key, Dexie.minKey], [key, Dexie.maxKey]).toArray()
  }

  async function join(fileId: string, key: string): Promise<void> {
    const pieces = await listPieces(key)
    await store(fileId, key, new Blob(pieces.map(({ blob }) => blob)))
    await removePieces(db, key)
  }

  async function store(fileId: string, key: string, blob: Blob): Promise<void> {
    await db.contents.put({ key, fileId, blob, bytes: blob.size, usedAt: clock.now() })
  }

  function isWanted(key: string): boolean {
    return states.get(key)?.kind === 'fetching'
  }

  return {
    want(fileId, variant) {
      const key = contentKey(fileId, variant)
      if (stopped || isWanted(key)) return
      set(key, { kind: 'fetching', got: 0, total: null })
      queue.push({ fileId, variant })
      run()
    },
    cancel(fileId, variant) {
      const isIt = (job: Job) => job.fileId === fileId && job.variant === variant
      queue = queue.filter((job) => !isIt(job))
      later = later.filter((job) => !isIt(job))
      set(contentKey(fileId, variant), undefined)
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
