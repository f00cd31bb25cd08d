import type { PublishedBatch } from '../bus/bus.ts'
import type { LogRow } from '../bus/log-row.ts'

const RECENT_ROWS_MAX = 20_000

export interface RecentRows {
  add(batch: PublishedBatch): void
  /** All rows told since the cursor, or undefined when the memory does not reach back so far. */
  findSince(cursor: number): LogRow[] | undefined
  clear(): void
}

/** What the log brought lately, so that a storm of reconnects after a short cut costs the database nothing. */
export function createRecentRows(rowsMax = RECENT_ROWS_MAX): RecentRows {
  let batches: PublishedBatch[] = []
  let count = 0
  return {
    add(batch) {
      batches.push(batch)
      count += batch.rows.length
      while (count > rowsMax) count -= batches.shift()?.rows.length ?? 0
    },
    findSince(cursor) {
      const [oldest] = batches
      if (oldest === undefined || cursor < oldest.from) return undefined
      return batches
        .filter((batch) => batch.to > cursor)
        .flatMap((batch) => batch.rows.filter(({ row }) => row.seq > cursor))
    },
    clear() {
      batches = []
      count = 0
    },
  }
}
