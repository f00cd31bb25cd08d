import type { RowTable } from '../../client/sync/log/kind.ts'

/*
 * IndexedDB in memory, with what it promises: transactions one at a time, each all there or not at all; keys and unique
 * indexes; rows that are copies; and whoever watches a table hears of every transaction that wrote to it, once it is
 * there, from whichever tab. And with what happens to it: no room, a broken disk, a slow one.
 */

/** A table in memory, which a test can look into. */
export interface MemoryTable<Row, Key> extends RowTable<Row, Key> {
  readonly rows: ReadonlyMap<string, Row> & Pick<Map<string, Row>, 'set' | 'delete' | 'clear'>
  /** Hears of each row that is put, and of the one in whose place. */
  onPut?(row: Row, before: Row | undefined): void
}

/** What the tables of one database have in common. */
export interface Journal {
  /** Runs `work` once the transactions before it are over; undone if it throws. */
  transact<Answer>(work: () => Promise<Answer>): Promise<Answer>
  /** Notes a write to a table, and how it is undone. */
  note(table: object, undo: () => void): void
  /** Calls back once a transaction that wrote to this table is there. Returns the function that stops it. */
  watch(table: object, listener: () => void): () => void
  /** The name of the error that every write throws from now on, as `QuotaExceededError`; undefined if none does. */
  fault: string | undefined
  /** What a transaction waits for before it begins: a disk that is slow. */
  delay: (() => Promise<void>) | undefined
}

export function createJournal(): Journal {
  let idle: Promise<unknown> = Promise.resolve()
  let steps: (() => void)[] = []
  let written = new Set<object>()
  const watchers = new Map<object, Set<() => void>>()
  const journal: Journal = {
    fault: undefined,
    delay: undefined,
    transact(work) {
      const turn = idle.then(async () => {
        await journal.delay?.()
        steps = []
        written = new Set()
        try {
          const answer = await work()
          for (const table of written) watchers.get(table)?.forEach((listener) => queueMicrotask(listener))
          return answer
        } catch (error) {
          for (const undo of steps.toReversed()) undo()
          throw error
        }
      })
      idle = turn.catch(() => undefined)
      return turn
    },
    note(table, undo) {
      const { fault } = journal
      if (fault !== undefined) throw new DOMException('the write failed', fault)
      steps.push(undo)
      written.add(table)
    },
    watch(table, listener) {
      const listeners = watchers.get(table) ?? new Set()
      watchers.set(table, listeners.add(listener))
      return () => listeners.delete(listener)
    },
  }
  return journal
}

export function createTable<Row, Key>(
  journal: Pick<Journal, 'note'>,
  keyOf: (row: Row) => string,
  uniqueOf?: (row: Row) => string,
): MemoryTable<Row, Key> {
  const rows = new Map<string, Row>()
  /** The key under which each value of the unique index stands. */
  const taken = new Map<string, string>()
  const set = (key: string, row: Row | undefined) => {
    const before = rows.get(key)
    if (before !== undefined && uniqueOf !== undefined) taken.delete(uniqueOf(before))
    if (row === undefined) rows.delete(key)
    else {
      rows.set(key, row)
      if (uniqueOf !== undefined) taken.set(uniqueOf(row), key)
    }
  }
  const write = (key: string, row: Row | undefined) => {
    const holder = row === undefined || uniqueOf === undefined ? undefined : taken.get(uniqueOf(row))
    if (holder !== undefined && holder !== key) throw new DOMException('a unique index is broken', 'ConstraintError')
    const before = rows.get(key)
    journal.note(table, () => set(key, before))
    if (row !== undefined) table.onPut?.(row, before)
    set(key, row)
  }
  const table: MemoryTable<Row, Key> = {
    rows,
    bulkGet: async (keys) => keys.map((key) => rows.get(String(key))),
    bulkPut: async (added) => added.forEach((row) => write(keyOf(row), copy(row))),
    bulkDelete: async (keys) => keys.forEach((key) => rows.has(String(key)) && write(String(key), undefined)),
    toArray: async () => [...rows].sort(byKey).map(([, row]) => row),
    clear: async () => [...rows.keys()].forEach((key) => write(key, undefined)),
  }
  return table
}

/** IndexedDB reads in the order of the keys. */
function byKey([one]: [string, unknown], [other]: [string, unknown]): number {
  const difference = Number(one) - Number(other)
  return Number.isNaN(difference) ? (one < other ? -1 : 1) : difference
}

/** A copy that nobody can change: so it may be handed out as it is, and stays one. */
function copy<Row>(row: Row): Row {
  return freeze(structuredClone(row))
}

function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return value
  }
  Object.values(value).forEach(freeze)
  return Object.freeze(value)
}
