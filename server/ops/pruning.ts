import { repeat, type Clock } from '../../shared/clock.ts'

const LOOK_EVERY_MS = 6 * 60 * 60 * 1000

/**
 * Prunes again and again what is too old. Too old is what was so at the look before already, hours ago: a clock that
 * runs ahead for some time takes nothing away. Returns the function that ends it.
 */
export function startPruning(
  clock: Clock,
  prune: (now: number) => Promise<void>,
  onError: (error: unknown) => void,
): () => void {
  let before = clock.now()
  return repeat(clock, LOOK_EVERY_MS, async () => {
    const now = clock.now()
    await prune(Math.min(before, now)).catch(onError)
    before = now
  })
}
