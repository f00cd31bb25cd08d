import * as v from 'valibot'
import { classroomId as classroomIdSchema, classroomLog } from '../../shared/classroom/fields.ts'
import type { Clock } from '../../shared/clock.ts'
import { CLOSE } from '../../shared/protocol/errors.ts'
import type { FoundSession } from '../accounts/session-cache.ts'
import type { Classroom, ClassroomReader } from '../classroom/types.ts'
import { createClassroomContracts } from './classroom-contract.ts'
import type { ClassroomDevices } from './classroom-devices.ts'
import { type Connection, createConnection, type Visitor } from './connection.ts'
import type { Hub } from './hub.ts'
import type { Hubs } from './hubs.ts'
import type { OpenSessions } from './open-sessions.ts'
import type { Admission, SocketDoor } from './sockets.ts'

const STUDENT_PATH = /^\/q\/api\/([^/]+)\/socket$/
/** The wall is in the room, and asks nothing. */
const SCREEN_PATH = /^\/q\/api\/([^/]+)\/screen\/socket$/
const STAFF_PATH = /^\/api\/classrooms\/([^/]+)\/socket$/
/** Students' sockets of one classroom that one process holds. One more is refused with 4429. */
const SOCKETS_PER_CLASSROOM_MAX = 10_000

const NO_CLASSROOM: Admission = { code: CLOSE.badFrame, reason: 'there is no such classroom' }

export interface ClassroomDoorsOptions {
  hubs: Pick<Hubs<Classroom>, 'open'>
  devices: Pick<ClassroomDevices, 'come' | 'count'>
  sessions: Pick<OpenSessions, 'enter'>
  clock: Clock
  exists: (classroomId: string) => Promise<boolean>
  isStaff: (classroomId: string, userId: string) => Promise<boolean>
  findSession: (cookieHeader: string | undefined) => Promise<FoundSession | undefined>
  onError: (error: unknown) => void
}

/** Lets in whoever knows the link, of whom nothing is known, and staff with their account. */
export function createClassroomDoors(options: ClassroomDoorsOptions): SocketDoor[] {
  const students = new Map<string, number>()
  // One for all sockets of a hub, which share its frames.
  const contracts = new WeakMap<Hub<Classroom>, ReturnType<typeof createClassroomContracts>>()

  /** The cookie, should one have come, is not looked at. */
  async function admitStudent(classroomId: string, isCounted: boolean): Promise<Admission> {
    if (!v.is(classroomIdSchema, classroomId) || !(await options.exists(classroomId))) return NO_CLASSROOM
    const count = students.get(classroomId) ?? 0
    if (count >= SOCKETS_PER_CLASSROOM_MAX) {
      return { code: CLOSE.tooMany, reason: 'too many sockets of one classroom' }
    }
    students.set(classroomId, count + 1)
    return connect(classroomId, { audience: 'everybody' }, isCounted, () => {
      const left = (students.get(classroomId) ?? 1) - 1
      if (left === 0) students.delete(classroomId)
      else students.set(classroomId, left)
    })
  }

  async function admitStaff(classroomId: string, cookie: string | undefined): Promise<Admission> {
    const session = await options.findSession(cookie)
    // The desk says no more than that: why, the campus says.
    if (session === undefined || session.suspendedFor !== undefined) {
      return { code: CLOSE.notSignedIn, reason: 'not signed in' }
    }
    if (!v.is(classroomIdSchema, classroomId)) return NO_CLASSROOM
    const { sessionId, userId } = session
    if (!(await options.isStaff(classroomId, userId))) {
      return (await options.exists(classroomId)) ? { code: CLOSE.notSignedIn, reason: 'not staff here' } : NO_CLASSROOM
    }
    let connection: Connection | undefined
    const leave = options.sessions.enter(sessionId, () => connection?.end())
    if (leave === undefined) return { code: CLOSE.tooMany, reason: 'too many sockets of one session' }
    const admission = connect(classroomId, { audience: 'staff', userId }, false, leave)
    return { connect: (socket) => (connection = admission.connect(socket)) }
  }

  function connect(
    classroomId: string,
    reader: ClassroomReader,
    isCounted: boolean,
    onClosed: () => void,
  ): Extract<Admission, { connect: unknown }> {
    const hub = options.hubs.open(classroomLog(classroomId))
    const visitor: Visitor<Classroom, never> = {
      reader,
      isAccount: () => true,
      submit: () => Promise.reject(new Error('no command comes over this socket')),
      onAcknowledged: () => undefined,
      attend: () => ({
        take: () => Promise.resolve(undefined),
        leave: isCounted ? options.devices.come(classroomId) : () => undefined,
      }),
      onClosed,
    }
    const spoken = contracts.get(hub) ?? createClassroomContracts(hub.log, () => options.devices.count(classroomId))
    contracts.set(hub, spoken)
    return { connect: (socket) => createConnection({ ...options, hub, visitor, contracts: spoken, socket }) }
  }

  return [
    {
      find(path) {
        const classroomId = STUDENT_PATH.exec(path)?.[1]
        return classroomId === undefined ? undefined : () => admitStudent(classroomId, true)
      },
    },
    {
      find(path) {
        const classroomId = SCREEN_PATH.exec(path)?.[1]
        return classroomId === undefined ? undefined : () => admitStudent(classroomId, false)
      },
    },
    {
      find(path) {
        const classroomId = STAFF_PATH.exec(path)?.[1]
        return classroomId === undefined ? undefined : ({ cookie }) => admitStaff(classroomId, cookie)
      },
    },
  ]
}
