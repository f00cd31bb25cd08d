import * as v from 'valibot'
import type { Command } from '../../shared/protocol/commands.ts'
import { type CommandResult } from '../../shared/protocol/results.ts'
import { errorBody, refusal, type ErrorBody } from '../../shared/protocol/errors.ts'
import {
  ACCOUNT_HEADER,
  commandsAnswer,
  historyPage,
  me,
  PROTOCOL_HEADER,
  pullPage,
  seenAnswer,
  sessionsAnswer,
  type HistoryPage,
  type Me,
  type Session,
} from '../../shared/protocol/http.ts'

import type { Row } from '../../shared/protocol/rows.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import { PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../shared/protocol/version.ts'
import type { Answer as LogAnswer, LogApi } from './log/kind.ts'
import type { DevicePosition } from './log/position.ts'
import { toPulledPage } from './log/pulled-page.ts'

export type Answer<Value> = LogAnswer<Value, ErrorBody['error']>

export interface Api extends LogApi<Row> {
  me(): Promise<Answer<Me>>
  register(body: { handle: string; name: string; password: string }): Promise<Answer<Me>>
  signIn(body: { handle: string; password: string }): Promise<Answer<Me>>
  signOut(): Promise<Answer<null>>
  listSessions(): Promise<Answer<Session[]>>
  endSession(id: string): Promise<Answer<null>>
  changePassword(body: { current: string; next: string }): Promise<Answer<null>>
  history(query: HistoryRequest): Promise<Answer<HistoryPage>>
  /** How many others have read a message, where no rows tell. */
  countSeen(query: { conversation: string; n: number }): Promise<Answer<number>>
  /** A profile picture's file, a JPEG. */
  picture(id: string): Promise<Answer<ArrayBuffer>>
  send(position: DevicePosition, commands: readonly Command[]): Promise<Answer<CommandResult[]>>
}

/** The messages below a place, or from a moment on. */
export type HistoryRequest = { conversation: string; limit: number } & ({ before: number } | { at: number })

export type Fetch = (path: string, init: RequestInit) => Promise<Response>

const PICTURE_TYPE = 'image/jpeg'

const TIMEOUT_MS = 20_000
/** A held request answers within 25 s when nothing happened. */
const WAIT_TIMEOUT_MS = 40_000

/** With `account`, a user id, the server refuses to take a request for somebody else's. */
export function createApi(send: Fetch, account?: string): Api {
  const fetch: Fetch = (path, init) => {
    const headers = new Headers(init.headers)
    headers.set(PROTOCOL_HEADER, String(PROTOCOL_VERSION))
    if (account !== undefined) headers.set(ACCOUNT_HEADER, account)
    return send(path, { ...init, headers })
  }
  const nothing = v.pipe(
    v.unknown(),
    v.transform(() => null),
  )
  const get = <Value>(path: string, schema: v.GenericSchema<unknown, Value>, timeoutMs = TIMEOUT_MS) =>
    request(fetch, 'GET', path, undefined, schema, timeoutMs)
  const post = <Value>(path: string, body: unknown, schema: v.GenericSchema<unknown, Value>) =>
    request(fetch, 'POST', path, body, schema, TIMEOUT_MS)
  return {
    me: () => get('/api/me', me),
    register: (body) => post('/api/register', body, me),
    signIn: (body) => post('/api/sign-in', body, me),
    signOut: () => post('/api/sign-out', {}, nothing),
    listSessions: async () => map(await get('/api/sessions', sessionsAnswer), (answer) => answer.sessions),
    endSession: (id) => request(fetch, 'DELETE', `/api/sessions/${id}`, undefined, nothing, TIMEOUT_MS),
    changePassword: (body) => post('/api/password', body, nothing),
    pull: async ({ lineage, cursor, next }, wait) => {
      // A server of the version before wants an epoch, and takes an empty one.
      const query = new URLSearchParams({ log: CAMPUS_LOG, lineage, epoch: '', cursor: String(cursor) })
      if (next !== null) query.set('next', next)
      if (wait) query.set('wait', '1')
      const timeoutMs = wait ? WAIT_TIMEOUT_MS : TIMEOUT_MS
      return map(await get(`/api/pull?${query.toString()}`, pullPage, timeoutMs), toPulledPage)
    },
    history: ({ conversation, limit, ...from }) => {
      const query = new URLSearchParams({ conversation })
      if ('at' in from) query.set('at', String(from.at))
      else query.set('before', String(from.before))
      query.set('limit', String(limit))
      return get(`/api/history?${query.toString()}`, historyPage)
    },
    countSeen: async ({ conversation, n }) => {
      const query = new URLSearchParams({ conversation, n: String(n) })
      return map(await get(`/api/seen?${query.toString()}`, seenAnswer), ({ count }) => count)
    },
    picture: (id) => requestFile(fetch, `/api/pictures/${id}`, PICTURE_TYPE),
    send: async ({ lineage, cursor }, commands) => {
      const body = { lineage, cursor, epoch: '', commands }
      return map(await post('/api/commands', body, commandsAnswer), (answer) => answer.results)
    },
  }
}

async function request<Value>(
  fetch: Fetch,
  method: string,
  path: string,
  body: unknown,
  schema: v.GenericSchema<unknown, Value>,
  timeoutMs: number,
): Promise<Answer<Value>> {
  const init = {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }
  return ask(fetch, path, init, timeoutMs, async (response) => {
    const parsed = v.safeParse(schema, response.status === 204 ? null : await response.json())
    return parsed.success ? { kind: 'ok', value: parsed.output } : { kind: 'unreachable' }
  })
}

async function requestFile(fetch: Fetch, path: string, type: string): Promise<Answer<ArrayBuffer>> {
  return ask(fetch, path, { method: 'GET' }, TIMEOUT_MS, async (response) => {
    if (response.headers.get('content-type') !== type) return { kind: 'unreachable' }
    return { kind: 'ok', value: await response.arrayBuffer() }
  })
}

/** Tells our server's answers from those of the network between us; `read` takes what is in a success. */
async function ask<Value>(
  fetch: Fetch,
  path: string,
  init: RequestInit,
  timeoutMs: number,
  read: (response: Response) => Promise<Answer<Value>>,
): Promise<Answer<Value>> {
  try {
    // A captive portal redirects; following would ask a stranger's server in our name.
    const response = await fetch(path, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
    const version = response.headers.get(PROTOCOL_HEADER)
    if (version === null) return strangerAnswered(response)
    if (!isSpoken(version)) return { kind: 'refused', error: refusal('protocol_version') }
    if (response.ok) return await read(response)
    const parsed = v.safeParse(errorBody, await response.json())
    if (!parsed.success || response.status >= 500) return { kind: 'unreachable' }
    return { kind: 'refused', error: parsed.output.error }
  } catch {
    return { kind: 'unreachable' }
  }
}

/**
 * A page or a redirect in our server's place is a Wi-Fi that wants a sign-in, which may even say so
 * (511, RFC 6585); any other bare 5xx is a proxy whose server is down.
 */
function strangerAnswered(response: Response): Answer<never> {
  return response.status >= 500 && response.status !== 511 ? { kind: 'unreachable' } : { kind: 'portal' }
}

function isSpoken(version: string): boolean {
  return Number(version) >= PROTOCOL_VERSION_MIN && Number(version) <= PROTOCOL_VERSION
}

function map<From, To>(answer: Answer<From>, to: (value: From) => To): Answer<To> {
  return answer.kind === 'ok' ? { kind: 'ok', value: to(answer.value) } : answer
}
