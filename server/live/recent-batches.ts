import type { AddressedOf, KindTypes } from '../log/kind.ts'
import type { LogBatch } from './log-follower.ts'
import { createTopic, type Topic } from './topic.ts'

const RECENT_ROWS_MAX = 20_000
/** Steps without rows count too, or a log whose rows are for few would be remembered for ever. */
const RECENT_BATCHES_MAX = 5_000

export interface RecentBatches<Types extends KindTypes> {
  add(batch: LogBatch<Types>): void
  /** All rows of these topics that were published since the cursor, or undefined when the memory does not reach back so far. */
  findSince(cursor: number, topics: readonly string[]): AddressedOf<Types>[] | undefined
  clear(): void
}

/** What the log brought lately, so that a storm of reconnects after a short cut costs the database nothing. */
export function createRecentBatches<Types extends KindTypes>(
  topicOf: (audience: Types['audience']) => string,
  rowsMax = RECENT_ROWS_MAX,
): RecentBatches<Types> {
  let batches: LogBatch<Types>[] = []
  const topics = new Map<string, Topic<AddressedOf<Types>>>()
  let count = 0

  function forgetOldest(): void {
    for (const { audience } of batches.shift()?.rows ?? []) {
      count -= 1
      const name = topicOf(audience)
      topics.get(name)?.forgetOldest()
      if (topics.get(name)?.isEmpty === true) topics.delete(name)
    }
  }

  return {
    add(batch) {
      batches.push(batch)
      count += batch.rows.length
      for (const addressed of batch.rows) {
        const name = topicOf(addressed.audience)
        const topic = topics.get(name) ?? createTopic<AddressedOf<Types>>()
        topics.set(name, topic)
        topic.add(addressed)
      }
      while (count > rowsMax || batches.length > RECENT_BATCHES_MAX) forgetOldest()
    },
    findSince(cursor, names) {
      const [oldest] = batches
      if (oldest === undefined || cursor < oldest.from) return undefined
      const found = names.map((name) => topics.get(name)?.findSince(cursor) ?? []).filter((rows) => rows.length > 0)
      // Each is in the order of the log.
      return found.length < 2 ? (found[0] ?? []) : found.flat().sort((one, other) => one.row.seq - other.row.seq)
    },
    clear() {
      batches = []
      topics.clear()
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
