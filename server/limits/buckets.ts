/*
 * Buckets by the generic cell rate algorithm (ITU-T I.371, Annex A): of a bucket one number is kept, the time at which it will
 * be full again. What is taken moves it on; it must not lie further ahead than the bucket is deep.
 */

/** What somebody takes of one bucket, in milliseconds of its filling. */
export interface Draw {
  key: string
  /** How long it takes to fill again what is taken. */
  takesMs: number
  /** How long an empty bucket takes to be full. What takes more than all of it needs it full, and leaves it in debt. */
  depthMs: number
}

/** Counts for one process, or for several together. */
export interface Buckets {
  /**
   * Takes what each of these asks for, in this order, all of its draws or none: 0 where it did, else the milliseconds after
   * which there will be enough.
   */
  take(requests: readonly (readonly Draw[])[]): Promise<number[]>
  giveBack(draws: readonly Draw[]): Promise<void>
}

/** As many as that are kept before those that are full again are looked for. */
const PRUNE_ABOVE = 10_000

export function createMemoryBuckets(now: () => number): Buckets {
  /** When each is full again. */
  const fullAt = new Map<string, number>()
  let pruneAbove = PRUNE_ABOVE

  function prune(time: number): void {
    if (fullAt.size <= pruneAbove) return
    for (const [key, at] of fullAt) if (at <= time) fullAt.delete(key)
    pruneAbove = Math.max(PRUNE_ABOVE, 2 * fullAt.size)
  }

  function takeOne(draws: readonly Draw[], time: number): number {
    const findFullAt = (key: string) => Math.max(time, fullAt.get(key) ?? time)
    const wait = Math.max(
      0,
      ...draws.map(({ key, takesMs, depthMs }) => findFullAt(key) + Math.min(takesMs, depthMs) - depthMs - time),
    )
    if (wait > 0) return Math.ceil(wait)
    for (const { key, takesMs } of draws) fullAt.set(key, findFullAt(key) + takesMs)
    return 0
  }

  return {
    async take(requests) {
      const time = now()
      prune(time)
      return requests.map((draws) => takeOne(draws, time))
    },
    async giveBack(draws) {
      for (const { key, takesMs } of draws) {
        const at = fullAt.get(key)
        if (at !== undefined) fullAt.set(key, at - takesMs)
      }
    },
  }
}
