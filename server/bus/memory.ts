import type { Bus, BusListener } from './bus.ts'

/** The bus of a single process. Listeners hear at once, in the order in which it was said. */
export function createMemoryBus(): Bus {
  const listeners = new Set<BusListener>()
  return {
    publishBatch: (batch) => listeners.forEach((listener) => listener.onBatch(batch)),
    publishSessionsEnded: (ids) => listeners.forEach((listener) => listener.onSessionsEnded(ids)),
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => listeners.clear(),
  }
}
