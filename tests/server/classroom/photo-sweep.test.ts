import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startSweepingPhotos, sweepPhotos } from '../../../server/classroom/photos/sweep-photos.ts'
import { PHOTO_UPLOAD_KEPT_MS, TIME_STEP_MS } from '../../../shared/classroom/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { ask, createTestClassroom, judge, putUpload, type TestClassroom, withdraw } from '../../support/classroom.ts'
import { waitFor } from '../../support/wait-for.ts'

let backend: Backend
let room: TestClassroom
beforeAll(async () => {
  backend = await createBackend()
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  room = await createTestClassroom({ store: backend.store, body: { photos: 'shown' } })
})

const parts = () => ({ store: backend.store, now: room.clock.now })
const listUploads = async () =>
  (await backend.store.db.selectFrom('photo_upload').select('id').where('classroom_id', '=', room.id).execute()).map(
    ({ id }) => id,
  )
const listKept = async () =>
  (
    await backend.store.db.selectFrom('photo_content').select('photo_id').where('classroom_id', '=', room.id).execute()
  ).map(({ photo_id }) => photo_id)
const countPieces = async () =>
  (await backend.store.db.selectFrom('photo_piece').select('start').where('classroom_id', '=', room.id).execute())
    .length

test('what no question names goes an hour after its last piece, whole or not, and what one names stays', async () => {
  const finished = await putUpload(room)
  const begun = await putUpload(room, { photo: null, received: 5 })
  await backend.store.db
    .insertInto('photo_piece')
    .values({ upload_id: begun.id, start: 0, classroom_id: room.id, content: Buffer.from('piece') })
    .execute()
  const named = await putUpload(room)
  const asked = ask('Why?', { photo: { id: named.id, description: '' } })
  await room.accept(asked.command)
  room.clock.advance(PHOTO_UPLOAD_KEPT_MS - TIME_STEP_MS)
  await sweepPhotos(parts())
  expect((await listUploads()).sort()).toEqual([finished.id, begun.id].sort())
  const fresh = await putUpload(room)
  room.clock.advance(2 * TIME_STEP_MS)
  await sweepPhotos(parts())
  expect(await listUploads()).toEqual([fresh.id])
  expect(await countPieces()).toBe(0)
  expect(new Set(await listKept())).toEqual(new Set([named.photoId, fresh.photoId]))
  expect(await room.row('question', asked.id)).toMatchObject({ photo: { id: named.photoId } })
  // It waited for too long, and is sent once more.
  expect(await room.codeOf(ask('Why?', { photo: { id: finished.id, description: '' } }).command)).toBe('photo_missing')
})

test('what is swept while a question names it is either there or missing, never half', async () => {
  const uploads = await Promise.all(Array.from({ length: 8 }, () => putUpload(room)))
  room.clock.advance(2 * PHOTO_UPLOAD_KEPT_MS)
  const asked = uploads.map(({ id }) => ask('Why?', { photo: { id, description: '' } }))
  const [, ...codes] = await Promise.all([sweepPhotos(parts()), ...asked.map(({ command }) => room.codeOf(command))])
  for (const [index, code] of codes.entries()) {
    const { photoId } = uploads[index] ?? { photoId: '' }
    expect(['accepted', 'photo_missing']).toContain(code)
    expect((await listKept()).filter((id) => id === photoId)).toHaveLength(code === 'accepted' ? 2 : 0)
  }
  expect(await listUploads()).toEqual([])
})

test.each(['withdrawn', 'dismissed'] as const)(
  'what a process of the version before leaves on a question that is %s is seen by nobody, and goes',
  async (state) => {
    const { id, photoId } = await putUpload(room)
    const asked = ask('Why?', { photo: { id, description: '' } })
    await room.accept(asked.command)
    const { photo } = await backend.store.db
      .selectFrom('question')
      .selectAll()
      .where('id', '=', asked.id)
      .executeTakeFirstOrThrow()
    if (state === 'withdrawn') await room.accept(withdraw(asked.id, asked.receipt))
    else await room.act(judge(asked.id, state, { reason: 'other' }))
    await backend.store.db.updateTable('question').set({ photo }).where('id', '=', asked.id).execute()
    await backend.store.db
      .insertInto('photo_content')
      .values({
        ...{ photo_id: photoId, variant: 'whole', classroom_id: room.id, bytes: 1 },
        ...{ type: 'image/jpeg', content: Buffer.from('a') },
      })
      .execute()
    expect(await room.row('question', asked.id, 'staff')).not.toHaveProperty('photo')
    await sweepPhotos(parts())
    expect(await listKept()).toEqual([])
    const after = await backend.store.db.selectFrom('question').select('photo').where('id', '=', asked.id).execute()
    expect(after).toEqual([{ photo: null }])
  },
)

test('of a classroom that a process of the version before deleted nothing is left', async () => {
  await putUpload(room)
  await backend.store.db
    .insertInto('reply_file')
    .values({ file_id: randomUUID(), reply_id: randomUUID(), classroom_id: room.id })
    .execute()
  await backend.store.db.deleteFrom('classroom').where('id', '=', room.id).execute()
  await sweepPhotos(parts())
  expect([await listUploads(), await listKept()]).toEqual([[], []])
  const links = await backend.store.db
    .selectFrom('reply_file')
    .selectAll()
    .where('classroom_id', '=', room.id)
    .execute()
  expect(links).toEqual([])
})

test('it is swept at the start, and again and again, until it ends', async () => {
  const first = await putUpload(room)
  room.clock.advance(2 * PHOTO_UPLOAD_KEPT_MS)
  const stop = startSweepingPhotos(parts(), room.clock, (error) => expect.unreachable(String(error)))
  await waitFor('the first', async () => ((await listUploads()).includes(first.id) ? undefined : true))
  const second = await putUpload(room)
  room.clock.advance(2 * PHOTO_UPLOAD_KEPT_MS)
  await waitFor('the second', async () => ((await listUploads()).includes(second.id) ? undefined : true))
  await stop()
})
