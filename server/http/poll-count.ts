import { SOCKETS_PER_SESSION_MAX } from '../../shared/protocol/limits.ts'

/** Counts the long polls that each session holds open. */
export interface PollCount {
  /** Returns the function that ends it, or undefined when the session holds too many. */
  enter(sessionId: string): (() => void) | undefined
}

export function createPollCount(): PollCount {
  const open = new Map<string, number>()
  return {
    enter(sessionId) {
      const count = open.get(sessionId) ?? 0
      if (count >= SOCKETS_PER_SESSION_MAX) return undefined
      open.set(sessionId, count + 1)
      return () => {
        const left = (open.get(sessionId) ?? 1) - 1
        if (left === 0) open.delete(sessionId)
        else open.set(sessionId, left)
      }
    },
  }
}
