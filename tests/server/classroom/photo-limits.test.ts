import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { solveWork } from '../../../client/sync/classroom/work.ts'
import type { Token } from '../../../shared/classroom/commands.ts'
import { FREE_COMMANDS, FREE_COMMANDS_WINDOW_MS } from '../../../shared/classroom/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Answer, type ApiServer, codeOf, createApiServer } from '../http/api-server.ts'
import { ask, createTokenDevice, makeClassroom, say } from '../http/classroom-calls.ts'
import { examplePhoto, photoCalls } from '../http/photo-calls.ts'

// What one link may send, whoever it is.

let backend: Backend
let server: ApiServer
let teacher: Awaited<ReturnType<ApiServer['join']>>
let now = Date.now()
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store, { limitsNow: () => now })
  teacher = await server.join('teacher')
})
afterAll(async () => {
  expect(server.errors).toEqual([])
  await server.close()
  await backend.dispose()
})

const listUploads = (classroomId: string) =>
  backend.store.db.selectFrom('photo_upload').selectAll().where('classroom_id', '=', classroomId).execute()

function challengeOf({ body }: Answer): unknown {
  return (body as { error: { challenge?: unknown } }).error.challenge
}

test('announcing photos counts in the rate of the link, past which each costs work; their pieces do not', async () => {
  const { id } = await makeClassroom(server, teacher.cookie)
  const room = photoCalls(server, id)
  const first = randomUUID()
  await room.announce(first, 1_000)
  for (let count = 1; count < FREE_COMMANDS; count += 1) await room.announce(randomUUID(), 10)
  const refused = await room.announce(randomUUID(), 10)
  expect([refused.status, codeOf(refused)]).toEqual([429, 'work_needed'])
  expect(codeOf(await say(server, id, ask()))).toBe('work_needed')
  expect(await listUploads(id)).toHaveLength(FREE_COMMANDS)
  for (let at = 0; at < 100; at += 1) expect((await room.patch(first, at * 10, Buffer.alloc(10))).status).toBe(204)
  const work = await solveWork(challengeOf(refused))
  expect(work).toBeDefined()
  const worked = randomUUID()
  expect((await room.announce(worked, 10, { work: work ?? '' })).status).toBe(201)
  expect(codeOf(await room.announce(randomUUID(), 10, { work: work ?? '' }))).toBe('work_needed')
  now += FREE_COMMANDS_WINDOW_MS
  expect((await room.announce(randomUUID(), 10)).status).toBe(201)
})

async function openLimited() {
  const group = await server.campus.group(teacher.userId)
  const { id, issuer } = await makeClassroom(server, teacher.cookie, { groupId: group, photos: 'shown' })
  const device = await createTokenDevice(issuer ?? '')
  const signed = await server.call('POST', `/api/classrooms/${id}/tokens`, {
    cookie: teacher.cookie,
    body: { blinded: device.blinded },
  })
  const [one, two] = await device.finish((signed.body as { signatures: string[] }).signatures)
  if (one === undefined || two === undefined) throw new Error('there are no tokens')
  return { id, one, two, ...photoCalls(server, id) }
}

test('where questions cost a token a photo is announced with it, and the token is spent with the question', async () => {
  const room = await openLimited()
  const bytes = await examplePhoto()
  const id = randomUUID()
  expect(codeOf(await room.announce(id, bytes.length))).toBe('token_needed')
  const forged: Token = { ...room.one, signature: room.two.signature }
  expect(codeOf(await room.announce(id, bytes.length, { token: forged }))).toBe('bad_token')
  expect(await listUploads(room.id)).toEqual([])
  expect((await room.announce(id, bytes.length, { token: room.one })).status).toBe(201)
  await room.patch(id, 0, bytes)
  await room.finish(id)
  const question = { ...ask(), photo: { id, description: '' } }
  expect(codeOf(await say(server, room.id, question))).toBe('token_needed')
  expect((await say(server, room.id, question, { token: room.one })).status).toBe(200)
  expect((await room.see(question.id)).status).toBe(200)
  // One token pays for one photo, as for one question.
  expect(codeOf(await room.announce(randomUUID(), bytes.length, { token: room.one }))).toBe('token_spent')
})

test('a token has one photo on its way: another one takes its place', async () => {
  const room = await openLimited()
  const bytes = await examplePhoto()
  const [first, second] = [randomUUID(), randomUUID()]
  await room.announce(first, bytes.length, { token: room.one })
  await room.patch(first, 0, bytes)
  await room.finish(first)
  await room.announce(second, bytes.length, { token: room.one })
  expect((await listUploads(room.id)).map(({ id }) => id)).toEqual([second])
  const kept = await backend.store.db.selectFrom('photo_content').select('photo_id').where('classroom_id', '=', room.id)
  expect(await kept.execute()).toEqual([])
  const other = randomUUID()
  expect((await room.announce(other, bytes.length, { token: room.two })).status).toBe(201)
  expect(await listUploads(room.id)).toHaveLength(2)
})
