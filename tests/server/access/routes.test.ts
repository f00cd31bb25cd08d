import { randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp } from '../../../server/http/app.ts'
import { PROBE_HEADER } from '../../../server/ops/doctor/probe.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { send } from '../../support/campus.ts'
import { ask } from '../../support/classroom.ts'
import { PASSWORD } from '../accounts/open-accounts.ts'
import { codeOf } from '../http/api-server.ts'
import { classroomBody } from '../http/classroom-calls.ts'
import { everybody, type Gets, moderators, only, operators, signedIn } from './gets.ts'
import { type Caller, CALLERS, createWorld, listTold, SECRETS, type World } from './world.ts'

/* What every kind of caller gets of every route, and that nobody reads there what is none of theirs. */

interface Asked {
  /** Where it is not the route's own. */
  path?: string
  body?: unknown
  headers?: Record<string, string>
}

interface Row {
  gets: Gets
  ask?: (world: World, caller: Caller) => Asked
  /** It ends what others here go by. */
  isFresh?: boolean
}

const WRONG = 'wrong horse battery'
const LINK = 'A'.repeat(43)
const q = ({ classroom }: World) => `/q/api/${classroom}`
const desk = ({ classroom }: World) => `/api/classrooms/${classroom}`
const TUS = { 'tus-resumable': '1.0.0' }
const PIECE = { ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
const announce = (metadata: string) => ({
  ...{ ...TUS, 'upload-length': '10', 'upload-metadata': metadata, 'content-type': '' },
})

const inGroup = (outcome: string, others: string) => only(['creator', 'member'], outcome, others)
const ofStaff = (outcome: string) => only(['creator', 'staff'], outcome, 'only_staff')

const ROWS: Record<string, Row> = {
  'GET /api/health': { gets: everybody('200') },
  'GET /api/ready': { gets: everybody('200') },
  'GET /api/probe': { gets: everybody('not_found'), ask: () => ({ headers: { [PROBE_HEADER]: LINK } }) },
  'GET /api/wifi': { gets: everybody('200') },
  'GET /metrics': { gets: everybody('404') },
  'POST /share': { gets: everybody('303'), ask: () => ({ body: {} }) },
  'GET /q/:id': { gets: everybody('404'), ask: (w) => ({ path: `/q/${w.classroom}` }) },
  'GET /*': { gets: everybody('404'), ask: () => ({ path: '/' }) },

  'POST /api/register': {
    gets: everybody('200'),
    ask: (_, caller) => ({
      body: { handle: `x${caller.toLowerCase()}`, name: `Another ${caller}`, password: PASSWORD },
    }),
    isFresh: true,
  },
  'POST /api/sign-in': {
    gets: everybody('wrong_credentials'),
    ask: (_, caller) => ({ body: { handle: `${caller.toLowerCase()}.w`, password: WRONG } }),
  },
  'POST /api/sign-out': { gets: everybody('204'), ask: () => ({ body: {} }), isFresh: true },
  'GET /api/registration': { gets: everybody('200') },
  'POST /api/registration/code': {
    gets: everybody('registration_closed'),
    ask: () => ({ body: { address: 'a@example.edu' } }),
  },
  'POST /api/forgotten': { gets: everybody('mail_unavailable'), ask: () => ({ body: { handle: 'member.w' } }) },
  'POST /api/reset': { gets: everybody('link_invalid'), ask: () => ({ body: { token: LINK, password: PASSWORD } }) },
  'GET /api/sso/start': { gets: everybody('303') },
  'GET /api/sso/callback': { gets: everybody('303'), ask: () => ({ path: '/api/sso/callback?state=x&code=y' }) },
  'GET /api/sso/newcomer': { gets: everybody('sso_expired') },
  'POST /api/sso/register': {
    gets: everybody('sso_expired'),
    ask: () => ({ body: { handle: 'newone', name: 'New' } }),
  },

  'POST /api/passkeys/options': { gets: everybody('200'), ask: () => ({ body: {} }) },
  'POST /api/passkeys/sign-in': { gets: everybody('bad_request'), ask: () => ({ body: {} }) },

  'GET /api/me': { gets: signedIn('200') },
  'GET /api/sessions': { gets: signedIn('200') },
  'DELETE /api/sessions/:id': { gets: signedIn('not_found'), ask: () => ({ path: `/api/sessions/${uuidv7()}` }) },
  'POST /api/password': {
    gets: signedIn('wrong_credentials'),
    ask: () => ({ body: { current: WRONG, next: 'another horse' } }),
  },
  'GET /api/account/export': { gets: signedIn('200') },
  'POST /api/account/delete': {
    gets: signedIn('wrong_credentials'),
    ask: () => ({ body: { password: WRONG, messages: 'keep' } }),
  },
  'GET /api/account/ways-in': { gets: signedIn('200') },
  'POST /api/account/proof': { gets: signedIn('wrong_credentials'), ask: () => ({ body: { password: WRONG } }) },
  'POST /api/account/sso': { gets: signedIn('sso_unavailable'), ask: () => ({ body: {} }) },
  'DELETE /api/account/sso/:id': { gets: signedIn('not_found'), ask: () => ({ path: `/api/account/sso/${uuidv7()}` }) },
  'POST /api/account/passkeys': { gets: signedIn('bad_request'), ask: () => ({ body: {} }) },
  'POST /api/account/passkeys/options': { gets: signedIn('200'), ask: () => ({ body: {} }) },
  'POST /api/account/passkeys/:id': {
    gets: signedIn('not_found'),
    ask: () => ({ path: `/api/account/passkeys/${uuidv7()}`, body: { name: 'A phone' } }),
  },
  'DELETE /api/account/passkeys/:id': {
    gets: signedIn('not_found'),
    ask: () => ({ path: `/api/account/passkeys/${uuidv7()}` }),
  },
  'POST /api/account/proof/passkey': { gets: signedIn('bad_request'), ask: () => ({ body: {} }) },
  'POST /api/account/proof/passkey/options': { gets: signedIn('200'), ask: () => ({ body: {} }) },
  'POST /api/claim': { gets: signedIn('link_invalid'), ask: () => ({ body: { token: LINK } }) },

  'POST /api/commands': { gets: signedIn('200'), ask: () => ({ body: { commands: [send(EVERYONE_ID, 'hello')] } }) },
  'GET /api/pull': { gets: signedIn('200'), ask: () => ({ path: '/api/pull?log=campus&lineage=&cursor=0' }) },
  'GET /api/history': {
    gets: inGroup('200', 'not_a_member'),
    ask: (w) => ({ path: `/api/history?conversation=${w.group}&before=1000` }),
  },
  'GET /api/seen': {
    gets: inGroup('200', 'not_a_member'),
    ask: (w) => ({ path: `/api/seen?conversation=${w.group}&n=1` }),
  },
  'GET /api/people': { gets: signedIn('200'), ask: () => ({ path: '/api/people?words=' }) },
  'POST /api/people': { gets: signedIn('200'), ask: (w) => ({ body: { ids: [w.people.member.userId] } }) },
  'GET /api/pictures/:id': {
    gets: inGroup('200', 'not_found'),
    ask: (w) => ({ path: `/api/pictures/${w.groupPicture}` }),
  },

  'POST /api/uploads': { gets: signedIn('bad_request'), ask: () => ({ headers: announce('') }) },
  'GET /api/uploads/:id': { gets: signedIn('not_found'), ask: (w) => ({ path: `/api/uploads/${w.file}` }) },
  'PATCH /api/uploads/:id': {
    gets: only(['creator'], '409', 'not_found'),
    ask: (w) => ({ path: `/api/uploads/${w.file}`, headers: PIECE }),
  },
  'DELETE /api/uploads/:id': {
    gets: only(['creator'], 'forbidden', 'not_found'),
    ask: (w) => ({ path: `/api/uploads/${w.file}`, headers: TUS }),
  },
  'POST /api/uploads/:id/finish': {
    gets: only(['creator'], '200', 'not_found'),
    ask: (w) => ({ path: `/api/uploads/${w.file}/finish`, body: {} }),
  },
  'GET /api/files': { gets: signedIn('200') },
  'GET /api/files/:id/:variant': {
    gets: inGroup('200', 'not_found'),
    ask: (w) => ({ path: `/api/files/${w.file}/whole` }),
  },

  'POST /api/reports': {
    gets: { ...inGroup('204', 'not_a_member'), member: 'not_yourself' },
    ask: (w) => ({
      body: {
        subject: { kind: 'message', conversationId: w.group, messageId: w.memberMessage },
        reason: 'a reason',
      },
    }),
  },
  'GET /api/operate/reports': { gets: moderators('200') },
  'POST /api/operate/reports/close': {
    gets: moderators('not_found'),
    ask: () => ({ body: { kind: 'message', subjectId: uuidv7(), outcome: 'dismissed' } }),
  },
  'GET /api/operate/people': { gets: moderators('200') },
  'GET /api/operate/people/:id': {
    gets: moderators('200'),
    ask: (w) => ({ path: `/api/operate/people/${w.people.suspended.userId}` }),
  },
  'DELETE /api/operate/people/:id/sessions': {
    gets: moderators('204'),
    ask: (w) => ({ path: `/api/operate/people/${w.people.expired.userId}/sessions` }),
  },
  'GET /api/operate/conversations': { gets: moderators('200') },
  'GET /api/operate/invitations': { gets: operators('200') },
  'POST /api/operate/invitations': {
    gets: operators('200'),
    ask: () => ({ body: { note: '', uses: 1, endsAt: null } }),
  },
  'DELETE /api/operate/invitations/:id': {
    gets: operators('not_found'),
    ask: () => ({ path: `/api/operate/invitations/${uuidv7()}` }),
  },
  'POST /api/operate/people/:id/reset-link': {
    gets: operators('200'),
    ask: (w) => ({ path: `/api/operate/people/${w.people.member.userId}/reset-link`, body: {} }),
  },
  'GET /api/operate/audit': { gets: operators('200') },
  'GET /api/operate/settings': { gets: operators('200') },
  'POST /api/operate/settings': {
    gets: operators('204'),
    ask: () => ({ body: { name: 'contact', value: 'the office' } }),
  },
  'GET /api/operate/overview': { gets: operators('200') },

  'GET /api/classrooms': { gets: signedIn('200') },
  'POST /api/classrooms': { gets: signedIn('200'), ask: () => ({ body: classroomBody }) },
  'DELETE /api/classrooms/:id': {
    // From its owner on there is none any more.
    gets: { ...signedIn('not_found'), newcomer: 'only_staff', creator: '204' },
    ask: (w) => ({ path: desk(w) }),
    isFresh: true,
  },
  'GET /api/classrooms/:id/pull': {
    gets: ofStaff('200'),
    ask: (w) => ({ path: `${desk(w)}/pull?lineage=&cursor=0` }),
  },
  'POST /api/classrooms/:id/commands': {
    gets: ofStaff('200'),
    ask: (w) => ({ path: `${desk(w)}/commands`, body: { commands: [{ type: 'staff.read', id: uuidv7(), n: 1 }] } }),
  },
  'POST /api/classrooms/:id/tokens': {
    // It is limited to no group: nobody needs any.
    gets: signedIn('not_found'),
    ask: (w) => ({ path: `${desk(w)}/tokens`, body: { blinded: Array.from({ length: 40 }, () => 'AAAA') } }),
  },
  'GET /api/classrooms/:id/questions/:question/photo/:variant': {
    gets: { ...ofStaff('not_found'), suspended: 'not_signed_in' },
    ask: (w) => ({ path: `${desk(w)}/questions/${w.question}/photo/whole` }),
  },
  'GET /api/classrooms/:id/files/:file/:variant': {
    gets: { ...ofStaff('200'), suspended: 'not_signed_in' },
    ask: (w) => ({ path: `${desk(w)}/files/${w.answerFile}/whole` }),
  },

  'GET /q/api/wifi': { gets: everybody('200') },
  'POST /q/api/find': { gets: everybody('200'), ask: (w) => ({ body: { code: w.code } }) },
  'GET /q/api/:id/pull': { gets: everybody('200'), ask: (w) => ({ path: `${q(w)}/pull?lineage=&cursor=0` }) },
  'POST /q/api/:id/commands': {
    gets: everybody('200'),
    ask: (w) => ({ path: `${q(w)}/commands`, body: { command: ask('again').command } }),
  },
  'GET /q/api/:id/stored': { gets: everybody('200'), ask: (w) => ({ path: `${q(w)}/stored` }) },
  'POST /q/api/:id/reports': {
    gets: everybody('204'),
    ask: (w) => ({ path: `${q(w)}/reports`, body: { questionId: w.question, reason: 'a reason' } }),
  },
  'POST /q/api/:id/uploads': {
    gets: everybody('201'),
    ask: (w) => ({
      path: `${q(w)}/uploads`,
      headers: announce(`id ${Buffer.from(randomUUID()).toString('base64')}`),
    }),
  },
  'GET /q/api/:id/uploads/:upload': {
    gets: everybody('not_found'),
    ask: (w) => ({ path: `${q(w)}/uploads/${randomUUID()}` }),
  },
  'PATCH /q/api/:id/uploads/:upload': {
    gets: everybody('not_found'),
    ask: (w) => ({ path: `${q(w)}/uploads/${randomUUID()}`, headers: PIECE }),
  },
  'DELETE /q/api/:id/uploads/:upload': {
    gets: everybody('not_found'),
    ask: (w) => ({ path: `${q(w)}/uploads/${randomUUID()}` }),
  },
  'POST /q/api/:id/uploads/:upload/finish': {
    gets: everybody('not_found'),
    ask: (w) => ({ path: `${q(w)}/uploads/${randomUUID()}/finish`, body: {} }),
  },
  'GET /q/api/:id/questions/:question/photo/:variant': {
    gets: everybody('not_found'),
    ask: (w) => ({ path: `${q(w)}/questions/${w.heldQuestion}/photo/whole` }),
  },
  'GET /q/api/:id/files/:file/:variant': {
    gets: everybody('200'),
    ask: (w) => ({ path: `${q(w)}/files/${w.answerFile}/whole` }),
  },
}

let backend: Backend
let shared: World
beforeAll(async () => {
  backend = await createBackend()
  shared = await createWorld(backend.store, 'w')
})
afterAll(async () => {
  await shared.close()
  await backend.dispose()
})

test('every route has its row, and every row its route', () => {
  const { routes } = createApp(shared.server.parts)
  const known = routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`)
  expect(new Set(Object.keys(ROWS))).toEqual(new Set(known))
})

test.each(Object.entries(ROWS))('%s', async (route, { gets, ask: toAsked = () => ({}), isFresh = false }) => {
  const world = isFresh ? await createWorld(backend.store, uuidv7().slice(-8)) : shared
  const [method = '', own = ''] = route.split(' ')
  const got: Partial<Gets> = {}
  const told: string[] = []
  for (const caller of CALLERS) {
    const wanted: Asked = toAsked(world, caller)
    const { path = own, ...asked } = wanted
    const answer = await world.server.call(method, path, { cookie: world.people[caller].cookie, ...asked })
    got[caller] = String(codeOf(answer) ?? answer.status)
    told.push(...listTold(answer.content.toString('latin1'), caller).map((secret) => `${secret} to ${caller}`))
  }
  if (isFresh) await world.close()
  expect(got).toEqual(gets)
  expect(told).toEqual([])
})

test('what is secret here can be found: who may read it does', async () => {
  const pull = async (caller: Caller) => {
    const { cookie } = shared.people[caller]
    return (await shared.server.call('GET', '/api/pull?log=campus&lineage=&cursor=0', { cookie })).content.toString()
  }
  const found = async (caller: Caller, secret: keyof typeof SECRETS) =>
    (await pull(caller)).includes(SECRETS[secret].words)
  expect(await found('member', 'groupText')).toBe(true)
  expect(await found('member', 'draft')).toBe(true)
  expect(await found('creator', 'directText')).toBe(true)
  expect(await found('blocked', 'withheld')).toBe(true)
  expect(await found('blocker', 'beforeBlock')).toBe(true)
  const desks = await shared.server.call('GET', `${desk(shared)}/pull?lineage=&cursor=0`, {
    cookie: shared.people.staff.cookie,
  })
  expect(desks.content.toString()).toContain(SECRETS.heldQuestion.words)
})
