import { createWaiting, type Waiting } from '../../shared/waiting.ts'

/** So many in one statement. */
const LOOK_UPS_MAX = 500

/**
 * Looks things up by their ids. Who asks while others are looked up waits for these, and is looked up with all who wait by
 * then: thousands who come at once cost some statements. What is found was so after it was asked for.
 */
export function createLookUps<Found>(options: {
  load(ids: readonly string[]): Promise<ReadonlyMap<string, Found>>
  /** Resolves once what has arrived by now is taken in: whoever asks within one turn is looked up together. */
  nextTurn?: (() => Promise<void>) | undefined
}): (id: string) => Promise<Found | undefined> {
  const waiting = new Map<string, Waiting<Found | undefined>>()
  let isLooking = false

  async function lookAll(): Promise<void> {
    isLooking = true
    while (waiting.size > 0) {
      await options.nextTurn?.()
      const some = [...waiting].slice(0, LOOK_UPS_MAX)
      for (const [id] of some) waiting.delete(id)
      const ids = some.map(([id]) => id)
      await options.load(ids).then(
        (found) => some.forEach(([id, { resolve }]) => resolve(found.get(id))),
        (error: unknown) => some.forEach(([, { reject }]) => reject(error)),
      )
    }
    isLooking = false
  }

  return (id) => {
    const one = waiting.get(id) ?? createWaiting<Found | undefined>()
    waiting.set(id, one)
    if (!isLooking) void lookAll()
    return one.promise
  }
}
