/** Rows that are for the same people, in the order of the log; whoever comes back is told of those since their cursor. */
export interface Topic<Addressed> {
  add(addressed: Addressed): void
  forgetOldest(): void
  findSince(cursor: number): Addressed[]
  readonly isEmpty: boolean
}

/** So many forgotten ones are kept until it is worth moving the rest. */
const FORGOTTEN_MAX = 256

export function createTopic<Addressed extends { row: { seq: number } }>(): Topic<Addressed> {
  let rows: Addressed[] = []
  /** How many of them, at the front, are forgotten. */
  let forgotten = 0

  /** The first row that changed after the cursor, by halving. */
  function findFirst(cursor: number): number {
    let low = forgotten
    let high = rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((rows[middle]?.row.seq ?? 0) > cursor) high = middle
      else low = middle + 1
    }
    return low
  }

  return {
    add: (addressed) => void rows.push(addressed),
    forgetOldest() {
      forgotten += 1
      if (forgotten < FORGOTTEN_MAX) return
      rows = rows.slice(forgotten)
      forgotten = 0
    },
    findSince: (cursor) => rows.slice(findFirst(cursor)),
    get isEmpty() {
      return forgotten === rows.length
    },
  }
}
