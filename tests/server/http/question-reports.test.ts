import { randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { listAudit } from '../../../server/audit/list-audit.ts'
import { toFiveMinutes } from '../../../server/classroom/five-minutes.ts'
import { TAKEN_AWAY } from '../../../server/classroom/rules/take-question-away.ts'
import { SERVER_ID } from '../../../server/commands/roles.ts'
import { FREE_COMMANDS } from '../../../shared/classroom/limits.ts'
import { reportsAnswer } from '../../../shared/operate/http.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { answer, ask, judge } from '../../support/classroom.ts'
import { type ApiServer, codeOf, createApiServer } from './api-server.ts'
import { makeClassroom, say, sayAsStaff } from './classroom-calls.ts'

/* A question is reported by nobody in particular, and taken away without anybody learning who asked it. */

let backend: Backend
let server: ApiServer
let now = 1_800_000_123_456
let teacher: Somebody
let mo: Somebody
let room: string
type Somebody = Awaited<ReturnType<ApiServer['join']>>

beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store, { limitsNow: () => now })
  teacher = await server.join('teacher')
  mo = await server.join('moe')
  await server.campus.accept(SERVER_ID, { type: 'role.set', id: uuidv7(), userId: mo.userId, role: 'moderator' })
})
beforeEach(async () => {
  // Another window of the link's limits.
  now += 3_600_000
  await backend.store.db.deleteFrom('question_report').execute()
  room = (await makeClassroom(server, teacher.cookie)).id
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
})

const report = (questionId: string, reason = 'An insult', more: { cookie?: string } = {}) =>
  server.call('POST', `/q/api/${room}/reports`, { body: { questionId, reason }, ...more })
const list = async () =>
  v.parse(reportsAnswer, (await server.call('GET', '/api/operate/reports', { cookie: mo.cookie })).body)
const close = (subjectId: string, outcome: string, who = mo) =>
  server.call('POST', '/api/operate/reports/close', {
    cookie: who.cookie,
    body: { kind: 'question', subjectId, outcome },
  })
const pull = async (path: string, cookie?: string) =>
  JSON.stringify((await server.call('GET', `${path}/${room}/pull?lineage=&cursor=0`, { cookie })).body)
const findQuestion = (id: string) =>
  backend.store.db.selectFrom('question').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

async function askQuestion(text = 'You fool'): Promise<string> {
  const asked = ask(text)
  expect((await say(server, room, asked.command)).status).toBe(200)
  return asked.id
}

test('it comes with its thread as everybody reads it, and nothing says who reports or who asked', async () => {
  const id = await askQuestion()
  await sayAsStaff(server, room, teacher.cookie, answer(id, 'Please be kind'))
  expect((await report(id, 'An insult')).status).toBe(204)
  expect((await report(id, 'Mean', { cookie: teacher.cookie })).status).toBe(204)
  const { open, things, people } = await list()
  expect(open).toBe(2)
  expect(things).toEqual([
    {
      ...{ kind: 'question', subjectId: id, placeId: room, personId: null, count: 2 },
      firstAt: expect.any(Number) as number,
      reports: expect.arrayContaining([
        { reporterId: null, at: expect.any(Number) as number, reason: 'An insult' },
        { reporterId: null, at: expect.any(Number) as number, reason: 'Mean' },
      ]) as unknown,
      context: [
        expect.objectContaining({ id, authorId: null, text: 'You fool', isSubject: true }),
        expect.objectContaining({ authorId: null, text: 'Please be kind', isSubject: false }),
      ],
    },
  ])
  expect(people).toEqual([])
  const rows = await backend.store.db.selectFrom('question_report').selectAll().execute()
  for (const { at } of rows) expect(at).toBe(toFiveMinutes(at))
  // Not even of whoever came with a cookie.
  for (const who of [teacher, mo]) expect(JSON.stringify(rows)).not.toContain(who.userId)
})

test('what everybody does not see cannot be reported', async () => {
  const id = await askQuestion()
  expect(codeOf(await report(randomUUID()))).toBe('not_found')
  const other = (await makeClassroom(server, teacher.cookie)).id
  expect(
    codeOf(await server.call('POST', `/q/api/${other}/reports`, { body: { questionId: id, reason: 'Elsewhere' } })),
  ).toBe('not_found')
  await sayAsStaff(server, room, teacher.cookie, judge(id, 'held'))
  expect(codeOf(await report(id))).toBe('not_found')
  expect(codeOf(await report(id, '  '))).toBe('bad_request')
  const nowhere = await server.call('POST', '/q/api/aaaaaaaaaaaa/reports', { body: { questionId: id, reason: 'x' } })
  expect(codeOf(nowhere)).toBe('not_found')
  expect((await list()).open).toBe(0)
})

test('thousands of reports cost their sender work, and are a few rows', async () => {
  const id = await askQuestion()
  const codes = new Set<unknown>()
  for (let count = 0; count < FREE_COMMANDS + 10; count += 1) codes.add(codeOf(await report(id, `reason ${count}`)))
  expect(codes).toEqual(new Set([undefined, 'work_needed']))
  const { things, open } = await list()
  expect([things.length, open]).toEqual([1, 20])
})

test('taken away it is gone for everybody, its asker reads why, and nobody shows it again', async () => {
  const id = await askQuestion('You utter fool')
  await report(id, 'An insult')
  expect(codeOf(await close(id, 'taken-away', teacher))).toBe('forbidden')
  expect((await close(id, 'taken-away')).status).toBe(204)
  expect(await findQuestion(id)).toMatchObject({ text: null, photo: null, state: 'dismissed', note: TAKEN_AWAY })
  for (const seen of [await pull('/q/api'), await pull('/api/classrooms', teacher.cookie)]) {
    expect(seen).not.toContain('utter fool')
    expect(seen).toContain(TAKEN_AWAY)
  }
  const answered = await sayAsStaff(server, room, teacher.cookie, judge(id, 'shown'))
  expect(answered.body).toMatchObject({ results: [{ status: 'refused', code: 'thread_closed' }] })
  expect((await list()).open).toBe(0)
  expect(await backend.store.db.selectFrom('question_report').selectAll().execute()).toEqual([])
  const [closing, taking] = await listAudit(backend.store.db, null, 2)
  expect(closing).toMatchObject({ act: 'report.close', actorId: mo.userId })
  expect(taking).toMatchObject({
    act: 'question.take-away',
    actorId: mo.userId,
    subjectKind: 'question',
    subjectId: id,
  })
  expect(codeOf(await close(id, 'taken-away'))).toBe('not_found')
})

test('a question of which nothing is reported cannot be taken away, whoever asks for it', async () => {
  const id = await askQuestion()
  expect(codeOf(await close(id, 'taken-away'))).toBe('not_found')
  expect(await findQuestion(id)).toMatchObject({ text: 'You fool', state: 'shown' })
})

test('dismissed, the question stays and what was reported is forgotten', async () => {
  const id = await askQuestion()
  await report(id)
  expect((await close(id, 'dismissed')).status).toBe(204)
  expect(await findQuestion(id)).toMatchObject({ text: 'You fool', state: 'shown' })
  expect((await list()).things).toEqual([])
})

test('what its asker withdrew since stays withdrawn', async () => {
  const asked = ask('You fool')
  await say(server, room, asked.command)
  await report(asked.id)
  const withdraw = {
    type: 'question.withdraw',
    id: randomUUID(),
    questionId: asked.id,
    receipt: asked.receipt,
  } as const
  await say(server, room, withdraw)
  expect((await list()).things[0]?.context[0]?.text).toBe('You fool')
  expect((await close(asked.id, 'taken-away')).status).toBe(204)
  expect(await findQuestion(asked.id)).toMatchObject({ text: null, state: 'withdrawn', note: null })
})
