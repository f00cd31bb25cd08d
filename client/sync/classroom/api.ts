import type { StaffCommand } from '../../../shared/classroom/commands.ts'
import {
  CLASSROOM_API,
  classroomPullPage,
  classroomsAnswer,
  createClassroomAnswer,
  findAnswer,
  staffCommandsAnswer,
  storedAnswer,
  studentCommandAnswer,
  tokensAnswer,
  type ClassroomPullPage,
  type ClassroomsAnswer,
  type CreateClassroomBody,
  type StaffCommandResult,
  type StoredAnswer,
  type StudentCommandBody,
} from '../../../shared/classroom/http.ts'
import type { Fetch } from '../api.ts'
import { request, type RoomAnswer } from './request.ts'

export interface RoomPull {
  epoch: string
  cursor: number
  /** Hold the request open until there is something to tell: the long poll. */
  wait: boolean
}

/** One classroom's log, as students or as staff read it. */
export interface RoomLog {
  socketPath: string
  pull(query: RoomPull): Promise<RoomAnswer<ClassroomPullPage>>
}

export interface StudentApi extends RoomLog {
  send(body: StudentCommandBody): Promise<RoomAnswer<{ seq: number }>>
  stored(): Promise<RoomAnswer<StoredAnswer>>
}

export interface DeskApi extends RoomLog {
  send(commands: readonly StaffCommand[]): Promise<RoomAnswer<StaffCommandResult[]>>
}

export interface ClassroomsApi {
  list(): Promise<RoomAnswer<ClassroomsAnswer>>
  create(body: CreateClassroomBody): Promise<RoomAnswer<{ id: string; code: string; issuer: string | null }>>
  tokens(id: string, blinded: readonly string[]): Promise<RoomAnswer<string[]>>
}

/** A held request answers within 25 s when nothing happened. */
const WAIT_TIMEOUT_MS = 40_000
/** Signing takes the server a while. */
const TOKENS_TIMEOUT_MS = 60_000
const DESK_API = '/api/classrooms'

/** Without cookie, account or anything else that says who asks. */
export function createStudentApi(fetch: Fetch, id: string): StudentApi {
  const base = `${CLASSROOM_API}/${id}`
  return {
    ...createLog(fetch, base),
    send: (body) => request(fetch, { method: 'POST', path: `${base}/commands`, body }, studentCommandAnswer),
    stored: () => request(fetch, { method: 'GET', path: `${base}/stored` }, storedAnswer),
  }
}

export function createDeskApi(fetch: Fetch, account: string, id: string): DeskApi {
  const base = `${DESK_API}/${id}`
  return {
    ...createLog(fetch, base, account),
    async send(commands) {
      const path = `${base}/commands`
      const answer = await request(fetch, { method: 'POST', path, body: { commands }, account }, staffCommandsAnswer)
      return answer.kind === 'ok' ? { kind: 'ok', value: answer.value.results } : answer
    },
  }
}

export function createClassroomsApi(fetch: Fetch, account: string): ClassroomsApi {
  return {
    list: () => request(fetch, { method: 'GET', path: DESK_API, account }, classroomsAnswer),
    create: (body) => request(fetch, { method: 'POST', path: DESK_API, body, account }, createClassroomAnswer),
    async tokens(id, blinded) {
      const asked = { method: 'POST', path: `${DESK_API}/${id}/tokens`, body: { blinded }, account } as const
      const answer = await request(fetch, { ...asked, timeoutMs: TOKENS_TIMEOUT_MS }, tokensAnswer)
      return answer.kind === 'ok' ? { kind: 'ok', value: answer.value.signatures } : answer
    },
  }
}

/** Which classroom a code stands for. */
export function findByCode(fetch: Fetch, code: string) {
  return request(fetch, { method: 'POST', path: `${CLASSROOM_API}/find`, body: { code } }, findAnswer)
}

function createLog(fetch: Fetch, base: string, account?: string): RoomLog {
  const who = account === undefined ? {} : { account }
  return {
    socketPath: `${base}/socket`,
    pull({ epoch, cursor, wait }) {
      const query = new URLSearchParams({ epoch, cursor: String(cursor), ...(wait && { wait: '1' }) })
      const path = `${base}/pull?${query.toString()}`
      return request(
        fetch,
        { method: 'GET', path, ...who, ...(wait && { timeoutMs: WAIT_TIMEOUT_MS }) },
        classroomPullPage,
      )
    },
  }
}
