import { afterEach, expect, test, vi } from 'vitest'
import { createApi, type Api } from '../../../client/sync/api.ts'
import { NOWHERE, type DevicePosition } from '../../../client/sync/log/position.ts'
import type { Fetch } from '../../../client/sync/request.ts'
import type { Command } from '../../../shared/protocol/commands.ts'
import { ERROR_CODES, ERRORS, refusal, type ErrorCode } from '../../../shared/protocol/errors.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { ACCOUNT_HEADER } from '../../../shared/protocol/http.ts'
import { PACKED_PAGE_TYPE, packPage } from '../../../shared/protocol/packed/page.ts'
import type { Row } from '../../../shared/protocol/rows.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../../shared/protocol/version.ts'

const userId = '01a20907-d1c4-7c46-95e6-1d8d1101f8a9'
const sessionId = '01a20907-d582-7912-afa3-9cac32f2f06f'
const me = { user: { id: userId, handle: 'ada', name: 'Ada', pictureId: null, createdAt: 1 }, sessionId }
const lineage = { id: 'l1', start: 0 }
const page = { lineage, from: 3, to: 3, head: 3, next: null, rows: [] }
const hello: Row = {
  ...{ type: 'message', seq: 3, id: sessionId, conversationId: EVERYONE_ID, n: 1, authorId: userId, text: 'Hello' },
  ...{ writtenAt: 1, sentAt: 2, editedAt: null, replyTo: null, mentions: [], mentionsAll: false, forwarded: false },
  ...{ pinnedAt: null, edits: 0 },
}
const wirePage = { ...page, epoch: '' }
const position: DevicePosition = { ...NOWHERE, lineage: 'l1', cursor: 3 }
const command: Command = { type: 'read', id: sessionId, conversationId: userId, n: 1 }
const results = [{ status: 'accepted', id: sessionId, seq: 4 }]
const listed = {
  ...{ id: sessionId, device: 'Firefox on Android', createdAt: 1, lastSeenAt: 2, lastSyncAt: null, upToDate: false },
  current: true,
}
const picture = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]).buffer
const OURS = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) }

afterEach(() => {
  vi.restoreAllMocks()
})

function json(content: unknown, status = 200, headers: Record<string, string> = OURS): Response {
  return new Response(JSON.stringify(content), { status, headers })
}

/** An api whose every request is answered in the same way, and what it asked. */
function answering(answer: () => Response | Promise<Response>, account?: string) {
  const asked: { path: string; init: RequestInit; headers: Headers }[] = []
  const send: Fetch = async (path, init) => {
    asked.push({ path, init, headers: new Headers(init.headers) })
    return answer()
  }
  return { api: createApi(send, account), asked }
}

const refusalOf = (code: ErrorCode) => json({ error: refusal(code) }, ERRORS[code].status)

const PAGE_OF_A_PORTAL = '<html><body>Welcome to Campus Wi-Fi. Please sign in.</body></html>'

const fates: [string, () => Response | Promise<Response>, string][] = [
  ['an answer in form', () => json(me), 'ok'],
  ['an answer with a field more', () => json({ ...me, colour: 'red' }), 'ok'],
  ['our own 400', () => refusalOf('bad_request'), 'refused'],
  ['our own 401', () => refusalOf('not_signed_in'), 'refused'],
  ['our own 429', () => refusalOf('too_many_tries'), 'refused'],
  ['our own 500', () => refusalOf('internal'), 'refused'],
  ['our own 503', () => refusalOf('unavailable'), 'refused'],
  ['our header with an answer not in form', () => json({ user: null }), 'unreachable'],
  ['our header with garbage', () => new Response('{"user":', { headers: OURS }), 'unreachable'],
  ['our header with nothing', () => new Response('', { headers: OURS }), 'unreachable'],
  ['a 4xx with our header and no error in it', () => json({ message: 'No.' }, 400), 'unreachable'],
  [
    'a 4xx with our header and a code that is none',
    () => json({ error: { code: 'x', message: '' } }, 400),
    'unreachable',
  ],
  ['a network that fails', () => Promise.reject(new TypeError('Failed to fetch')), 'unreachable'],
  ['a body that breaks off', () => new Response(brokenBody(), { headers: OURS }), 'unreachable'],
  ['a 502 of a proxy', () => new Response('<h1>Bad Gateway</h1>', { status: 502 }), 'unreachable'],
  ['a 503 of a proxy that speaks JSON', () => json({ error: refusal('unavailable') }, 503, {}), 'unreachable'],
  ['a page of a portal', () => new Response(PAGE_OF_A_PORTAL), 'portal'],
  ['JSON of a stranger in our form', () => json(me, 200, {}), 'portal'],
  ['an error of a stranger in our form', () => json({ error: refusal('not_signed_in') }, 401, {}), 'unreachable'],
  ...[401, 403, 404, 413, 429].map((status): (typeof fates)[number] => [
    `a bare ${status} of a proxy that does not let us through`,
    () => new Response('<h1>No</h1>', { status }),
    'unreachable',
  ]),
  ['a 511, with which a portal says what it is', () => new Response(PAGE_OF_A_PORTAL, { status: 511 }), 'portal'],
  ['a bare answer without a word', () => new Response(null, { status: 204 }), 'portal'],
  ['a redirect', () => new Response(null, { status: 302, headers: { location: 'http://wifi.example/' } }), 'portal'],
  // What a browser hands out for a redirect that it was told not to follow: no status, no headers.
  ['a redirect as a browser shows it', opaqueRedirect, 'portal'],
  ['a network error as a service worker hands it out', () => Response.error(), 'unreachable'],
]

function opaqueRedirect(): Response {
  return Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' })
}

function brokenBody(): ReadableStream {
  return new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) })
}

test.each(fates)('%s', async (_, answer, kind) => {
  expect((await answering(answer).api.me()).kind).toBe(kind)
})

test.each(ERROR_CODES)('%s is our server’s own word, whatever its status', async (code) => {
  const answer = await answering(() => refusalOf(code)).api.me()
  expect(answer).toEqual({ kind: 'refused', error: refusal(code) })
})

const versions: [string, number | string, string][] = [
  ['the newest', PROTOCOL_VERSION, 'ok'],
  ['the one before', PROTOCOL_VERSION_MIN, 'ok'],
  ['one older than that', PROTOCOL_VERSION_MIN - 1, 'protocol_version'],
  ['a later one', PROTOCOL_VERSION + 1, 'protocol_version'],
  ['no number', 'x', 'protocol_version'],
]
test.each(versions)('a server that speaks %s', async (_, version, outcome) => {
  const { api, asked } = answering(() => json(me, 200, { [PROTOCOL_HEADER]: String(version) }))
  const answer = await api.me()
  expect(answer.kind === 'refused' ? answer.error.code : answer.kind).toBe(outcome)
  expect(asked[0]?.headers.get(PROTOCOL_HEADER)).toBe(String(PROTOCOL_VERSION))
})

test('a page of a server of the version before, which tells no lineage, is taken', async () => {
  const { lineage: _, ...before } = { ...wirePage, epoch: 'e1' }
  const { api } = answering(() => json(before, 200, { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION_MIN) }))
  const value = { ...page, lineage: { id: '', start: 0 }, isOlder: true }
  expect(await api.pull(position, false)).toEqual({ kind: 'ok', value })
})

test('a page of a server that leaves out what is newer keeps its lineage, and says so', async () => {
  const { api } = answering(() => json(wirePage, 200, { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION - 1) }))
  expect(await api.pull(position, false)).toEqual({ kind: 'ok', value: { ...page, isOlder: true } })
})

test('so does a page of history', async () => {
  const history = { epoch: '', lineage: page.lineage, head: page.head, rows: page.rows }
  const ask = (version: number) =>
    answering(() => json(history, 200, { [PROTOCOL_HEADER]: String(version) })).api.history({
      ...{ conversation: EVERYONE_ID, before: 3, limit: 1 },
    })
  expect(await ask(PROTOCOL_VERSION)).toEqual({ kind: 'ok', value: history })
  expect(await ask(PROTOCOL_VERSION - 1)).toEqual({ kind: 'ok', value: { ...history, isOlder: true } })
})

test('a refusal carries what the server said beside it', async () => {
  const ended = { ...refusal('lineage_ended'), lineages: [{ id: 'l1', end: 2 }] }
  const before = { ...refusal('cursor_ahead'), epoch: 'f', start: 2 }
  for (const error of [ended, before]) {
    const { api } = answering(() => json({ error }, 409))
    expect(await api.pull(position, false)).toEqual({ kind: 'refused', error })
  }
})

type Call = (api: Api) => Promise<unknown>
const calls: [string, Call, () => Response, { method: string; path: string; body?: unknown }, unknown][] = [
  ['me', (api) => api.me(), () => json(me), { method: 'GET', path: '/api/me' }, me],
  [
    'register',
    (api) => api.register({ handle: 'ada', name: 'Ada', password: 'password' }),
    () => json(me),
    { method: 'POST', path: '/api/register', body: { handle: 'ada', name: 'Ada', password: 'password' } },
    me,
  ],
  [
    'signIn',
    (api) => api.signIn({ handle: 'ada', password: 'password' }),
    () => json(me),
    { method: 'POST', path: '/api/sign-in', body: { handle: 'ada', password: 'password' } },
    me,
  ],
  ['signOut', (api) => api.signOut(), done, { method: 'POST', path: '/api/sign-out', body: {} }, null],
  [
    'listSessions',
    (api) => api.listSessions(),
    () => json({ sessions: [listed] }),
    { method: 'GET', path: '/api/sessions' },
    [listed],
  ],
  [
    'endSession',
    (api) => api.endSession(sessionId),
    done,
    { method: 'DELETE', path: `/api/sessions/${sessionId}` },
    null,
  ],
  [
    'changePassword',
    (api) => api.changePassword({ current: 'a', next: 'password' }),
    done,
    { method: 'POST', path: '/api/password', body: { current: 'a', next: 'password' } },
    null,
  ],
  [
    'pull',
    (api) => api.pull(position, false),
    () => json(wirePage),
    { method: 'GET', path: '/api/pull?log=campus&lineage=l1&epoch=&cursor=3&far=2000' },
    page,
  ],
  [
    'pull of the next page of a first pull',
    (api) => api.pull({ ...position, cursor: 0, next: '3.user.' }, false),
    () => json(wirePage),
    { method: 'GET', path: '/api/pull?log=campus&lineage=l1&epoch=&cursor=0&next=3.user.' },
    page,
  ],
  [
    'pull that waits',
    (api) => api.pull(position, true),
    () => json(wirePage),
    { method: 'GET', path: '/api/pull?log=campus&lineage=l1&epoch=&cursor=3&wait=1&far=2000' },
    page,
  ],
  [
    'history',
    (api) => api.history({ conversation: userId, before: 51, limit: 50 }),
    () => json({ epoch: 'e', head: 3, rows: [] }),
    { method: 'GET', path: `/api/history?conversation=${userId}&before=51&limit=50` },
    { epoch: 'e', head: 3, rows: [] },
  ],
  [
    'history from a moment on',
    (api) => api.history({ conversation: userId, at: 1_700_000_000_000, limit: 50 }),
    () => json({ epoch: 'e', head: 3, rows: [] }),
    { method: 'GET', path: `/api/history?conversation=${userId}&at=1700000000000&limit=50` },
    { epoch: 'e', head: 3, rows: [] },
  ],
  [
    'countSeen',
    (api) => api.countSeen({ conversation: userId, n: 7 }),
    () => json({ count: 812 }),
    { method: 'GET', path: `/api/seen?conversation=${userId}&n=7` },
    812,
  ],
  [
    'picture',
    (api) => api.picture(sessionId),
    () => file('image/jpeg'),
    { method: 'GET', path: `/api/pictures/${sessionId}` },
    picture,
  ],
  [
    'send',
    (api) => api.send(position, [command]),
    () => json({ results }),
    { method: 'POST', path: '/api/commands', body: { lineage: 'l1', cursor: 3, epoch: '', commands: [command] } },
    results,
  ],
]

function done(): Response {
  return new Response(null, { status: 204, headers: OURS })
}

function file(type: string, headers: Record<string, string> = OURS): Response {
  return new Response(picture, { headers: { ...headers, 'content-type': type } })
}

const pictures: [string, () => Response | Promise<Response>, string][] = [
  ['a JPEG of our server', () => file('image/jpeg'), 'ok'],
  ['a JPEG of a stranger', () => file('image/jpeg', {}), 'portal'],
  ['something else of our server', () => file('text/html'), 'unreachable'],
  ['our word that there is none', () => refusalOf('not_found'), 'refused'],
  [
    'a file that breaks off',
    () => new Response(brokenBody(), { headers: { ...OURS, 'content-type': 'image/jpeg' } }),
    'unreachable',
  ],
]
test.each(pictures)('a picture asked for, and %s comes', async (_, answer, kind) => {
  expect((await answering(answer).api.picture(sessionId)).kind).toBe(kind)
})

test.each(calls)('%s asks as the contract says, and hands out what came', async (_, call, answer, request, value) => {
  const { api, asked } = answering(answer)
  expect(await call(api)).toEqual({ kind: 'ok', value })
  const [{ path, init, headers } = { path: '', init: {}, headers: new Headers() }] = asked
  expect({ method: init.method, path }).toEqual({ method: request.method, path: request.path })
  expect(typeof init.body === 'string' ? JSON.parse(init.body) : undefined).toEqual(request.body)
  expect(headers.get('content-type')).toBe(request.body === undefined ? null : 'application/json')
  expect(asked).toHaveLength(1)
})

test.each(calls)(
  '%s says whose it is when it is somebody’s, and nothing when it is nobody’s',
  async (_, call, answer) => {
    const theirs = answering(answer, userId)
    await call(theirs.api)
    expect(theirs.asked[0]?.headers.get(ACCOUNT_HEADER)).toBe(userId)
    const nobodys = answering(answer)
    await call(nobodys.api)
    expect(nobodys.asked[0]?.headers.has(ACCOUNT_HEADER)).toBe(false)
  },
)

test.each(calls)('%s follows no redirect: a stranger’s server would be asked in our name', async (_, call, answer) => {
  const { api, asked } = answering(answer)
  await call(api)
  expect(asked[0]?.init.redirect).toBe('manual')
})

const pages: [string, (api: Api) => Promise<unknown>, Record<string, unknown> & { rows: Row[] }][] = [
  ['a pull', (api) => api.pull(position, false), { ...wirePage, rows: [hello] }],
  [
    'history',
    (api) => api.history({ conversation: hello.conversationId, before: 9, limit: 5 }),
    { epoch: '', lineage, head: 3, rows: [hello] },
  ],
]
test.each(pages)(
  '%s is asked for packed; what was not understood is asked for in JSON from then on',
  async (_, call, said) => {
    const packed = packPage(said)
    const type = { ...OURS, 'content-type': PACKED_PAGE_TYPE }
    const answers = [
      new Response(packed, { headers: type }),
      new Response(packed.slice(0, -1), { headers: type }),
      json(said),
    ]
    const { api, asked } = answering(() => answers.shift() ?? Response.error())
    const isPacked = () => asked.at(-1)?.headers.get('accept')?.includes(PACKED_PAGE_TYPE) === true
    expect(await call(api)).toMatchObject({ kind: 'ok', value: { rows: [hello] } })
    expect(isPacked()).toBe(true)
    expect(await call(api)).toEqual({ kind: 'unreachable' })
    expect(isPacked()).toBe(true)
    expect(await call(api)).toMatchObject({ kind: 'ok', value: { rows: [hello] } })
    expect(isPacked()).toBe(false)
  },
)

/** A server that never answers, and the moment at which the caller’s patience ends. */
function silence() {
  const patience: { ms: number; end: () => void }[] = []
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const controller = new AbortController()
    patience.push({ ms, end: () => controller.abort(new DOMException('late', 'TimeoutError')) })
    return controller.signal
  })
  const send: Fetch = (_, { signal }) =>
    new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(new DOMException('late', 'TimeoutError')))
    })
  return { api: createApi(send), patience }
}

test.each(calls)('%s takes silence for the network, in time', async (name, call) => {
  const { api, patience } = silence()
  const answer = call(api)
  // A question that waits is held for 25 seconds by a server that is well.
  expect(patience.map(({ ms }) => ms)).toEqual([name === 'pull that waits' ? 40_000 : 20_000])
  patience.forEach(({ end }) => end())
  expect(await answer).toEqual({ kind: 'unreachable' })
})

test('patience covers the body too', async () => {
  const patience = new AbortController()
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(patience.signal)
  const endless: Fetch = async (_, { signal }) => {
    const start = (controller: ReadableStreamDefaultController) =>
      signal?.addEventListener('abort', () => controller.error(new DOMException('late', 'TimeoutError')))
    return new Response(new ReadableStream({ start }), { headers: OURS })
  }
  const answer = createApi(endless).me()
  patience.abort()
  expect(await answer).toEqual({ kind: 'unreachable' })
})
