import { type Clock, repeat } from '../../shared/clock.ts'
import { SHORT_HEARTBEAT_MS, SOCKETS_PER_SESSION_MAX } from '../../shared/protocol/limits.ts'
import type { Bus } from '../bus/bus.ts'
import { sessionsEnded } from '../bus/channels.ts'

/** Why what a session has open comes to its end: the session did, or its account is suspended. */
export type EndedBy = 'ended' | 'suspended'

/** What sessions have open in this process, sockets and long polls alike. It ends with the session. */
export interface OpenSessions {
  /** Returns the function that says that it closed, or undefined when the session has too many open already. */
  enter(sessionId: string, end: (why: EndedBy) => void): (() => void) | undefined
  /** Ends what these sessions have open, for their accounts are suspended. */
  suspend(sessionIds: readonly string[]): void
  close(): void
}

export function createOpenSessions(options: {
  bus: Pick<Bus, 'listen'>
  clock: Clock
  /** Which of these sessions are still there, and which of them are of a suspended account. */
  listAlive: (sessionIds: readonly string[]) => Promise<{ alive: ReadonlySet<string>; suspended: ReadonlySet<string> }>
  onError: (error: unknown) => void
}): OpenSessions {
  const open = new Map<string, Set<(why: EndedBy) => void>>()

  function endAll(sessionIds: readonly string[], why: EndedBy): void {
    for (const sessionId of sessionIds) for (const end of [...(open.get(sessionId) ?? [])]) end(why)
  }

  const stops = [
    options.bus.listen(sessionsEnded, (sessionIds) => endAll(sessionIds, 'ended')),
    // Should the bus lose its word, this finds out.
    repeat(options.clock, SHORT_HEARTBEAT_MS, async () => {
      const sessionIds = [...open.keys()]
      if (sessionIds.length === 0) return
      try {
        const { alive, suspended } = await options.listAlive(sessionIds)
        endAll(
          sessionIds.filter((sessionId) => !alive.has(sessionId)),
          'ended',
        )
        endAll([...suspended], 'suspended')
      } catch (error) {
        options.onError(error)
      }
    }),
  ]
  return {
    enter(sessionId, end) {
      const entries = open.get(sessionId) ?? new Set()
      if (entries.size >= SOCKETS_PER_SESSION_MAX) return undefined
      // Two entries may share one function: each counts.
      const entry = (why: EndedBy) => end(why)
      open.set(sessionId, entries.add(entry))
      return () => {
        entries.delete(entry)
        if (entries.size === 0 && open.get(sessionId) === entries) open.delete(sessionId)
      }
    },
    suspend: (sessionIds) => endAll(sessionIds, 'suspended'),
    close: () => stops.forEach((stop) => stop()),
  }
}
