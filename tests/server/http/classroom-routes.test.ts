import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { classroomErrorBody } from '../../../shared/classroom/errors.ts'
import {
  classroomPullPage,
  classroomsAnswer,
  createClassroomAnswer,
  findAnswer,
  staffCommandsAnswer,
  storedAnswer,
} from '../../../shared/classroom/http.ts'
import {
  CLASSROOM_BODY_BYTES_MAX,
  CODE_GUESSES_PER_MINUTE,
  FREE_COMMANDS,
  TOKEN_DEVICES_MAX,
  TOKENS_PER_DEVICE,
} from '../../../shared/classroom/limits.ts'
import { CLASSROOM_VERSION } from '../../../shared/classroom/version.ts'
import type { Schema } from '../../../server/store/schema.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { waitFor } from '../../support/wait-for.ts'
import { type Answer, type ApiServer, codeOf, createApiServer } from './api-server.ts'
import {
  addStaff,
  ask,
  classroomBody,
  createReceipt,
  createTokenDevice,
  makeClassroom,
  removeStaff,
  say,
  sayAsStaff,
} from './classroom-calls.ts'

let backend: Backend
let server: ApiServer
let now = Date.now()
let ann: Awaited<ReturnType<ApiServer['join']>>
let ben: typeof ann
let cleo: typeof ann
/** Ann leads it, Ben is in it, Cleo is not. */
let group: string
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store, { limitsNow: () => now })
  ;[ann, ben, cleo] = [await server.join('ann'), await server.join('ben'), await server.join('cleo')]
  group = await server.campus.group(ann.userId, ben.userId)
})
// Each test has minutes of its own.
beforeEach(() => (now += 3_600_000))
afterAll(async () => {
  await server.close()
  await backend.dispose()
  expect(server.errors).toEqual([])
})

const TABLES = ['question', 'reply', 'vote', 'poll_answer', 'spent_token', 'log', 'command'] as const
async function dumpClassrooms(): Promise<unknown> {
  const tables: Partial<Record<keyof Schema, unknown>> = {}
  for (const table of TABLES) tables[table] = await backend.store.db.selectFrom(table).selectAll().execute()
  return tables
}
const path = (id: string) => `/q/api/${id}/pull?epoch=&cursor=0`
const staffPath = (id: string) => `/api/classrooms/${id}/pull?epoch=&cursor=0`

test('a classroom is made, found by its code, read by its link, and asked in', async () => {
  const made = await makeClassroom(server, ann.cookie)
  expect(v.is(createClassroomAnswer, made)).toBe(true)
  const typed = `${made.code.slice(0, 4)}-${made.code.slice(4)}`.toUpperCase()
  const found = await server.call('POST', '/q/api/find', { body: { code: ` ${typed} ` } })
  expect(v.parse(findAnswer, found.body)).toEqual({ id: made.id, title: 'Linear algebra', issuer: null })
  const question = ask('Why is it so?')
  const asked = await say(server, made.id, question)
  expect([asked.status, asked.body]).toEqual([200, { seq: expect.any(Number) as number }])
  const page = v.parse(classroomPullPage, (await server.call('GET', path(made.id))).body)
  expect(page.rows).toContainEqual(expect.objectContaining({ id: question.id, text: 'Why is it so?' }))
  expect(page.rows.some(({ type }) => type === 'desk' || type === 'staff')).toBe(false)
  const staffed = v.parse(
    classroomPullPage,
    (await server.call('GET', staffPath(made.id), { cookie: ann.cookie })).body,
  )
  expect(staffed.rows.map(({ type }) => type)).toEqual(expect.arrayContaining(['desk', 'staff', 'question']))
  const again = await server.call('GET', `/q/api/${made.id}/pull?epoch=${page.epoch}&cursor=${page.to}`)
  expect(again.body).toMatchObject({ from: page.to, to: page.to, rows: [] })
  const ahead = await server.call('GET', `/q/api/${made.id}/pull?epoch=${page.epoch}&cursor=${page.to + 1}`)
  expect([ahead.status, codeOf(ahead), ahead.body]).toMatchObject([
    409,
    'cursor_ahead',
    { error: { epoch: page.epoch } },
  ])
  const other = await server.call('GET', `/q/api/${made.id}/pull?epoch=other&cursor=1`)
  expect([other.status, codeOf(other)]).toEqual([409, 'epoch_changed'])
})

test('a token that is null is one that is left out', async () => {
  const open = await makeClassroom(server, ann.cookie)
  const limited = await makeClassroom(server, ann.cookie, { groupId: group })
  for (const { id } of [open, limited]) {
    const answers = await Promise.all(
      [{}, { token: null }].map((more) =>
        server.call('POST', `/q/api/${id}/commands`, { body: { command: ask('Why?'), ...more } }),
      ),
    )
    const [leftOut, isNull] = answers.map((answer) => [answer.status, answer.status === 200 ? 'ok' : codeOf(answer)])
    expect(isNull).toEqual(leftOut)
    expect(isNull).toEqual(id === open.id ? [200, 'ok'] : [expect.any(Number), 'token_needed'])
  }
})

test('a signed-in student is answered byte by byte as a stranger, and no answer sets a cookie', async () => {
  const { id, code } = await makeClassroom(server, ann.cookie)
  await say(server, id, ask())
  const calls: [method: string, path: string, body?: unknown][] = [
    ['GET', path(id)],
    ['GET', `/q/api/${id}/stored`],
    ['POST', '/q/api/find', { code }],
    ['POST', '/q/api/find', { code: 'zzzzzzzz' }],
    ['POST', `/q/api/${id}/commands`, { command: ask('x'.repeat(2_001)) }],
    ['POST', `/q/api/${id}/commands`, 'nothing'],
    ['POST', `/q/api/${id}/commands`, { command: { type: 'question.judge' } }],
    ['GET', `/q/api/${id}/elsewhere`],
    ['GET', path('aaaaaaaaaaaa')],
    ['GET', path('NO')],
    ['DELETE', '/q/api'],
    ['PUT', `/q/api/${id}/commands`],
  ]
  for (const [method, where, body] of calls) {
    const answers = await Promise.all(
      [undefined, ben.cookie, ann.cookie].map((cookie) => server.call(method, where, { body, cookie })),
    )
    for (const { headers } of answers) {
      expect(headers, `${method} ${where}`).toMatchObject({
        'x-chatbox-classroom': String(CLASSROOM_VERSION),
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'self'") as string,
        'referrer-policy': 'no-referrer',
      })
      expect(headers['set-cookie']).toBeUndefined()
      expect(headers['x-chatbox-protocol']).toBeUndefined()
      expect(headers.etag).toBeUndefined()
    }
    const seen = answers.map(({ status, headers: { date: _, ...headers }, content }) => [
      status,
      headers,
      content.toString(),
    ])
    expect(seen[1]).toEqual(seen[0])
    expect(seen[2]).toEqual(seen[0])
    if (answers[0]?.status !== 200) expect(v.is(classroomErrorBody, answers[0]?.body)).toBe(true)
  }
})

test('asking moves nothing of an account: neither its session nor its log', async () => {
  const { id } = await makeClassroom(server, ann.cookie)
  const look = async () => [
    await backend.store.db.selectFrom('session').selectAll().orderBy('id').execute(),
    await backend.store.db.selectFrom('log').select('head').where('id', '=', 'campus').execute(),
    await backend.store.db.selectFrom('reading').selectAll().execute(),
  ]
  const before = await look()
  await say(server, id, ask(), { cookie: ben.cookie, headers: { 'x-chatbox-account': ben.userId } })
  await server.call('GET', path(id), { cookie: ben.cookie })
  expect(await look()).toEqual(before)
})

type Refused = [name: string, call: () => Promise<Answer>, status: number, code: string]
const refused: Refused[] = [
  ['a classroom that is none', () => server.call('GET', path('aaaaaaaaaaaa')), 404, 'not_found'],
  ['a link that is none', () => server.call('GET', path('..%2f..%2fapi')), 404, 'not_found'],
  ['a question to a classroom that is none', () => say(server, 'aaaaaaaaaaaa', ask()), 404, 'not_found'],
  ['what is stored in none', () => server.call('GET', '/q/api/aaaaaaaaaaaa/stored'), 404, 'not_found'],
  ['a code that is none', () => server.call('POST', '/q/api/find', { body: { code: 'abcdefgh' } }), 404, 'not_found'],
  ['a code of another form', () => server.call('POST', '/q/api/find', { body: { code: 'x' } }), 404, 'not_found'],
  ['an empty body', () => server.call('POST', '/q/api/find'), 400, 'bad_request'],
  ['a cursor that is none', () => server.call('GET', '/q/api/aaaaaaaaaaaa/pull?epoch=&cursor=x'), 400, 'bad_request'],
  [
    'a form of another site',
    () => server.call('POST', '/q/api/find', { raw: 'code=x', headers: { 'content-type': 'text/plain' } }),
    400,
    'bad_request',
  ],
  [
    'another site',
    () => server.call('POST', '/q/api/find', { body: {}, headers: { origin: 'https://evil.example' } }),
    403,
    'foreign_origin',
  ],
  [
    'a body that is too large',
    () => server.call('POST', '/q/api/find', { raw: 'x'.repeat(CLASSROOM_BODY_BYTES_MAX + 1) }),
    413,
    'too_large',
  ],
  ['nobody’s desk', () => server.call('GET', staffPath('aaaaaaaaaaaa')), 401, 'not_signed_in'],
  ['nobody’s list', () => server.call('GET', '/api/classrooms'), 401, 'not_signed_in'],
  [
    'a classroom of nobody',
    () => server.call('POST', '/api/classrooms', { body: classroomBody }),
    401,
    'not_signed_in',
  ],
  [
    'the list of another account than the cookie’s',
    () => server.call('GET', '/api/classrooms', { cookie: ann.cookie, headers: { 'x-chatbox-account': ben.userId } }),
    401,
    'not_signed_in',
  ],
  [
    'a classroom from another site',
    () =>
      server.call('POST', '/api/classrooms', {
        cookie: ann.cookie,
        body: classroomBody,
        headers: { origin: 'https://evil.example' },
      }),
    403,
    'foreign_origin',
  ],
  [
    'a classroom for a group that another one leads',
    () => server.call('POST', '/api/classrooms', { cookie: ben.cookie, body: { ...classroomBody, groupId: group } }),
    403,
    'only_leader',
  ],
  [
    'a classroom for a group that is none',
    () =>
      server.call('POST', '/api/classrooms', { cookie: ann.cookie, body: { ...classroomBody, groupId: randomUUID() } }),
    403,
    'only_leader',
  ],
  [
    'a classroom without a title',
    () => server.call('POST', '/api/classrooms', { cookie: ann.cookie, body: { ...classroomBody, title: ' ' } }),
    400,
    'bad_request',
  ],
]
test.each(refused)('%s is refused with a code and a sentence, and nothing is kept', async (_, call, status, code) => {
  const before = await dumpClassrooms()
  const answer = await call()
  expect([answer.status, codeOf(answer)]).toEqual([status, code])
  const { error } = v.parse(classroomErrorBody, answer.body)
  expect(error.message).toMatch(/^\w.+\.$/)
  expect(answer.headers['x-chatbox-classroom']).toBe(String(CLASSROOM_VERSION))
  expect(await dumpClassrooms()).toEqual(before)
})

test('only staff read the desk and do what staff do, until they are removed', async () => {
  const { id } = await makeClassroom(server, ann.cookie)
  const calls = async (cookie: string) => [
    await server.call('GET', staffPath(id), { cookie }),
    await sayAsStaff(server, id, cookie, { type: 'staff.read', id: randomUUID(), n: 0 }),
  ]
  for (const answer of await calls(ben.cookie)) expect([answer.status, codeOf(answer)]).toEqual([403, 'only_staff'])
  const added = await sayAsStaff(server, id, ann.cookie, addStaff(ben.userId))
  expect(v.parse(staffCommandsAnswer, added.body).results).toMatchObject([{ status: 'accepted' }])
  for (const answer of await calls(ben.cookie)) expect(answer.status).toBe(200)
  await sayAsStaff(server, id, ann.cookie, removeStaff(ben.userId))
  for (const answer of await calls(ben.cookie)) expect([answer.status, codeOf(answer)]).toEqual([403, 'only_staff'])
})

test('only who made a classroom deletes it, and from then on there is none, for anybody', async () => {
  const { id, code } = await makeClassroom(server, ann.cookie)
  await sayAsStaff(server, id, ann.cookie, addStaff(ben.userId))
  await say(server, id, ask())
  const remove = async (cookie?: string) => {
    const answer = await server.call('DELETE', `/api/classrooms/${id}`, { cookie })
    return answer.status === 204 ? 204 : codeOf(answer)
  }
  expect([await remove(), await remove(cleo.cookie), await remove(ben.cookie)]).toEqual([
    'not_signed_in',
    'only_staff',
    'only_owner',
  ])
  const foreign = { cookie: ann.cookie, headers: { origin: 'https://evil.example' } }
  expect(codeOf(await server.call('DELETE', `/api/classrooms/${id}`, foreign))).toBe('foreign_origin')
  expect((await server.call('GET', path(id))).status).toBe(200)
  expect([await remove(ann.cookie), await remove(ann.cookie)]).toEqual([204, 'not_found'])
  const answers = await Promise.all([
    server.call('GET', path(id)),
    server.call('GET', staffPath(id), { cookie: ann.cookie }),
    server.call('GET', staffPath(id), { cookie: ben.cookie }),
    server.call('GET', `/q/api/${id}/stored`),
    server.call('POST', '/q/api/find', { body: { code } }),
    say(server, id, ask('Too late?')),
    sayAsStaff(server, id, ben.cookie, addStaff(cleo.userId)),
    server.call('POST', `/api/classrooms/${id}/tokens`, { cookie: ann.cookie, body: { blinded: blindedOfNobody() } }),
  ])
  expect(answers.map((answer) => [answer.status, codeOf(answer)])).toEqual(answers.map(() => [404, 'not_found']))
  const listed = await server.call('GET', '/api/classrooms', { cookie: ben.cookie })
  expect(JSON.stringify(listed.body)).not.toContain(id)
})
const blindedOfNobody = () => Array.from({ length: TOKENS_PER_DEVICE }, () => 'AAAA')

test('commands of staff are answered in order, each on its own', async () => {
  const { id } = await makeClassroom(server, ann.cookie)
  const close = { type: 'classroom.set', id: randomUUID(), mode: 'closed' } as const
  const answer = await server.call('POST', `/api/classrooms/${id}/commands`, {
    cookie: ann.cookie,
    body: {
      commands: [{ id: 'x', type: 'nothing' }, close, removeStaff(ann.userId), { ...close, id: randomUUID(), mode: 7 }],
    },
  })
  expect(v.parse(staffCommandsAnswer, answer.body).results).toMatchObject([
    { status: 'refused', id: 'x', code: 'bad_request' },
    { status: 'accepted', id: close.id },
    { status: 'refused' },
    { status: 'refused', code: 'bad_request', message: expect.stringContaining('mode') as string },
  ])
  expect(codeOf(await say(server, id, ask()))).toBe('closed')
})

test('everybody is listed what concerns them: where they are staff, and what is limited to their groups', async () => {
  const open = await makeClassroom(server, ann.cookie, { title: 'Open' })
  const limited = await makeClassroom(server, ann.cookie, { title: 'Limited', groupId: group })
  const over = await makeClassroom(server, ann.cookie, { title: 'Over', groupId: group, endsAt: 1, threadsUntil: 2 })
  const list = async (cookie: string) =>
    v.parse(classroomsAnswer, (await server.call('GET', '/api/classrooms', { cookie })).body)
  const ofAnn = await list(ann.cookie)
  for (const { id } of [open, limited, over]) {
    expect(ofAnn.staffed).toContainEqual(expect.objectContaining({ id }))
  }
  const ofBen = await list(ben.cookie)
  expect(ofBen.staffed).toEqual([])
  expect(ofBen.limited).toContainEqual({
    id: limited.id,
    title: 'Limited',
    groupId: group,
    issuer: limited.issuer,
    tokens: TOKENS_PER_DEVICE,
  })
  expect(ofBen.limited.map(({ id }) => id)).not.toContain(over.id)
  expect(await list(cleo.cookie)).toEqual({ staffed: [], limited: [] })
})

test('a device of a member gets its tokens once, spends them without its cookie, and each but once', async () => {
  const { id, issuer } = await makeClassroom(server, ann.cookie, { groupId: group })
  if (issuer === null) throw new Error('there is no issuer')
  const device = await createTokenDevice(issuer)
  const fetchTokens = (cookie: string, blinded: readonly string[]) =>
    server.call('POST', `/api/classrooms/${id}/tokens`, { cookie, body: { blinded } })
  const stranger = await fetchTokens(cleo.cookie, device.blinded)
  expect([stranger.status, codeOf(stranger)]).toEqual([403, 'not_a_member'])
  expect(codeOf(await fetchTokens(ben.cookie, device.blinded.slice(1)))).toBe('bad_request')
  const tooGreat = [...device.blinded.slice(1), Buffer.alloc(256, 0xff).toString('base64url')]
  expect(codeOf(await fetchTokens(ben.cookie, tooGreat))).toBe('bad_key')
  expect(await issuedTo(id)).toEqual([])

  const first = await fetchTokens(ben.cookie, device.blinded)
  const again = await fetchTokens(ben.cookie, device.blinded)
  expect(first.status).toBe(200)
  expect(again.content).toEqual(first.content)
  expect(await issuedTo(id)).toHaveLength(1)
  const [token, next] = await device.finish((first.body as { signatures: string[] }).signatures)
  if (token === undefined || next === undefined) throw new Error('there are no tokens')

  const question = ask()
  const { receiptHash } = createReceipt()
  expect(codeOf(await say(server, id, question))).toBe('token_needed')
  const forged = { ...token, signature: next.signature }
  expect(codeOf(await say(server, id, question, { token: forged }))).toBe('bad_token')
  expect((await say(server, id, question, { token })).status).toBe(200)
  expect((await say(server, id, question, { token })).status).toBe(200)
  expect(codeOf(await say(server, id, ask(), { token }))).toBe('token_spent')
  const vote = { type: 'vote.cast', id: randomUUID(), questionId: question.id, receiptHash } as const
  expect(codeOf(await say(server, id, vote, { token }))).toBe('token_spent')
  expect((await say(server, id, vote, { token: next })).status).toBe(200)
  expect(await backend.store.db.selectFrom('spent_token').selectAll().execute()).toHaveLength(2)
})

async function issuedTo(classroomId: string) {
  return backend.store.db.selectFrom('token_issuance').selectAll().where('classroom_id', '=', classroomId).execute()
}

test('a member has so many devices with tokens, also where they come at once, and an open classroom has none', async () => {
  const { id, issuer } = await makeClassroom(server, ann.cookie, { groupId: group })
  const device = await createTokenDevice(issuer ?? '')
  // Another order is another device.
  const orders = Array.from({ length: TOKEN_DEVICES_MAX + 2 }, (_, index) => [
    ...device.blinded.slice(index),
    ...device.blinded.slice(0, index),
  ])
  const answers = await Promise.all(
    orders.map((blinded) =>
      server.call('POST', `/api/classrooms/${id}/tokens`, { cookie: ben.cookie, body: { blinded } }),
    ),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(TOKEN_DEVICES_MAX)
  expect(answers.filter((answer) => codeOf(answer) === 'no_more_tokens')).toHaveLength(2)
  expect(await issuedTo(id)).toHaveLength(TOKEN_DEVICES_MAX)
  const open = await makeClassroom(server, ann.cookie)
  const none = await server.call('POST', `/api/classrooms/${open.id}/tokens`, {
    cookie: ben.cookie,
    body: { blinded: device.blinded },
  })
  expect(codeOf(none)).toBe('not_found')
})

test('a token of another classroom of the same group is none here', async () => {
  const [one, other] = [
    await makeClassroom(server, ann.cookie, { groupId: group }),
    await makeClassroom(server, ann.cookie, { groupId: group }),
  ]
  const device = await createTokenDevice(one.issuer ?? '')
  const answer = await server.call('POST', `/api/classrooms/${one.id}/tokens`, {
    cookie: ben.cookie,
    body: { blinded: device.blinded },
  })
  const [token] = await device.finish((answer.body as { signatures: string[] }).signatures)
  if (token === undefined) throw new Error('there are no tokens')
  expect(codeOf(await say(server, other.id, ask(), { token }))).toBe('bad_token')
  expect((await say(server, one.id, ask(), { token })).status).toBe(200)
})

test('past the rate of a link work is asked for, with a challenge, before the log is touched', async () => {
  const { id } = await makeClassroom(server, ann.cookie)
  const nothing = { type: 'question.withdraw', id: randomUUID(), questionId: randomUUID() } as const
  const { receipt } = createReceipt()
  for (let count = 0; count < FREE_COMMANDS; count += 1) await say(server, id, { ...nothing, receipt })
  const before = await dumpClassrooms()
  const answer = await say(server, id, ask())
  expect([answer.status, codeOf(answer)]).toEqual([429, 'work_needed'])
  expect(answer.body).toMatchObject({ error: { challenge: { signature: expect.any(String) as string } } })
  expect(await dumpClassrooms()).toEqual(before)
})

test('in slow mode one is told when to try again, and a refused question costs nobody their turn', async () => {
  const { id } = await makeClassroom(server, ann.cookie, { slowSeconds: 60 })
  expect(codeOf(await say(server, id, ask(' ')))).toBe('text_empty')
  expect((await say(server, id, ask())).status).toBe(200)
  const answer = await say(server, id, ask())
  expect([answer.status, codeOf(answer)]).toEqual([429, 'slow_mode'])
  expect(answer.body).toMatchObject({ error: { retryAfterMs: 60_000 } })
  expect(answer.headers['retry-after']).toBe('60')
  now += 60_000
  expect((await say(server, id, ask())).status).toBe(200)
})

test('an address guesses twenty codes a minute, and is nowhere written', async () => {
  const { code } = await makeClassroom(server, ann.cookie)
  const headers = { 'x-forwarded-for': '203.0.113.77' }
  const guess = (tried: string) => server.call('POST', '/q/api/find', { body: { code: tried }, headers })
  for (let count = 0; count < CODE_GUESSES_PER_MINUTE; count += 1) {
    expect((await guess(code)).status).toBe(200)
    expect((await guess('zzzzzzzz')).status).toBe(404)
  }
  const answer = await guess(code)
  expect([answer.status, codeOf(answer)]).toEqual([429, 'too_many_tries'])
  expect(answer.body).toMatchObject({ error: { retryAfterMs: 60_000 } })
  const elsewhere = await server.call('POST', '/q/api/find', { body: { code } })
  expect(elsewhere.status).toBe(200)
  now += 60_000
  expect((await guess(code)).status).toBe(200)
})

test('what is stored is told from the schema itself, with a sample of every column', async () => {
  const { id } = await makeClassroom(server, ann.cookie)
  const { tables } = v.parse(storedAnswer, (await server.call('GET', `/q/api/${id}/stored`)).body)
  expect(tables.map(({ name }) => name)).toEqual([
    'question',
    'reply',
    'vote',
    'poll_answer',
    'spent_token',
    'student_command',
    'photo_upload',
    'photo_piece',
    'photo_content',
    'question_report',
    'token_issuance',
  ])
  const nullable = new Set(['name', 'reason', 'note', 'merged_into', 'staff_id', 'files', 'token_hash', 'verdict'])
  for (const { name, columns } of tables) {
    const [record] = await backend.store.db
      .selectFrom(name as 'question')
      .selectAll()
      .limit(1)
      .execute()
    if (record !== undefined) expect(columns.map((column) => column.name).sort()).toEqual(Object.keys(record).sort())
    for (const column of columns) {
      expect(column.type, `${name}.${column.name}`).toMatch(/^[a-z]+/)
      if (!nullable.has(column.name)) {
        expect(column.sample, `${name}.${column.name}`).not.toBeNull()
      }
    }
  }
  const columns = tables.filter(({ name }) => name !== 'token_issuance').flatMap((table) => table.columns)
  expect(columns.filter(({ name }) => /user|author_id|session|address|handle|device/.test(name))).toEqual([])
})

test('a long poll is answered when something changed, and counts as a device while it waits', async () => {
  const { id } = await makeClassroom(server, ann.cookie)
  const { epoch, to } = v.parse(classroomPullPage, (await server.call('GET', path(id))).body)
  const held = server.call('GET', `/q/api/${id}/pull?epoch=${epoch}&cursor=${to}&wait=1`)
  await waitFor('the device', async () => {
    const page = v.parse(classroomPullPage, (await server.call('GET', path(id))).body)
    return page.devices === 1 || undefined
  })
  const question = ask()
  await say(server, id, question)
  const page = v.parse(classroomPullPage, (await held).body)
  expect(page).toMatchObject({ from: to, rows: [{ type: 'question', id: question.id }] })
})

test('a long poll of staff whose session ended meanwhile is told nothing', async () => {
  const { id } = await makeClassroom(server, ann.cookie)
  const dan = await server.join('dan')
  await sayAsStaff(server, id, ann.cookie, addStaff(dan.userId))
  const { epoch, to } = (await server.call('GET', staffPath(id), { cookie: dan.cookie })).body as {
    epoch: string
    to: number
  }
  const wait = `/api/classrooms/${id}/pull?epoch=${epoch}&cursor=${to}&wait=1`
  const waits = server.waits()
  const held = server.call('GET', wait, { cookie: dan.cookie })
  await waitFor('the poll', () => server.waits() > waits || undefined)
  await server.accounts.endSession(dan.userId, dan.sessionId)
  await say(server, id, ask())
  const answer = await held
  expect([answer.status, codeOf(answer)]).toEqual([401, 'not_signed_in'])
})
