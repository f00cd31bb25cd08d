/** How many people are in a conversation, read once and kept until a membership of it changes. */
export interface GroupSizes {
  get(conversationId: string): Promise<number>
  forget(conversationId: string): void
  clear(): void
}

const SIZES_MAX = 10_000

export function createGroupSizes(load: (conversationId: string) => Promise<number>): GroupSizes {
  // What is being read is kept as well: whoever asks after a change reads again.
  const sizes = new Map<string, Promise<number>>()
  return {
    get(conversationId) {
      const kept = sizes.get(conversationId)
      if (kept !== undefined) return kept
      const size = load(conversationId)
      sizes.set(conversationId, size)
      size.catch(() => sizes.delete(conversationId))
      const [oldest] = sizes.keys()
      if (sizes.size > SIZES_MAX && oldest !== undefined) sizes.delete(oldest)
      return size
    },
    forget: (conversationId) => void sizes.delete(conversationId),
    clear: () => sizes.clear(),
  }
}
