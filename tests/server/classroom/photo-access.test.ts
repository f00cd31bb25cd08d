import { randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StaffCommand } from '../../../shared/classroom/commands.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { exampleFile, uploadCalls } from '../files/upload-calls.ts'
import { type Answer, type ApiServer, codeOf, createApiServer } from '../http/api-server.ts'
import { addStaff, ask, createReceipt, makeClassroom, removeStaff, say, sayAsStaff } from '../http/classroom-calls.ts'
import { examplePhoto, type PhotoCalls, photoCalls } from '../http/photo-calls.ts'

// Who sees which photo and which file of a classroom, at this moment.

type Person = Awaited<ReturnType<ApiServer['join']>>

let backend: Backend
let server: ApiServer
let room: { id: string } & PhotoCalls
let people: Record<'owner' | 'helper' | 'removed' | 'stranger', Person>
let now = Date.now()
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store, { limitsNow: () => (now += 60_000) })
  const [owner, helper, removed, stranger] = [
    await server.join('ada'),
    await server.join('ben'),
    await server.join('cid'),
    await server.join('eve'),
  ]
  people = { owner, helper, removed, stranger }
  const { id } = await makeClassroom(server, owner.cookie, { photos: 'held' })
  room = { id, ...photoCalls(server, id) }
  await act(addStaff(helper.userId), addStaff(removed.userId), removeStaff(removed.userId))
})
afterAll(async () => {
  expect(server.errors).toEqual([])
  await server.close()
  await backend.dispose()
})

async function act(...commands: StaffCommand[]): Promise<void> {
  const answer = await sayAsStaff(server, room.id, people.owner.cookie, ...commands)
  expect(answer.content.toString()).not.toContain('refused')
}

const judge = (questionId: string, state: 'shown' | 'held' | 'rephrase' | 'dismissed'): StaffCommand => ({
  ...{ type: 'question.judge', id: uuidv7(), questionId, state, note: null },
  reason: state === 'dismissed' ? 'other' : null,
})

/** Everybody who may ask, and what each is answered. */
async function look(pathOf: (door: string) => string): Promise<Record<string, number>> {
  const call = async (path: string, cookie?: string) => (await server.call('GET', path, { cookie })).status
  const [student, desk] = [pathOf(`/q/api/${room.id}`), pathOf(`/api/classrooms/${room.id}`)]
  return {
    student: await call(student),
    'student with a cookie of staff': await call(student, people.owner.cookie),
    owner: await call(desk, people.owner.cookie),
    helper: await call(desk, people.helper.cookie),
    'removed from staff': await call(desk, people.removed.cookie),
    stranger: await call(desk, people.stranger.cookie),
    'nobody at the desk': await call(desk),
  }
}

const NO_STAFF = { 'removed from staff': 403, stranger: 403, 'nobody at the desk': 401 }
const seenBy = (everybody: boolean, staff: boolean) => {
  const [student, atDesk] = [everybody ? 200 : 404, staff ? 200 : 404]
  return { student, 'student with a cookie of staff': student, owner: atDesk, helper: atDesk, ...NO_STAFF }
}

describe('the photo of a question', () => {
  const states: [string, (id: string, receipt: string) => Promise<unknown>, everybody: boolean, staff: boolean][] = [
    ['held', async () => undefined, false, true],
    ['shown', (id) => act(judge(id, 'shown')), true, true],
    ['held again', (id) => act(judge(id, 'shown'), judge(id, 'held')), false, true],
    ['to be rephrased', (id) => act(judge(id, 'rephrase')), false, true],
    ['dismissed', (id) => act(judge(id, 'dismissed')), false, false],
    ['dismissed and shown again', (id) => act(judge(id, 'dismissed'), judge(id, 'shown')), false, false],
    ['merged', (id) => mergeAway(id), false, true],
    [
      'withdrawn',
      async (id, receipt) => {
        await act(judge(id, 'shown'))
        await say(server, room.id, { type: 'question.withdraw', id: randomUUID(), questionId: id, receipt })
      },
      ...([false, false] as const),
    ],
  ]
  test.each(states)('that is %s is seen at each variant by whom it should', async (_, put, everybody, staff) => {
    const { receipt, receiptHash } = createReceipt()
    const uploadId = await room.upload(await examplePhoto())
    const question = { ...ask('Why?', receiptHash), photo: { id: uploadId, description: '' } }
    await say(server, room.id, question)
    await put(question.id, receipt)
    for (const variant of ['whole', 'small'])
      expect(await look((door) => `${door}/questions/${question.id}/photo/${variant}`)).toEqual(
        seenBy(everybody, staff),
      )
    // What stands for it is not its own, and leads nowhere.
    for (const id of [uploadId, randomUUID()])
      expect(await look((door) => `${door}/questions/${id}/photo/whole`)).toEqual(seenBy(false, false))
    expect(await look((door) => `${door}/questions/${question.id}/photo/source`)).toEqual(seenBy(false, false))
  })

  async function mergeAway(questionId: string): Promise<void> {
    const into = ask('Another')
    await say(server, room.id, into)
    await act({ type: 'question.merge', id: uuidv7(), questionId, into: into.id })
  }

  test('is seen by nobody before a question names it', async () => {
    const id = await room.upload(await examplePhoto())
    expect(await look((door) => `${door}/questions/${id}/photo/whole`)).toEqual(seenBy(false, false))
  })

  test('is of its classroom alone', async () => {
    const asked = await room.ask(await room.upload(await examplePhoto()))
    await act(judge(asked.id, 'shown'))
    const other = await makeClassroom(server, people.owner.cookie)
    const elsewhere = photoCalls(server, other.id)
    expect((await elsewhere.see(asked.id)).status).toBe(404)
    expect((await elsewhere.seeAsStaff(asked.id, people.owner.cookie)).status).toBe(404)
  })

  test('is answered in parts, and is kept by nobody on the way', async () => {
    const asked = await room.ask(await room.upload(await examplePhoto()))
    await act(judge(asked.id, 'shown'))
    const whole = await room.see(asked.id)
    expect(whole.headers).toMatchObject({
      ...{ 'cache-control': 'no-store', 'accept-ranges': 'bytes', 'x-content-type-options': 'nosniff' },
      ...{ 'content-length': String(whole.content.length), 'content-disposition': 'inline' },
      'content-security-policy': "default-src 'none'; sandbox",
    })
    expect(whole.headers['set-cookie'] ?? whole.headers['content-encoding'] ?? whole.headers['last-modified']).toBe(
      undefined,
    )
    const { etag = '' } = whole.headers
    const part = await room.see(asked.id, 'whole', { range: 'bytes=100-199', 'if-range': etag })
    expect([part.status, part.headers['content-range']]).toEqual([206, `bytes 100-199/${whole.content.length}`])
    expect(part.content.equals(whole.content.subarray(100, 200))).toBe(true)
    const other = await room.see(asked.id, 'whole', { range: 'bytes=100-199', 'if-range': '"another"' })
    expect([other.status, other.content.equals(whole.content)]).toEqual([200, true])
    const outside = await room.see(asked.id, 'whole', { range: `bytes=${whole.content.length}-` })
    expect([outside.status, codeOf(outside)]).toEqual([416, 'bad_request'])
  })
})

describe('a file of an answer', () => {
  let asked: ReturnType<typeof ask>
  const answerWith = (fileId: string, id = uuidv7()): StaffCommand => ({
    ...{ type: 'reply.answer', id, questionId: asked.id, text: 'See' },
    files: [{ id: fileId, description: '' }],
  })
  async function answerWithFile(): Promise<{ fileId: string; replyId: string }> {
    asked = ask()
    await say(server, room.id, asked)
    const file = exampleFile('<script>alert(1)</script>', { name: 'Lösung.html' })
    await uploadCalls(server, people.owner.cookie).upload(file)
    const replyId = uuidv7()
    await act(answerWith(file.id, replyId))
    return { fileId: file.id, replyId }
  }
  const judgeReply = (replyId: string, state: 'shown' | 'dismissed' | 'withdrawn'): StaffCommand => ({
    ...{ type: 'reply.judge', id: uuidv7(), replyId, state },
  })

  const states: [string, (replyId: string) => Promise<unknown>, everybody: boolean, staff: boolean][] = [
    ['shown', async () => undefined, true, true],
    ['under a held question', () => act(judge(asked.id, 'held')), false, true],
    ['under a dismissed question', () => act(judge(asked.id, 'dismissed')), false, true],
    ['dismissed', (id) => act(judgeReply(id, 'dismissed')), false, true],
    ['withdrawn', (id) => act(judgeReply(id, 'withdrawn')), false, false],
  ]
  test.each(states)('that is %s is seen by whom it should', async (_, put, everybody, staff) => {
    const { fileId, replyId } = await answerWithFile()
    await put(replyId)
    expect(await look((door) => `${door}/files/${fileId}/whole`)).toEqual(seenBy(everybody, staff))
    // It has no small variant, and the account's own path is for messages.
    expect(await look((door) => `${door}/files/${fileId}/small`)).toEqual(seenBy(false, false))
    expect((await uploadCalls(server, people.owner.cookie).get(fileId)).status).toBe(404)
  })

  test('of two answers is seen while one of them is shown', async () => {
    const { fileId, replyId } = await answerWithFile()
    const second = uuidv7()
    await act(answerWith(fileId, second), judgeReply(replyId, 'withdrawn'))
    expect(await look((door) => `${door}/files/${fileId}/whole`)).toEqual(seenBy(true, true))
    await act(judgeReply(second, 'dismissed'))
    expect(await look((door) => `${door}/files/${fileId}/whole`)).toEqual(seenBy(false, true))
  })

  test('runs nowhere, has its name, and is kept by nobody on the way', async () => {
    const { fileId } = await answerWithFile()
    const answer = await server.call('GET', `/q/api/${room.id}/files/${fileId}/whole`)
    expect(answer.headers).toMatchObject({
      ...{ 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; sandbox" },
      'content-disposition': expect.stringContaining("filename*=UTF-8''L%C3%B6sung.html") as string,
    })
    expect(answer.headers['content-type']).toMatch(/^(text\/plain|application\/octet-stream)/)
  })

  test('counts with the account that uploaded it, and no more once its answer is withdrawn or its classroom deleted', async () => {
    const calls = uploadCalls(server, people.helper.cookie)
    const usedBytes = async () => ((await calls.space()).body as { usedBytes: number }).usedBytes
    const made = await makeClassroom(server, people.helper.cookie)
    const question = ask()
    await say(server, made.id, question)
    const reply = async () => {
      const file = exampleFile(Buffer.alloc(1_000, 'x'))
      await calls.upload(file)
      const id = uuidv7()
      const files = [{ id: file.id, description: '' }]
      const command: StaffCommand = { type: 'reply.answer', id, questionId: question.id, text: '', files }
      await sayAsStaff(server, made.id, people.helper.cookie, command)
      return { id, fileId: file.id }
    }
    const [first, second] = [await reply(), await reply()]
    expect(await usedBytes()).toBe(2_000)
    const removal = await calls.remove(first.fileId)
    expect(codeOf(removal)).toBe('forbidden')
    await sayAsStaff(server, made.id, people.helper.cookie, judgeReply(first.id, 'withdrawn'))
    // As server/serve.ts has it done once that is stored; what another answer carries stays.
    await server.parts.files.release([first.fileId, second.fileId])
    expect(await usedBytes()).toBe(1_000)
    await server.call('DELETE', `/api/classrooms/${made.id}`, { cookie: people.helper.cookie })
    expect(await usedBytes()).toBe(0)
  })

  test('is as old as its answer says, to five minutes', async () => {
    const { fileId } = await answerWithFile()
    const { db } = backend.store
    const file = await db.selectFrom('file').selectAll().where('id', '=', fileId).executeTakeFirstOrThrow()
    const content = await db
      .selectFrom('file_content')
      .selectAll()
      .where('id', '=', file.content_id ?? '')
      .executeTakeFirstOrThrow()
    for (const time of [file.created_at, file.touched_at, content.created_at]) expect(Number(time) % 300_000).toBe(0)
  })
})

test('an answer that names somebody else’s file is refused, and the file stays theirs', async () => {
  const file = exampleFile('Not yours')
  const stranger = uploadCalls(server, people.stranger.cookie)
  await stranger.upload(file)
  const question = ask()
  await say(server, room.id, question)
  const files = [{ id: file.id, description: '' }]
  const command: StaffCommand = { type: 'reply.answer', id: uuidv7(), questionId: question.id, text: 'See', files }
  const answer: Answer = await sayAsStaff(server, room.id, people.owner.cookie, command)
  expect(answer.body).toMatchObject({ results: [{ status: 'refused', code: 'file_missing' }] })
  expect((await stranger.remove(file.id)).status).toBe(204)
})
