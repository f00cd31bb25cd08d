import * as v from 'valibot'
import { createCampusDoor } from '../../server/live/campus-door.ts'
import { createClassroomDoors } from '../../server/live/classroom-doors.ts'
import type { Connection } from '../../server/live/connection.ts'
import { isJson } from '../../server/live/frames.ts'
import { createOpenSessions, type OpenSessions } from '../../server/live/open-sessions.ts'
import type { SocketDoor } from '../../server/live/sockets.ts'
import { submitCommands } from '../../server/commands/submit.ts'
import { classroomDownFrame } from '../../shared/classroom/frames.ts'
import { downFrame } from '../../shared/protocol/down.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import { createDownReader } from '../../shared/protocol/packed/frames.ts'
import type { CommandResult } from '../../shared/protocol/results.ts'
import type { Campus } from './campus.ts'
import type { FakeClock } from './fake-clock.ts'
import type { CampusLive, ClassroomsLive } from './live.ts'

/** Whose session a cookie is, in tests: `session:user`. */
export function toCookie(userId: string, sessionId: string): string {
  return `${sessionId}:${userId}`
}

type Submit = (session: { userId: string }, commands: readonly { id: string }[]) => Promise<CommandResult[]>

export interface TestDoors {
  readonly sessions: OpenSessions
  readonly acknowledged: number[]
  /** Opens a socket at a path; resolves with the close code when nobody is let in. */
  open(path: string, cookie?: string): Promise<TestSocket | number>
  close(): void
}

export interface TestSocket {
  readonly connection: Connection
  /** Every frame that was sent, each held against the contract. */
  readonly frames: { type: string }[]
  readonly closes: [code: number, reason: string][]
  /** Says frames; what is text already, as it is. */
  say(...frames: unknown[]): void
  /** So many bytes are unsent. */
  buffer(bytes: number): void
}

/** Every door that there is, over the parts of one process; only who is signed in is made up. */
export function createDoors(parts: {
  campus: Campus
  campusLive: CampusLive
  classroomsLive: ClassroomsLive
  clock: FakeClock
  exists: (classroomId: string) => Promise<boolean>
  isStaff: (classroomId: string, userId: string) => Promise<boolean>
  submit?: Submit
  attend?: CampusLive['signals']['attend']
  listAlive?: Parameters<typeof createOpenSessions>[0]['listAlive']
  onError: (error: unknown) => void
}): TestDoors {
  const { campus, campusLive, classroomsLive, clock, onError } = parts
  const acknowledged: number[] = []
  const listAlive =
    parts.listAlive ?? (async (ids: readonly string[]) => ({ alive: new Set(ids), suspended: new Set<string>() }))
  const sessions = createOpenSessions({ bus: campus.bus, clock, listAlive, onError })
  const findSession = async (cookie = '') => {
    const [sessionId = '', userId] = cookie.split(':')
    return userId === undefined ? undefined : { sessionId, userId }
  }
  const shared = { sessions, clock, findSession, onError }
  const doors: SocketDoor[] = [
    createCampusDoor({
      ...shared,
      hub: campusLive.hub,
      signals: { attend: parts.attend ?? campusLive.signals.attend },
      isErased: async () => false,
      submit:
        parts.submit ?? (({ userId }, commands, from) => submitCommands(campus.sequencer, userId, commands, from)),
      onAcknowledged: (_, cursor) => acknowledged.push(cursor),
    }),
    ...createClassroomDoors({ ...shared, ...classroomsLive, exists: parts.exists, isStaff: parts.isStaff }),
  ]
  return {
    sessions,
    acknowledged,
    close: sessions.close,
    async open(path, cookie) {
      const admit = doors.map((door) => door.find(path)).find((found) => found !== undefined)
      if (admit === undefined) throw new Error(`there is no door at ${path}`)
      const admission = await admit(cookie === undefined ? {} : { cookie })
      if ('code' in admission) return admission.code
      const contract = path === '/api/socket' ? downFrame : classroomDownFrame
      const reader = createDownReader(CAMPUS_LOG)
      const frames: TestSocket['frames'] = []
      const closes: TestSocket['closes'] = []
      let buffered = 0
      const connection = admission.connect({
        send(frame) {
          const content = reader.read(isJson(frame) ? frame.toString() : frame)
          v.assert(contract, content)
          frames.push(content)
        },
        close: (code, reason) => closes.push([code, reason]),
        bufferedBytes: () => buffered,
      })
      return {
        connection,
        frames,
        closes,
        say: (...said) =>
          said.forEach((one) => connection.onMessage(typeof one === 'string' ? one : JSON.stringify(one))),
        buffer: (bytes) => (buffered = bytes),
      }
    },
  }
}
