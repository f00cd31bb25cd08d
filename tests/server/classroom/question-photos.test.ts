import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { QuestionState } from '../../../shared/classroom/rows.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  ask,
  createTestClassroom,
  edit,
  judge,
  merge,
  putUpload,
  removePhoto,
  set,
  type TestClassroom,
  withdraw,
} from '../../support/classroom.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterAll(() => backend.dispose())

const open = (body: Parameters<typeof createTestClassroom>[0]['body'] = {}) =>
  createTestClassroom({ store: backend.store, body })

/** A question with a photo of its own, and the photo's id. */
async function askWithPhoto(room: TestClassroom, text = 'What is this step?', description?: string) {
  const { id, photoId } = await putUpload(room)
  const asked = ask(text, { photo: { id, description: description ?? '' } })
  await room.accept(asked.command)
  return { ...asked, photoId, uploadId: id }
}

const countContents = async (photoId: string) =>
  (await backend.store.db.selectFrom('photo_content').select('variant').where('photo_id', '=', photoId).execute())
    .length
const photoSeenBy = async (room: TestClassroom, id: string, audience: 'everybody' | 'staff') =>
  (await room.row('question', id, audience)).photo

test('a question with a photo waits for staff by default, and comes with it when they approve it', async () => {
  const room = await open()
  expect(await room.row('classroom', room.id)).toMatchObject({ mode: 'open', photos: 'held' })
  const asked = await askWithPhoto(room, 'Why?', 'A sheet')
  expect(await room.row('question', asked.id)).toMatchObject({ state: 'held', text: null })
  expect(await photoSeenBy(room, asked.id, 'everybody')).toBeUndefined()
  const photo = { id: asked.photoId, width: 1_600, height: 1_200, bytes: 9, description: 'A sheet' }
  expect(await photoSeenBy(room, asked.id, 'staff')).toMatchObject(photo)
  await room.act(judge(asked.id, 'shown'))
  expect(await photoSeenBy(room, asked.id, 'everybody')).toEqual(await photoSeenBy(room, asked.id, 'staff'))
  expect(asked.photoId).not.toBe(asked.uploadId)
})

test('where photos are shown at once a question with one is shown as any other', async () => {
  const room = await open({ photos: 'shown', words: ['forbidden'] })
  const asked = await askWithPhoto(room)
  expect(await room.row('question', asked.id)).toMatchObject({ state: 'shown', photo: { id: asked.photoId } })
  expect(await photoSeenBy(room, asked.id, 'everybody')).not.toHaveProperty('description')
  const held = await askWithPhoto(room, 'Why?', 'A forbidden sheet')
  expect(await room.row('question', held.id)).toMatchObject({ state: 'held' })
  await room.act(set({ photos: 'held' }))
  expect(await room.row('question', (await askWithPhoto(room)).id)).toMatchObject({ state: 'held' })
})

test('where photos are off none is taken, and those that are there stay', async () => {
  const room = await open({ photos: 'shown' })
  const asked = await askWithPhoto(room)
  await room.act(set({ photos: 'off' }))
  const { id } = await putUpload(room)
  expect(await room.codeOf(ask('Why?', { photo: { id, description: '' } }).command)).toBe('photos_off')
  expect(await photoSeenBy(room, asked.id, 'everybody')).toMatchObject({ id: asked.photoId })
  expect(await room.codeOf(ask().command)).toBe('accepted')
})

test('a photo that is not there, not looked at yet, of another classroom or of another question is none', async () => {
  const [room, other] = [await open(), await open()]
  const taken = await askWithPhoto(room)
  const unfinished = await putUpload(room, { photo: null })
  const elsewhere = await putUpload(other)
  for (const id of [randomUUID(), unfinished.id, elsewhere.id, taken.uploadId, taken.photoId]) {
    const asked = ask('Why?', { photo: { id, description: '' } })
    expect(await room.codeOf(asked.command)).toBe('photo_missing')
    expect((await room.rows()).some((row) => row.type === 'question' && row.id === asked.id)).toBe(false)
  }
  expect(await other.codeOf(ask('Why?', { photo: { id: elsewhere.id, description: '' } }).command)).toBe('accepted')
})

test('one photo comes to one question, also when two name it at once, and a question sent twice has it once', async () => {
  const room = await open()
  const { id } = await putUpload(room)
  const [one, two] = [ask('One', { photo: { id, description: '' } }), ask('Two', { photo: { id, description: '' } })]
  const codes = await Promise.all([one, two].map(({ command }) => room.codeOf(command)))
  expect(codes.sort()).toEqual(['accepted', 'photo_missing'])
  const [kept] = (await room.rows('staff')).filter((row) => row.type === 'question')
  const again = kept?.id === one.id ? one : two
  expect(await room.codeOf(again.command)).toBe('accepted')
  expect(await photoSeenBy(room, again.id, 'staff')).toBeDefined()
})

test('what is refused for another reason leaves the photo to be named again', async () => {
  const room = await open({ mode: 'closed' })
  const { id } = await putUpload(room)
  const asked = ask('Why?', { photo: { id, description: '' } })
  expect(await room.codeOf(asked.command)).toBe('closed')
  await room.act(set({ mode: 'open' }))
  expect(await room.codeOf(asked.command)).toBe('accepted')
})

const states: [QuestionState, everybody: boolean, staff: boolean, kept: boolean][] = [
  ['shown', true, true, true],
  ['held', false, true, true],
  ['rephrase', false, true, true],
  ['merged', false, true, true],
  ['dismissed', false, false, false],
  ['withdrawn', false, false, false],
]
test.each(states)(
  'the photo of a question that is %s: told to the room %s, to staff %s, kept %s',
  async (state, toEverybody, toStaff, isKept) => {
    const room = await open({ photos: 'shown' })
    const asked = await askWithPhoto(room)
    if (state === 'withdrawn') await room.accept(withdraw(asked.id, asked.receipt))
    else if (state === 'merged') {
      const into = ask('Another')
      await room.accept(into.command)
      await room.act(merge(asked.id, into.id))
    } else await room.act(judge(asked.id, state, { reason: state === 'dismissed' ? 'other' : null }))
    expect((await photoSeenBy(room, asked.id, 'everybody')) !== undefined).toBe(toEverybody)
    expect((await photoSeenBy(room, asked.id, 'staff')) !== undefined).toBe(toStaff)
    expect(await countContents(asked.photoId)).toBe(isKept ? 2 : 0)
    const told = JSON.stringify([await room.rows('staff'), await room.rows()])
    expect(told.includes(asked.photoId)).toBe(toStaff)
  },
)

test('a question that was dismissed comes back without its photo', async () => {
  const room = await open()
  const asked = await askWithPhoto(room)
  await room.act(judge(asked.id, 'dismissed', { reason: 'other' }), judge(asked.id, 'shown'))
  expect(await room.row('question', asked.id)).toMatchObject({ state: 'shown', text: 'What is this step?' })
  expect(await photoSeenBy(room, asked.id, 'staff')).toBeUndefined()
})

test('staff take a photo off a question for good, and the question stays', async () => {
  const room = await open()
  const asked = await askWithPhoto(room)
  await room.act(removePhoto(asked.id), judge(asked.id, 'shown'), removePhoto(asked.id))
  expect(await room.row('question', asked.id)).toMatchObject({ state: 'shown', text: 'What is this step?' })
  expect(await countContents(asked.photoId)).toBe(0)
  expect(await room.staffCodeOf(removePhoto(randomUUID()))).toBe('not_found')
})

test('a question that is given back with its photo waits again, one that was approved does not', async () => {
  const room = await open()
  const [given, approved] = [await askWithPhoto(room), await askWithPhoto(room)]
  await room.act(judge(given.id, 'rephrase'), judge(approved.id, 'shown'))
  await room.accept(edit(given.id, given.receipt))
  await room.accept(edit(approved.id, approved.receipt))
  expect(await room.row('question', given.id)).toMatchObject({ state: 'held' })
  expect(await room.row('question', approved.id)).toMatchObject({ state: 'shown', text: 'Edited' })
  expect(await photoSeenBy(room, approved.id, 'everybody')).toMatchObject({ id: approved.photoId })
})

test('a word that holds a question holds it in the description of its photo too, when it is edited', async () => {
  const room = await open({ photos: 'shown' })
  const asked = await askWithPhoto(room, 'Why?', 'A cat')
  await room.act(set({ words: ['cat'] }))
  await room.accept(edit(asked.id, asked.receipt))
  expect(await room.row('question', asked.id, 'staff')).toMatchObject({ state: 'held' })
})
