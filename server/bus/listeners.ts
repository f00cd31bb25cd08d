import type { Channel } from './bus.ts'

/** Who listens to which channel of a bus in this process. */
export interface Listeners {
  add<Word>(channel: Channel<Word>, listener: (word: Word) => void): () => void
  /** Hands a word to all who listen; what some of them throw is returned. */
  call<Word>(channel: Channel<Word>, word: Word): unknown[]
  /** The channel of this name that somebody listens to, or did. */
  findChannel(name: string): Channel<unknown> | undefined
  clear(): void
}

export function createListeners(): Listeners {
  const byName = new Map<string, { channel: Channel<unknown>; listeners: Set<(word: never) => void> }>()
  return {
    add(channel, listener) {
      const entry = byName.get(channel.name) ?? { channel, listeners: new Set() }
      byName.set(channel.name, entry)
      entry.listeners.add(listener)
      return () => entry.listeners.delete(listener)
    },
    call(channel, word) {
      return callEach(byName.get(channel.name)?.listeners ?? [], (listener) => listener(word as never))
    },
    findChannel: (name) => byName.get(name)?.channel,
    clear: () => byName.clear(),
  }
}

/** Calls each, also when one before it throws; returns what was thrown. */
export function callEach<Listener>(listeners: Iterable<Listener>, call: (listener: Listener) => void): unknown[] {
  const errors: unknown[] = []
  for (const listener of [...listeners]) {
    try {
      call(listener)
    } catch (error) {
      errors.push(error)
    }
  }
  return errors
}
