import type { DownFrame } from '../../shared/protocol/down.ts'
import { CLOSE } from '../../shared/protocol/errors.ts'
import type { CommandResult } from '../../shared/protocol/results.ts'
import type { Clock } from '../../shared/clock.ts'
import type { FoundSession } from '../accounts/session-cache.ts'
import type { Campus } from '../campus/types.ts'
import { createLine, type Line } from '../limits/line.ts'
import type { LogPosition } from '../log/lineage.ts'
import { createCampusContracts, encode, type SignalFrame } from './campus-contract.ts'
import { type Connection, createConnection, type Socket, type Visitor } from './connection.ts'
import type { Hub } from './hub.ts'
import type { OpenSessions } from './open-sessions.ts'
import type { Signals } from './signals.ts'
import type { SocketDoor } from './sockets.ts'

/**
 * Who goes on sending although so much was slowed down is answered that late: a device has only so many unanswered, and a flood
 * that is not taken costs others no more than what is.
 */
const SLOWED_AT_ONCE = 50
const SLOWED_ANSWER_MS = 250

const SOCKET_PATH = '/api/socket'

export interface CampusDoorOptions {
  hub: Hub<Campus>
  signals: Pick<Signals, 'attend'>
  sessions: Pick<OpenSessions, 'enter'>
  clock: Clock
  findSession: (cookieHeader: string | undefined) => Promise<FoundSession | undefined>
  /** Whether the session was of an account that was deleted. */
  isErased: (cookieHeader: string | undefined) => Promise<boolean>
  /** `line` is of the connection: what was slowed down on it. */
  submit: (
    session: Pick<FoundSession, 'userId' | 'sessionId'>,
    commands: readonly { id: string }[],
    from: LogPosition,
    line: Line,
  ) => Promise<CommandResult[]>
  /** The device holds everything up to this position. */
  onAcknowledged: (sessionId: string, cursor: number) => void
  onError: (error: unknown) => void
}

/** Lets in whoever has an account. */
export function createCampusDoor(options: CampusDoorOptions): SocketDoor {
  const contracts = createCampusContracts(options.hub.log)
  return {
    find(path) {
      if (path !== SOCKET_PATH) return undefined
      return async ({ cookie }) => {
        const session = await options.findSession(cookie)
        if (session === undefined) {
          return (await options.isErased(cookie))
            ? { code: CLOSE.accountDeleted, reason: 'account deleted' }
            : { code: CLOSE.notSignedIn, reason: 'not signed in' }
        }
        if (session.suspendedFor !== undefined) return { code: CLOSE.suspended, reason: 'suspended' }
        return connectCampus({ ...options, contracts }, session)
      }
    },
  }
}

/** A connection for this session, unless it has too many open already. */
export function connectCampus(
  options: Omit<CampusDoorOptions, 'findSession'> & { contracts: ReturnType<typeof createCampusContracts> },
  { sessionId, userId }: FoundSession,
): { connect(socket: Socket): Connection } | { code: number; reason: string } {
  let connection: Connection | undefined
  const line = createLine()
  const leave = options.sessions.enter(sessionId, (why) =>
    connection?.end(why === 'suspended' ? 'suspended' : 'no right'),
  )
  if (leave === undefined) return { code: CLOSE.tooMany, reason: 'too many sockets of one session' }
  const visitor: Visitor<Campus, SignalFrame> = {
    reader: { userId },
    isAccount: (account) => account === userId,
    async submit(command, from) {
      const [result] = await options.submit({ userId, sessionId }, [command], from, line).catch((error: unknown) => {
        line.isBroken = true
        throw error
      })
      if (result === undefined) throw new Error('a command was not answered')
      if (result.status === 'refused' && result.code === 'lineage_ended') return 'lineage_ended'
      if (result.status === 'refused' && result.code === 'slow_down' && line.length > SLOWED_AT_ONCE) {
        await new Promise<void>((resolve) => options.clock.after(SLOWED_ANSWER_MS, resolve))
      }
      return { type: 'result', result } satisfies DownFrame
    },
    onAcknowledged: (cursor) => options.onAcknowledged(sessionId, cursor),
    attend(follower) {
      const attended = options.signals.attend({ userId, sessionId, isFull: follower.isFull, send: follower.send })
      return {
        async take(frame) {
          const refused = await attended.take(frame)
          return refused && encode({ type: 'denied', frame: frame.type, ...refused })
        },
        leave: attended.leave,
      }
    },
    onClosed: leave,
  }
  return {
    connect(socket) {
      connection = createConnection({ ...options, visitor, socket })
      return connection
    },
  }
}
