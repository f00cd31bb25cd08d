import type { IncomingHttpHeaders } from 'node:http'
import type { WebSocket } from 'ws'
import * as v from 'valibot'
import { classroomId as classroomIdSchema } from '../../shared/classroom/fields.ts'
import { type Clock, repeat } from '../../shared/clock.ts'
import { CLOSE } from '../../shared/protocol/errors.ts'
import { HEARTBEAT_MS, SOCKETS_PER_SESSION_MAX } from '../../shared/protocol/limits.ts'
import type { Bus } from '../bus/bus.ts'
import type { ClassroomLogs } from '../classroom/classroom-logs.ts'
import { type ClassroomConnection, type ClassroomVisitor, createClassroomConnection } from './classroom-connection.ts'
import type { ClassroomHub } from './classroom-hub.ts'

export interface ClassroomSockets {
  /** What takes a socket that was opened at this path; undefined when the path is none of a classroom's. */
  find(path: string): ((socket: WebSocket, headers: IncomingHttpHeaders) => void) | undefined
  close(): void
}

const STUDENT_PATH = /^\/q\/api\/([^/]+)\/socket$/
const STAFF_PATH = /^\/api\/classrooms\/([^/]+)\/socket$/
/** Students' sockets of one classroom that one process holds. One more is refused with 4429. */
const SOCKETS_PER_CLASSROOM_MAX = 10_000

interface Staff {
  sessionId: string
  userId: string
}

export function createClassroomSockets(options: {
  hub: ClassroomHub
  logs: Pick<ClassroomLogs, 'find' | 'findStaff'>
  bus: Pick<Bus, 'listen'>
  clock: Clock
  findSession: (cookieHeader: string | undefined) => Promise<Staff | undefined>
  /** Which of these sessions are still there. */
  listAlive: (sessionIds: readonly string[]) => Promise<ReadonlySet<string>>
  onError: (error: unknown) => void
}): ClassroomSockets {
  const { hub, logs, clock } = options
  const students = new Map<string, number>()
  const bySession = new Map<string, Set<ClassroomConnection>>()

  /** The cookie, should one have come, is not looked at. */
  async function openForStudent(socket: WebSocket, classroomId: string): Promise<void> {
    if (!v.is(classroomIdSchema, classroomId) || (await logs.find(classroomId)) === undefined) return refuse(socket)
    const count = students.get(classroomId) ?? 0
    if (count >= SOCKETS_PER_CLASSROOM_MAX) return socket.close(CLOSE.tooMany, 'too many sockets of one classroom')
    students.set(classroomId, count + 1)
    connect(socket, classroomId, { audience: 'room' }, () => {
      const left = (students.get(classroomId) ?? 1) - 1
      if (left === 0) students.delete(classroomId)
      else students.set(classroomId, left)
    })
  }

  async function openForStaff(socket: WebSocket, classroomId: string, cookie: string | undefined): Promise<void> {
    const session = await options.findSession(cookie)
    if (session === undefined) return socket.close(CLOSE.notSignedIn, 'not signed in')
    if (!v.is(classroomIdSchema, classroomId)) return refuse(socket)
    const { sessionId, userId } = session
    if ((await logs.findStaff(classroomId, userId)) === undefined) {
      return socket.close(CLOSE.notSignedIn, 'not staff here')
    }
    const open = bySession.get(sessionId) ?? new Set()
    if (open.size >= SOCKETS_PER_SESSION_MAX) return socket.close(CLOSE.tooMany, 'too many sockets of one session')
    const connection = connect(socket, classroomId, { audience: 'staff', userId }, () => {
      open.delete(connection)
      if (open.size === 0) bySession.delete(sessionId)
    })
    bySession.set(sessionId, open.add(connection))
  }

  function refuse(socket: WebSocket): void {
    socket.close(CLOSE.badFrame, 'there is no such classroom')
  }

  function connect(
    socket: WebSocket,
    classroomId: string,
    visitor: ClassroomVisitor,
    onClosed: () => void,
  ): ClassroomConnection {
    const connection = createClassroomConnection({
      classroomId,
      visitor,
      hub,
      clock,
      onClosed,
      onError: options.onError,
      socket: {
        send: (frame) => socket.send(frame, { binary: false }),
        close: (code, reason) => socket.close(code, reason),
        bufferedBytes: () => socket.bufferedAmount,
      },
    })
    socket.on('message', (content: Buffer, isBinary) => connection.onMessage(isBinary ? '' : content.toString()))
    socket.on('close', () => connection.onClosed())
    return connection
  }

  function open(socket: WebSocket, work: Promise<void>): void {
    // What arrives before it is known who may listen waits.
    socket.pause()
    work.then(
      () => socket.resume(),
      (error: unknown) => {
        options.onError(error)
        socket.resume()
        socket.close(CLOSE.tryAgainLater, 'the store is away')
      },
    )
  }

  function sessionsEnded(sessionIds: readonly string[]): void {
    for (const sessionId of sessionIds) for (const connection of [...(bySession.get(sessionId) ?? [])]) connection.end()
  }

  const stopListening = options.bus.listen({
    onBatch: () => undefined,
    onSessionsEnded: sessionsEnded,
    onResumed: () => undefined,
  })
  // Should the bus lose its word, this finds out.
  const stopChecking = repeat(clock, HEARTBEAT_MS, async () => {
    const sessionIds = [...bySession.keys()]
    if (sessionIds.length === 0) return
    try {
      const alive = await options.listAlive(sessionIds)
      sessionsEnded(sessionIds.filter((sessionId) => !alive.has(sessionId)))
    } catch (error) {
      options.onError(error)
    }
  })

  return {
    find(path) {
      const student = STUDENT_PATH.exec(path)?.[1]
      if (student !== undefined) return (socket) => open(socket, openForStudent(socket, student))
      const staff = STAFF_PATH.exec(path)?.[1]
      if (staff !== undefined) {
        return (socket, headers) => open(socket, openForStaff(socket, staff, headers.cookie))
      }
      return undefined
    },
    close() {
      stopListening()
      stopChecking()
    },
  }
}
