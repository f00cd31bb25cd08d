import { systemClock, type Clock } from '../../../shared/clock.ts'
import { singleFlight } from '../single-flight.ts'
import { forward, ownBackend, type Backend } from './backend.ts'
import type { Copied, OwnTable, Schema } from './copies.ts'
import type * as emergencyModule from './emergency.ts'
import { NotStoredError, toStorageFailure, type StorageFailure } from './storage-failure.ts'

/*
 * Whether this device can store anything, as one tab knows it:
 *
 *                  a write failed
 *     storing ────────────────────────▶ failing ── a memory is at hand ──▶ failing, in memory
 *        ▲                                 │                                     │
 *        └────── a trial succeeds ─────────┴──── and what changed is stored ─────┘
 *
 * In memory the same databases are opened over an IndexedDB that lives as long as the tab. What the disk holds is
 * copied there, so that all goes on: reading, and while there is a network sending and live rows. Such a tab leads
 * itself, since no other one sees what it has. Its outbox is that of the disk and then its own; the server does each
 * command once, whoever sends it.
 */

export type StorageState =
  | { kind: 'storing' }
  /** `refused` for a while after something that a person did could not be kept. */
  | { kind: 'failing'; why: StorageFailure; inMemory: boolean; refused: boolean }

/** A database of this tab's, as its storage sees it. */
export interface Exchanged extends Schema {
  /** What no log brings again. */
  readonly ownTables: readonly OwnTable[]
  /** Closes it until somebody needs it again. */
  pause(): void
}

export interface DeviceStorage {
  readonly state: StorageState
  /** What databases are opened over. */
  readonly backend: ReturnType<typeof forward>
  /** Calls back when `state` has changed. Returns the function that stops it. */
  onChange(listener: () => void): () => void
  /** Calls back when databases hold something else than before: whoever follows a log begins anew. */
  onExchange(listener: () => void): () => void
  /** What makes room on a device that is full, and says whether it made any. Returns the function that takes it back. */
  onFull(giveWay: () => Promise<boolean>): () => void
  /** Lets this tab go on in memory when the device stores nothing; only what `mayStore` is stored afterwards. */
  goOnInMemory(load: () => Promise<Emergency>, mayStore?: (name: string) => Promise<boolean>): void
  /** Takes note of an error, perhaps of a person's command; says whether it was the storage that failed. */
  note(error: unknown, isCommand?: boolean): boolean
  add(db: Exchanged): void
  remove(db: Exchanged): void
  /** The browser closed a database, and perhaps took it away to make room. */
  noteLoss(): void
  /** Runs what is to be tried a moment after something failed; then whoever follows a log begins anew. */
  later(work: () => void): void
  /** Undefined when a database can be opened at once. */
  beforeOpening(db: Exchanged): Promise<void> | undefined
  /** A database was removed for good: it goes from memory too. */
  forget(name: string): void
  /** The names of what is in memory. */
  names(): string[]
  /** A name for those alone that see the same databases. */
  scope(name: string): string
}

export interface DeviceStorageOptions {
  clock?: Clock
  /** The device's own IndexedDB. */
  own?: () => Backend
  onError?: (error: unknown) => void
}

const TRY_EVERY_MS = 5_000
const AGAIN_AFTER_MS = 1_000
/** A trial may come a moment after something could not be kept: whoever did it reads that for so long at least. */
const REFUSED_SAID_MS = 4_000

type Emergency = typeof emergencyModule

interface Copy {
  schema: Schema
  ownTables: readonly OwnTable[]
  copied: Copied
}

export function createDeviceStorage({
  clock = systemClock,
  own = ownBackend,
  onError = leaveUncaught,
}: DeviceStorageOptions = {}): DeviceStorage {
  const databases = new Set<Exchanged>()
  const changes = new Set<() => void>()
  const exchanges = new Set<() => void>()
  const yielding = new Set<() => Promise<boolean>>()
  const tab = crypto.getRandomValues(new Uint32Array(2)).join('-')
  const copies = new Map<string, Promise<Copy>>()
  let state: StorageState = { kind: 'storing' }
  let refusedAt = -Infinity
  let load: (() => Promise<Emergency>) | undefined
  let mayStore: (name: string) => Promise<boolean> = () => Promise.resolve(true)
  /** While it is there, it is what databases are opened over. */
  let memory: { backend: Backend; emergency: Emergency } | undefined
  /** Ends when the databases can be opened again. */
  let exchange: Promise<void> | undefined
  let cancelTrial: () => void = () => undefined
  const examine = singleFlight(examineOnce, (error) => {
    examineAfter(TRY_EVERY_MS)
    onError(error)
  })

  function show(next: StorageState): void {
    state = next
    changes.forEach((listener) => listener())
  }

  function announceExchange(): void {
    for (const listener of [...exchanges]) listener()
  }

  /** A timer also leaves the transaction or the query in which something failed. */
  function examineAfter(ms: number): void {
    cancelTrial()
    cancelTrial = clock.after(ms, examine)
  }

  async function examineOnce(): Promise<void> {
    if (state.kind === 'storing' || load === undefined) return
    const emergency = await load().catch(() => undefined)
    // With no network it may not be here: it is said all the same that nothing can be stored.
    if (emergency === undefined) return examineAfter(TRY_EVERY_MS)
    const failure = await tryToStore(emergency)
    if (failure !== undefined) {
      show({ ...state, why: failure, refused: state.refused && clock.now() - refusedAt < REFUSED_SAID_MS })
      if (memory === undefined) await moveToMemory(emergency)
    } else if (memory === undefined) return show({ kind: 'storing' })
    else await moveBack(emergency, memory.backend)
    if (isFailing()) examineAfter(TRY_EVERY_MS)
  }

  /** What can be had again gives way to what cannot: in memory there is nothing that would make room on the disk. */
  async function tryToStore(emergency: Emergency): Promise<StorageFailure | undefined> {
    for (;;) {
      const failure = await emergency.tryToStore(own())
      if (failure !== 'full' || memory !== undefined || !(await giveWay())) return failure
    }
  }

  async function giveWay(): Promise<boolean> {
    const made = await Promise.all([...yielding].map((work) => work().catch(() => false)))
    return made.includes(true)
  }

  /** TypeScript takes it that nothing changes while one awaits. */
  function isFailing(): boolean {
    return state.kind === 'failing'
  }

  async function moveToMemory(emergency: Emergency): Promise<void> {
    await whilePaused(async () => {
      const to = { backend: emergency.createMemory(), emergency }
      memory = to
      await Promise.all([...databases].map((db) => copy(db, to)))
    })
    if (state.kind === 'failing') show({ ...state, inMemory: true })
    announceExchange()
  }

  async function moveBack({ carryDatabase }: Emergency, from: Backend): Promise<void> {
    // Asked before: what it takes to answer may be paused too.
    const names = [...copies.keys()]
    const isKept = await Promise.all(names.map((name) => mayStore(name)))
    const refused = new Set(names.filter((_, index) => isKept[index] !== true))
    const isStored = await whilePaused(async () => {
      for (const [name, copying] of copies) {
        if (refused.has(name)) continue
        const { schema, ownTables, copied } = await copying
        const carried = await carryDatabase(schema, from, own(), copied, ownTables)
        copies.set(name, Promise.resolve({ schema, ownTables, copied: carried }))
      }
      memory = undefined
      copies.clear()
    })
    if (!isStored) return
    show({ kind: 'storing' })
    announceExchange()
  }

  /** Whoever needs a database meanwhile waits. Says whether it could be done. */
  async function whilePaused(work: () => Promise<void>): Promise<boolean> {
    databases.forEach((db) => db.pause())
    const working = work().then(
      () => true,
      (error: unknown) => {
        if (toStorageFailure(error) === undefined) throw error
        return false
      },
    )
    exchange = working.then(
      () => undefined,
      () => undefined,
    )
    try {
      return await working
    } finally {
      exchange = undefined
    }
  }

  async function copy(
    { name, verno, tables, ownTables }: Exchanged,
    { backend, emergency }: { backend: Backend; emergency: Emergency },
  ): Promise<void> {
    const schema = { name, verno, tables }
    const copyOnce = async () => ({
      ...{ schema, ownTables },
      copied: await emergency.copyDatabase(schema, own(), backend, ownTables),
    })
    const copying = copies.get(name) ?? copyOnce()
    copies.set(name, copying)
    await copying
  }

  function beforeOpening(db: Exchanged): Promise<void> | undefined {
    if (exchange !== undefined) return exchange.then(() => beforeOpening(db))
    const to = memory
    if (to === undefined || copies.has(db.name)) return undefined
    return new Promise((resolve, reject) => {
      // A timer leaves the query that asks for it, in which nothing may be written.
      clock.after(0, () => void copy(db, to).then(resolve, reject))
    })
  }

  return {
    get state() {
      return state
    },
    backend: forward(() => memory?.backend ?? own()),
    onChange: (listener) => subscribe(changes, listener),
    onExchange: (listener) => subscribe(exchanges, listener),
    onFull(work) {
      yielding.add(work)
      return () => yielding.delete(work)
    },
    goOnInMemory(how, which = mayStore) {
      load = how
      mayStore = which
    },
    note(error, isCommand = false) {
      const why = toStorageFailure(error)
      if (error instanceof NotStoredError || (why !== undefined && isCommand)) refusedAt = clock.now()
      if (error instanceof NotStoredError && state.kind === 'failing') show({ ...state, refused: true })
      if (why === undefined) return error instanceof NotStoredError
      if (state.kind === 'storing') {
        show({ kind: 'failing', why, inMemory: false, refused: isCommand })
        examineAfter(0)
      } else if (isCommand) show({ ...state, refused: true })
      return true
    },
    add: (db) => databases.add(db),
    remove: (db) => databases.delete(db),
    noteLoss() {
      clock.after(0, announceExchange)
    },
    later(work) {
      clock.after(AGAIN_AFTER_MS, () => {
        work()
        announceExchange()
      })
    },
    beforeOpening,
    forget(name) {
      copies.delete(name)
      memory?.backend.indexedDB.deleteDatabase(name)
    },
    names: () => [...copies.keys()],
    scope: (name) => (memory === undefined ? name : `${name}-${tab}`),
  }
}

function subscribe(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The page hears of what nobody caught. */
function leaveUncaught(error: unknown): void {
  void Promise.reject(error instanceof Error ? error : new Error(String(error)))
}

/** This tab's. */
export const deviceStorage = createDeviceStorage()
