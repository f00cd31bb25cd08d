import { Dexie, type Observable, type Table } from 'dexie'
import { systemClock } from '../../../shared/clock.ts'
import { createObservable } from '../observable.ts'
import { deviceStorage } from './device-storage.ts'

/*
 * A live query over many tables, of which a change reads again only what is of the tables that it touched.
 *
 *        ┌────────────── a table that was read changed ◀──────────────┐
 *        ▼                                                            │
 *   at rest ──▶ asked: each `read` answers from before, or reads ──▶ told
 *        ▲          │ changed meanwhile: asked once more, then told        │
 *        └──────────┴──── not again within REST_MS, however much comes ────┘
 *
 * Dexie's own reads everything again with each change, and begins again when one comes while it reads: under a
 * storm of them it tells nothing.
 */

/** So often at most an answer is told while changes come one after another; what comes after a pause is told at once. */
const REST_MS = 100
/** What changed while it was asked is asked again before it is told, so that it fits together; but not for ever. */
const ASKED_AGAIN_MAX = 2

/**
 * Answers with what `from` these tables gives. It is read again once one of them has changed, or one of `given`, which
 * is all else that it depends on. Each thing that is read has a name of its own.
 */
export type Read = <Value>(
  name: string,
  tables: readonly Pick<Table, 'name'>[],
  from: () => PromiseLike<Value>,
  given?: readonly unknown[],
) => PromiseLike<Value>

/** For whoever is asked again anyhow, as by Dexie's own live query. */
export const readNow: Read = (_name, _tables, from) => from()

interface Held {
  given: readonly unknown[]
  /** How often its tables had changed. */
  changes: number
  answer: Promise<unknown>
  tables: readonly Pick<Table, 'name'>[]
}

/**
 * Tells what `query` makes of what it reads, at first and whenever a table that it read has changed; not oftener than
 * each `restMs` milliseconds.
 */
export function tableQuery<Value>(
  db: Dexie,
  query: (read: Read) => PromiseLike<Value>,
  restMs = REST_MS,
): Observable<Value> {
  return createObservable(({ next, error }) => {
    const changes = new Map<string, number>()
    let held = new Map<string, Held>()
    let used = new Map<string, Held>()
    let isAsking = false
    let isChanged = false
    let closed = false
    let beganAt = -Infinity
    let cancel: (() => void) | undefined

    const countChanges = (tables: Held['tables']) => tables.reduce((sum, { name }) => sum + (changes.get(name) ?? 0), 0)

    const read: Read = <Answer>(
      name: string,
      tables: Held['tables'],
      from: () => PromiseLike<Answer>,
      given: readonly unknown[] = [],
    ) => {
      const before = held.get(name)
      const count = countChanges(tables)
      const isFresh = before?.changes === count && isSame(before.given, given)
      const one = isFresh ? before : { given, changes: count, tables, answer: Promise.resolve(from()) }
      held.set(name, one)
      used.set(name, one)
      return one.answer as Promise<Answer>
    }

    function onMutated(parts: object): void {
      const names = new Set(Object.keys(parts).map((key) => toTableName(key, db.name)))
      for (const { tables } of [...used.values(), ...held.values()]) {
        for (const { name } of tables)
          if (names.has(ALL) || names.has(name)) changes.set(name, (changes.get(name) ?? 0) + 1)
      }
      if ([...used.values()].some(isStale)) changed()
    }

    /** TypeScript takes it that nothing changes while one awaits. */
    const hasChanged = () => isChanged && !closed

    const isStale = ({ tables, changes: known }: Held) => countChanges(tables) !== known

    function changed(): void {
      isChanged = true
      if (isAsking || cancel !== undefined || closed) return
      const wait = beganAt + restMs - systemClock.now()
      // Whoever changed it may be within a transaction: this is not of it.
      if (wait <= 0) queueMicrotask(ask)
      else
        cancel = systemClock.after(wait, () => {
          cancel = undefined
          ask()
        })
    }

    function ask(): void {
      if (isAsking || closed) return
      isAsking = true
      beganAt = systemClock.now()
      answer()
        .then(
          (value) => {
            if (!closed) next(value)
          },
          (failure: unknown) => {
            held = new Map()
            // As Dexie does: it is opened again, or goes with its screen.
            if (!closed && !isOver(failure)) error(failure)
          },
        )
        .finally(() => {
          isAsking = false
          if (isChanged) changed()
        })
    }

    async function answer(): Promise<Value> {
      for (let again = 0; ; again += 1) {
        isChanged = false
        used = new Map()
        const value = await query(read)
        held = used
        if (!hasChanged() || again === ASKED_AGAIN_MAX) return value
      }
    }

    Dexie.on('storagemutated', onMutated)
    const stopListening = deviceStorage.onExchange(() => {
      held = new Map()
      changed()
    })
    queueMicrotask(ask)
    return () => {
      closed = true
      cancel?.()
      stopListening()
      Dexie.on.storagemutated.unsubscribe(onMutated)
    }
  })
}

/** What Dexie names where everything may have changed. */
const ALL = 'all'

/** Of what changed Dexie says `idb://database/table/index`. */
function toTableName(key: string, database: string): string | null {
  if (key === ALL) return ALL
  const within = `idb://${database}/`
  return key.startsWith(within) ? (key.slice(within.length).split('/')[0] ?? null) : null
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index])
}

function isOver(failure: unknown): boolean {
  return failure instanceof Error && (failure.name === 'DatabaseClosedError' || failure.name === 'AbortError')
}
