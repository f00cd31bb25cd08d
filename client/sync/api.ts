import * as v from 'valibot'
import type { Command } from '../../shared/protocol/commands.ts'
import { type CommandResult } from '../../shared/protocol/results.ts'
import {
  commandsAnswer,
  historyPage,
  me,
  peopleAnswer,
  pullPage,
  seenAnswer,
  sessionsAnswer,
  type HistoryPage,
  type Me,
  type PeopleAnswer,
  type Session,
} from '../../shared/protocol/http.ts'
import { PACKED_PAGE_TYPE, unpackPage } from '../../shared/protocol/packed/page.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../shared/protocol/version.ts'
import type { Row } from '../../shared/protocol/rows.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import { createAsk, type Answer } from './campus-http.ts'
import type { LogApi, PulledPage } from './log/kind.ts'
import type { Origin } from './log/move-position.ts'
import type { DevicePosition } from './log/position.ts'
import { toPulledPage } from './log/pulled-page.ts'
import { mapValue, readJson, type Fetch } from './request.ts'

export interface Api extends LogApi<Row> {
  me(): Promise<Answer<Me>>
  register(body: Registration): Promise<Answer<Me>>
  signIn(body: { handle: string; password: string }): Promise<Answer<Me>>
  signOut(): Promise<Answer<null>>
  listSessions(): Promise<Answer<Session[]>>
  endSession(id: string): Promise<Answer<null>>
  changePassword(body: { current: string; next: string }): Promise<Answer<null>>
  /** For good, with what one wrote or without. */
  deleteAccount(body: { password: string; messages: 'keep' | 'remove' }): Promise<Answer<null>>
  history(query: HistoryRequest): Promise<Answer<FetchedHistory>>
  /** How many others have read a message, where no rows tell. */
  countSeen(query: { conversation: string; n: number }): Promise<Answer<number>>
  /** Whose name or handle has words that begin so, by name. */
  searchPeople(words: string, after: string | null): Promise<Answer<PeopleAnswer>>
  /** What these people are called now; as many as one request asks about. */
  findPeople(ids: readonly string[]): Promise<Answer<PeopleAnswer>>
  /** A profile picture's file, a JPEG. */
  picture(id: string): Promise<Answer<ArrayBuffer>>
  send(position: DevicePosition, commands: readonly Command[]): Promise<Answer<CommandResult[]>>
}

/** A new account, with what it takes here to make one. */
export interface Registration {
  handle: string
  name: string
  password: string
  invitation?: string
  claim?: string
  email?: { address: string; code: string }
}

/** The messages below a number, or from a moment on. */
export type HistoryRequest = { conversation: string; limit: number } & ({ before: number } | { at: number })

const PICTURE_TYPE = 'image/jpeg'

/** A held request answers within 25 s when nothing happened. */
const WAIT_TIMEOUT_MS = 40_000

/** A page that comes outside the log; with `isOlder` a server of a version before said it, and left out what is newer in its rows. */
export type FetchedHistory = HistoryPage & Pick<Origin, 'isOlder'>

const isOlder = (response: Response) => Number(response.headers.get(PROTOCOL_HEADER)) < PROTOCOL_VERSION

/** Pages are asked for packed, which takes half the bytes; who does not know that answers in JSON. */
function createPages() {
  /** A page that we did not understand is asked for in JSON, as are those after it. */
  let isUnderstood = true

  async function readRows<Value>(schema: v.GenericSchema<unknown, Value>, response: Response): Promise<Answer<Value>> {
    if (response.headers.get('content-type') !== PACKED_PAGE_TYPE) return readJson(schema)(response)
    const bytes = new Uint8Array(await response.arrayBuffer())
    try {
      return { kind: 'ok', value: v.parse(schema, unpackPage(bytes)) }
    } catch {
      isUnderstood = false
      return { kind: 'unreachable' }
    }
  }

  return {
    headers: () => (isUnderstood ? { accept: `${PACKED_PAGE_TYPE}, application/json` } : {}),
    async readHistory(response: Response): Promise<Answer<FetchedHistory>> {
      const answer = await readRows(historyPage, response)
      return mapValue(answer, (page) => (isOlder(response) ? { ...page, isOlder: true } : page))
    },
    async readPage(response: Response): Promise<Answer<PulledPage<Row>>> {
      const answer = await readRows(pullPage, response)
      return mapValue(answer, (page) => toPulledPage(page, isOlder(response)))
    },
  }
}

/** With more missed messages than so many the newest of each conversation come first, and the rest behind them. */
const FAR_BEHIND_MESSAGES = 2_000

/** With `account`, a user id, the server refuses to take a request for somebody else's. */
export function createApi(fetch: Fetch, account?: string, far = FAR_BEHIND_MESSAGES): Api {
  const ask = createAsk(fetch, account)
  const pages = createPages()
  const get = <Value>(path: string, schema: v.GenericSchema<unknown, Value>, timeoutMs?: number) =>
    ask({ method: 'GET', path, ...(timeoutMs !== undefined && { timeoutMs }) }, readJson(schema))
  const post = <Value>(path: string, body: unknown, schema: v.GenericSchema<unknown, Value>) =>
    ask({ method: 'POST', path, body }, readJson(schema))
  const nothing = v.pipe(
    v.unknown(),
    v.transform(() => null),
  )
  return {
    me: () => get('/api/me', me),
    register: (body) => post('/api/register', body, me),
    signIn: (body) => post('/api/sign-in', body, me),
    signOut: () => post('/api/sign-out', {}, nothing),
    listSessions: async () => mapValue(await get('/api/sessions', sessionsAnswer), (answer) => answer.sessions),
    endSession: (id) => ask({ method: 'DELETE', path: `/api/sessions/${id}` }, readJson(nothing)),
    changePassword: (body) => post('/api/password', body, nothing),
    deleteAccount: (body) => post('/api/account/delete', body, nothing),
    pull: async ({ lineage, cursor, next }, wait) => {
      // The oldest servers want an epoch, and take an empty one.
      const query = new URLSearchParams({ log: CAMPUS_LOG, lineage, epoch: '', cursor: String(cursor) })
      if (next !== null) query.set('next', next)
      if (wait) query.set('wait', '1')
      if (cursor > 0) query.set('far', String(far))
      const timeoutMs = wait ? WAIT_TIMEOUT_MS : undefined
      return ask(
        {
          method: 'GET',
          path: `/api/pull?${query.toString()}`,
          headers: pages.headers(),
          ...(timeoutMs && { timeoutMs }),
        },
        pages.readPage,
      )
    },
    history: ({ conversation, limit, ...from }) => {
      const query = new URLSearchParams({ conversation })
      if ('at' in from) query.set('at', String(from.at))
      else query.set('before', String(from.before))
      query.set('limit', String(limit))
      return ask(
        { method: 'GET', path: `/api/history?${query.toString()}`, headers: pages.headers() },
        pages.readHistory,
      )
    },
    countSeen: async ({ conversation, n }) => {
      const query = new URLSearchParams({ conversation, n: String(n) })
      return mapValue(await get(`/api/seen?${query.toString()}`, seenAnswer), ({ count }) => count)
    },
    searchPeople: (words, after) => {
      const query = new URLSearchParams({ words, ...(after !== null && { after }) })
      return get(`/api/people?${query.toString()}`, peopleAnswer)
    },
    findPeople: (ids) => post('/api/people', { ids }, peopleAnswer),
    picture: (id) =>
      ask({ method: 'GET', path: `/api/pictures/${id}` }, async (response) => {
        if (response.headers.get('content-type') !== PICTURE_TYPE) return { kind: 'unreachable' }
        return { kind: 'ok', value: await response.arrayBuffer() }
      }),
    send: async ({ lineage, cursor }, commands) => {
      const body = { lineage, cursor, epoch: '', commands }
      return mapValue(await post('/api/commands', body, commandsAnswer), (answer) => answer.results)
    },
  }
}
