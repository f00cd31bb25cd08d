/** So long others wait for whoever works without pause. */
const TURN_MS = 10

/**
 * Lets the event loop go round between two works when those since it last did took long. SQLite answers at
 * once, so that thousands of reads that wait for one another would be one turn, and nobody else be heard.
 */
export function createYielding(): (work: () => void) => void {
  let endsAt: number | undefined
  return (work) => {
    if (endsAt === undefined) {
      endsAt = performance.now() + TURN_MS
      setImmediate(() => {
        endsAt = undefined
      })
    }
    if (performance.now() < endsAt) work()
    else setImmediate(work)
  }
}
