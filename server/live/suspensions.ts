import type { Campus } from '../campus/types.ts'
import type { Onlooker } from './hub.ts'
import type { OpenSessions } from './open-sessions.ts'

/**
 * Hears of the log who was suspended or restored, whichever process did it and also by a command of the operator's, and ends
 * what the suspended have open. What came while nothing was heard, the next look at open sessions finds.
 */
export function createSuspensions(options: {
  sessions: Pick<OpenSessions, 'suspend'>
  /** The sessions of these people; what is kept of them is looked up anew. */
  reconsider: (userIds: readonly string[]) => Promise<string[]>
  onError: (error: unknown) => void
}): Onlooker<Campus> {
  async function follow(userId: string, isSuspended: boolean): Promise<void> {
    const sessionIds = await options.reconsider([userId])
    if (isSuspended) options.sessions.suspend(sessionIds)
  }
  return {
    onBatch({ rows }) {
      for (const { row, audience } of rows) {
        if (row.type !== 'standing' || audience.kind !== 'user') continue
        follow(audience.userId, row.suspended !== null).catch(options.onError)
      }
    },
    onLost: () => undefined,
  }
}
