import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { classroomContents } from '../../../client/data/classroom/classroom-contents.ts'
import type { OpenedClassroom } from '../../../client/data/classroom/opened-classroom.ts'
import { openAsStudent } from '../../../client/data/classroom/open-as-student.ts'
import { keepChosenPhoto } from '../../../client/data/classroom/own-photo.ts'
import { toPhotoFile } from '../../../client/data/classroom/photo-file.ts'
import { ask, withdrawQuestion } from '../../../client/data/classroom/student-writing.ts'
import { watchQuestions } from '../../../client/data/classroom/watch-questions.ts'
import { findVoiceDraft, keepVoicePiece } from '../../../client/data/files/voice-draft.ts'
import { toContentAddress } from '../../../client/sync/classroom/api.ts'
import { toPhotoFileId } from '../../../client/sync/classroom/photo-file-id.ts'
import { setConnection } from '../../../client/sync/classroom/connection.ts'
import { CLASSROOM_BUDGET_BYTES } from '../../../client/sync/classroom/classroom-holding.ts'
// Loaded later by what is tested: here at once, for what is loaded takes real time, and the clock of a test is none.
import '../../../client/data/classroom/start-classroom-downloads.ts'
import { CLASSROOM_HEADER, CLASSROOM_VERSION } from '../../../shared/classroom/version.ts'
import { ACCOUNT_HEADER } from '../../../shared/protocol/http.ts'
import { waitFor } from '../../support/wait-for.ts'
import {
  createFakeRoom,
  first,
  questionRow,
  removeRooms,
  replyRow,
  ROOM,
  whenLive,
  type FakeRoom,
} from './fake-classroom.ts'

const question = '0b9c5a51-5b70-4c1e-9f07-0f6c3d0e5c11'
const file = '7d1f5a7e-3a41-4a6b-8a53-2a0f3b9c7d22'
const BYTES = 150_000
const CONTENT = Uint8Array.from({ length: BYTES }, (_, at) => at % 251)

let fake: FakeRoom
let room: OpenedClassroom
let asked: string[]
let free: number | undefined
let isThere: boolean
let isAway: boolean

beforeEach(async () => {
  fake = createFakeRoom()
  asked = []
  free = undefined
  isThere = true
  isAway = false
  const { environment } = fake.openTab()
  const fetch: typeof environment.fetch = async (path, init) => {
    if (!fake.isOnline() || !/(photo|files)\//.test(path)) return environment.fetch(path, init)
    const headers = new Headers(init.headers)
    expect(headers.get(ACCOUNT_HEADER)).toBeNull()
    expect(init.credentials).toBe('omit')
    const [, from = 0, to = 0] = (/^bytes=(\d+)-(\d+)$/.exec(headers.get('range') ?? '') ?? []).map(Number)
    asked.push(`${path.replace(`/q/api/${ROOM}/`, '')} ${from}`)
    if (isAway) throw new TypeError('no network')
    if (!isThere) return fake.refuse('not_found')
    const piece = CONTENT.slice(from, to + 1)
    return new Response(piece, {
      status: 206,
      headers: {
        [CLASSROOM_HEADER]: String(CLASSROOM_VERSION),
        'content-range': `bytes ${from}-${from + piece.length - 1}/${BYTES}`,
      },
    })
  }
  room = await openAsStudent({ ...environment, fetch, estimateFree: () => Promise.resolve(free) }, ROOM, null)
  const photo = { id: file, width: 4, height: 3, preview: 'AAAA', bytes: BYTES }
  fake.put(questionRow({ id: question, photo }))
  await whenLive(fake, room)
})
afterEach(async () => {
  room.close()
  expect(fake.errors).toEqual([])
  await removeRooms()
})

const photoId = toPhotoFileId(question)
const watch = (id = photoId, fetches = true) => classroomContents(room).watch(id, 'whole', fetches)
const untilKind = (kind: string, fetches = true) => first(watch(photoId, fetches), (view) => view.kind === kind)

test('a photo comes piece by piece without a word of who looks, and opens with no network', async () => {
  const view = await untilKind('here')
  expect(view.kind === 'here' && new Uint8Array(await view.blob.arrayBuffer())).toEqual(CONTENT)
  expect(asked[0]).toBe(`questions/${question}/photo/whole 0`)
  expect(asked.length).toBeGreaterThan(1)
  fake.cut()
  await untilKind('here', false)
})

test('one’s own photo is shown from this device until all see it, and nothing of it is asked for', async () => {
  const photo = { content: new Blob(['drawn']), width: 4, height: 3, preview: 'AAAA' }
  await keepChosenPhoto(room, photo)
  const id = await ask(room, { text: 'What is this?', name: null })
  const own = (await first(watchQuestions(room), () => true)).find((one) => one.id === id)
  if (own?.photo === undefined || own.photo === null) throw new Error('it has no photo')
  const { id: fileId, size, name } = toPhotoFile(own, own.photo)
  expect([fileId === toPhotoFileId(id), size, name]).toEqual([false, { width: 4, height: 3 }, 'question.jpg'])
  const view = await first(watch(fileId), (one) => one.kind === 'here')
  expect(view.kind === 'here' && (await view.blob.text())).toBe('drawn')
  expect(toPhotoFile({ id, n: 7 }, { ...own.photo, source: 'server' })).toMatchObject({
    ...{ id: toPhotoFileId(id), name: 'question-7.jpg' },
  })
  await withdrawQuestion(room, id)
  await first(watch(fileId), (one) => one.kind === 'missing')
  expect(asked).toEqual([])
})

test('what plays while it comes is asked for where one’s other requests go', () => {
  expect(toContentAddress({ id: ROOM, userId: null }, file)).toBe(`/q/api/${ROOM}/files/${file}/whole`)
  expect(toContentAddress({ id: ROOM, userId: 'me' }, file)).toBe(`/api/classrooms/${ROOM}/files/${file}/whole`)
})

/** An answer that carries the file, stored: what no row names would go for that reason alone. */
async function answerWithFile() {
  const files = [{ id: file, kind: 'document', name: 'a.txt', type: 'text/plain', bytes: BYTES } as const]
  const reply = replyRow({ id: question, questionId: question, files })
  fake.put(reply)
  await fake.passUntil(async () => (await room.db.replies.count()) === 1)
  return reply
}

test('an answer’s file comes from where answers’ files are', async () => {
  await answerWithFile()
  await first(watch(file), (view) => view.kind === 'here')
  expect(asked[0]).toBe(`files/${file}/whole 0`)
})

test('what was fetched of an answer goes with it at once, for a student chooses nothing', async () => {
  const reply = await answerWithFile()
  await first(watch(file), (view) => view.kind === 'here')
  fake.put({ ...reply, state: 'withdrawn', text: null, files: undefined })
  await fake.passUntil(async () => (await room.db.contents.where({ fileId: file }).count()) === 0)
})

test('what one may see no more is missing, and comes when it is there again', async () => {
  isThere = false
  await untilKind('missing')
  isThere = true
  await classroomContents(room).fetch(photoId, 'whole')
  await untilKind('here')
})

test('the network goes in the middle, and it goes on from there', async () => {
  fake.cut()
  await first(watch(), (view) => view.kind === 'fetching')
  await fake.pass(6_000)
  fake.mend()
  await whenLive(fake, room)
  await untilKind('here')
  expect(asked.filter((one) => one.endsWith(' 0'))).toHaveLength(1)
})

test('while it is tried later, how many devices there are hurries nothing, and being live again does', async () => {
  isAway = true
  const subscription = watch().subscribe(() => undefined)
  await waitFor('a try', () => asked.length > 0 || undefined)
  await fake.pass(0)
  const tries = asked.length
  for (const devices of [13, 14, 15]) {
    await setConnection(room.storage, room.environment, { devices })
    await first(room.connection, (now) => now.devices === devices)
    await fake.pass(0)
  }
  expect(asked).toHaveLength(tries)
  isAway = false
  await setConnection(room.storage, room.environment, { state: 'offline' })
  await first(room.connection, (now) => now.state === 'offline')
  await fake.pass(0)
  await setConnection(room.storage, room.environment, { state: 'live' })
  await waitFor('the next try', () => asked.length > tries || undefined)
  subscription.unsubscribe()
})

const HALF = CLASSROOM_BUDGET_BYTES / 2
const content = (fileId: string, bytes: number, usedAt: number) => ({
  ...{ key: `${fileId}/whole`, fileId, blob: new Blob(['a']), bytes, usedAt },
})
const left = async () => (await room.db.contents.toArray()).map(({ fileId }) => fileId).sort()
const OLDER = '1a6d2f0b-5c0e-4b47-9d1e-6f0f6c7d8e31'
const NEWER = '2b7e3a1c-6d1f-4c58-8e2f-7a1a7d8e9f42'

/** An answer carries these files: what no row names would go for that reason alone. */
async function nameInAnswer(...ids: string[]): Promise<void> {
  const files = ids.map((id) => ({ id, kind: 'document', name: 'a.txt', type: 'text/plain', bytes: HALF }) as const)
  fake.put(replyRow({ id: question, questionId: question, files }))
  await fake.passUntil(async () => (await room.db.replies.count()) === 1)
}

test('what was not looked at for the longest time gives way, and never what is about to be sent', async () => {
  await nameInAnswer(OLDER, NEWER)
  await room.db.contents.bulkPut([
    content(OLDER, HALF / 2, 1),
    content(NEWER, HALF / 2, 2),
    content('waiting', HALF, 0),
  ])
  await room.db.uploads.put({
    ...{ id: 'waiting', conversationId: '', messageId: '', place: 0, name: 'a', type: '', bytes: HALF, as: 'document' },
    ...{
      isReady: true,
      sha256: null,
      description: '',
      state: { kind: 'waiting' },
      sent: 0,
      isCreated: false,
      problem: null,
    },
  })
  await keepVoicePiece(room, question, { piece: new Blob(['said']), type: 'audio/webm', durationMs: 1_000 })
  await untilKind('here')
  expect(await left()).toEqual([NEWER, photoId, 'waiting'].sort())
  expect(await (await findVoiceDraft(room, question))?.blob.text()).toBe('said')
})

test('what is on the screen does not give way to what comes onto it', async () => {
  await nameInAnswer(OLDER)
  await room.db.contents.put(content(OLDER, CLASSROOM_BUDGET_BYTES, room.environment.clock.now() - 1_000))
  await untilKind('here')
  expect(await left()).toEqual([photoId, OLDER].sort())
})

test('a time that is yet to come, of a clock that was wrong, counts as the oldest', async () => {
  const now = room.environment.clock.now()
  const day = 24 * 60 * 60_000
  await nameInAnswer(OLDER, NEWER)
  await room.db.contents.bulkPut([content(OLDER, HALF, now - day), content(NEWER, HALF, now + day)])
  await untilKind('here')
  expect(await left()).toEqual([photoId, OLDER].sort())
})

test('a device without room says so', async () => {
  free = 1_000_000
  await untilKind('no-room')
})
