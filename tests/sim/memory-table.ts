import type { RowTable } from '../../client/sync/log/kind.ts'

/*
 * IndexedDB in memory, with what it promises: transactions one at a time, each all there or not at all; keys and unique
 * indexes; rows that are copies. And with what happens to it: no room, a broken disk.
 */

/** A table in memory, which a test can look into. */
export interface MemoryTable<Row, Key> extends RowTable<Row, Key> {
  rows: Map<string, Row>
}

/** What the tables of one database have in common. */
export interface Journal {
  /** Runs `work` once the transactions before it are over; undone if it throws. */
  transact<Answer>(work: () => Promise<Answer>): Promise<Answer>
  /** Notes how a write is undone. */
  note(undo: () => void): void
  /** The name of the error that every write throws from now on, as `QuotaExceededError`; undefined if none does. */
  fault: string | undefined
}

export function createJournal(): Journal {
  let idle: Promise<unknown> = Promise.resolve()
  let steps: (() => void)[] = []
  const journal: Journal = {
    fault: undefined,
    transact(work) {
      const turn = idle.then(async () => {
        steps = []
        try {
          return await work()
        } catch (error) {
          for (const undo of steps.toReversed()) undo()
          throw error
        }
      })
      idle = turn.catch(() => undefined)
      return turn
    },
    note(undo) {
      const { fault } = journal
      if (fault !== undefined) throw new DOMException('the write failed', fault)
      steps.push(undo)
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
    journal.note(() => set(key, before))
    set(key, row)
  }
  return {
    rows,
    bulkGet: async (keys) => keys.map((key) => rows.get(String(key))),
    bulkPut: async (added) => added.forEach((row) => write(keyOf(row), structuredClone(row))),
    bulkDelete: async (keys) => keys.forEach((key) => rows.has(String(key)) && write(String(key), undefined)),
    toArray: async () => [...rows.values()],
    clear: async () => [...rows.keys()].forEach((key) => write(key, undefined)),
  }
}
