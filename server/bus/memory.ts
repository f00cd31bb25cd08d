import type { Bus, BusListener } from './bus.ts'

/**
 * The bus of a single process. Listeners hear at once, in the order in which it was said; what one of
 * them throws reaches whoever spoke, after the others have heard.
 */
export function createMemoryBus(): Bus {
  const listeners = new Set<BusListener>()
  function tell(word: (listener: BusListener) => void): void {
    const errors: unknown[] = []
    for (const listener of listeners) {
      try {
        word(listener)
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
  return {
    publishBatch: (batch) => tell((listener) => listener.onBatch(batch)),
    publishSessionsEnded: (ids) => tell((listener) => listener.onSessionsEnded(ids)),
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => listeners.clear(),
  }
}
