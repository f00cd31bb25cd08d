import type { AddressedOf, KindTypes } from '../log/kind.ts'
import type { LogBatch } from './log-follower.ts'

const RECENT_ROWS_MAX = 20_000
/** Steps without rows count too, or a log whose rows are for few would be remembered for ever. */
const RECENT_BATCHES_MAX = 5_000

export interface RecentBatches<Types extends KindTypes> {
  add(batch: LogBatch<Types>): void
  /** All rows published since the cursor, or undefined when the memory does not reach back so far. */
  findSince(cursor: number): AddressedOf<Types>[] | undefined
  clear(): void
}

/** What the log brought lately, so that a storm of reconnects after a short cut costs the database nothing. */
export function createRecentBatches<Types extends KindTypes>(rowsMax = RECENT_ROWS_MAX): RecentBatches<Types> {
  let batches: LogBatch<Types>[] = []
  let count = 0
  return {
    add(batch) {
      batches.push(batch)
      count += batch.rows.length
      while (count > rowsMax || batches.length > RECENT_BATCHES_MAX) count -= batches.shift()?.rows.length ?? 0
    },
    findSince(cursor) {
      const [oldest] = batches
      if (oldest === undefined || cursor < oldest.from) return undefined
      const rows: AddressedOf<Types>[] = []
      for (let index = findFirst(batches, cursor); index < batches.length; index += 1) {
        for (const addressed of batches[index]?.rows ?? []) if (addressed.row.seq > cursor) rows.push(addressed)
      }
      return rows
    },
    clear() {
      batches = []
      count = 0
    },
  }
}

/** Each row once, at its latest state, in the order of the log. */
export function keepLatest<Row>(rows: readonly Row[], toKey: (row: Row) => string): Row[] {
  const latest = new Map<string, Row>()
  for (const row of rows) {
    const key = toKey(row)
    // Where it stands now is behind what changed meanwhile.
    latest.delete(key)
    latest.set(key, row)
  }
  return [...latest.values()]
}

/** The first batch that ends after the cursor, by halving: they follow on each other. */
function findFirst(batches: readonly { to: number }[], cursor: number): number {
  let low = 0
  let high = batches.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((batches[middle]?.to ?? 0) > cursor) high = middle
    else low = middle + 1
  }
  return low
}
