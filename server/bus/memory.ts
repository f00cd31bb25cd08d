import type { Bus } from './bus.ts'
import { createListeners } from './listeners.ts'

/**
 * The bus of a single process. Listeners hear at once, in the order in which it was said; what one of
 * them throws reaches whoever spoke, after the others have heard.
 */
export function createMemoryBus(): Bus {
  const listeners = createListeners()
  return {
    publish(channel, word) {
      const errors = listeners.call(channel, word)
      if (errors.length > 0) throw errors[0]
    },
    listen: (channel, listener) => listeners.add(channel, listener),
    isShared: false,
    // A process never loses itself.
    onResumed: () => () => undefined,
    isThere: () => true,
    close: async () => listeners.clear(),
  }
}
