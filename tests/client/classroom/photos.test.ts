import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  findOwnPhoto,
  keepChosenPhoto,
  removeChosenPhoto,
  retryWithoutPhoto,
  watchChosenPhoto,
} from '../../../client/data/classroom/own-photo.ts'
import type { OpenedClassroom } from '../../../client/data/classroom/opened-classroom.ts'
import { retryRefused, watchRefused } from '../../../client/data/classroom/refused.ts'
import { ask, editQuestion, vote, withdrawQuestion } from '../../../client/data/classroom/student-writing.ts'
import { watchQuestions } from '../../../client/data/classroom/watch-questions.ts'
// Loaded later by what is tested: here at once, for what is loaded takes real time, and the clock of a test is none.
import '../../../client/sync/classroom/carry-photo.ts'
import {
  createFakeRoom,
  type FakeRoom,
  first,
  questionRow,
  readOutbox,
  removeRooms,
  whenLive,
  whenNotLive,
} from './fake-classroom.ts'

let fake: FakeRoom
let room: OpenedClassroom
beforeEach(async () => {
  fake = createFakeRoom()
  room = await fake.openTab().open()
})
afterEach(async () => {
  room.close()
  expect(fake.errors).toEqual([])
  await removeRooms()
})

const BYTES = 200_000
/** As a phone makes it: no two are alike. */
const drawn = (bytes = BYTES) => ({
  content: new Blob([crypto.getRandomValues(new Uint8Array(50_000)), new Uint8Array(bytes - 50_000)]),
  ...{ width: 1_600, height: 1_200, preview: 'AAAA' },
})

async function askWithPhoto(text = 'What is this step?', bytes = BYTES): Promise<string> {
  await keepChosenPhoto(room, drawn(bytes))
  return ask(room, { text, name: null })
}

const questions = () => first(watchQuestions(room), () => true)
const find = async (id: string) => (await questions()).find((question) => question.id === id)
const asked = () => fake.types().filter((type) => type === 'question.ask').length
const stateOf = async (id: string) => (await readOutbox()).find((entry) => entry.id === id)?.state

describe('the photo of a question', () => {
  test('is kept with what is being written, until the question takes it along', async () => {
    await keepChosenPhoto(room, drawn())
    room.close()
    room = await fake.openTab().open()
    const chosen = await first(watchChosenPhoto(room), () => true)
    expect(chosen).toMatchObject({ width: 1_600, isWhole: false })
    await removeChosenPhoto(room)
    expect(await first(watchChosenPhoto(room), () => true)).toBeUndefined()
    const id = await askWithPhoto()
    expect(await first(watchChosenPhoto(room), () => true)).toBeUndefined()
    expect((await findOwnPhoto(room, id))?.size).toBe(BYTES)
    expect(await find(id)).toMatchObject({ state: 'waiting', photo: { source: 'own', bytes: BYTES, sent: 0 } })
  })

  test('goes up in pieces when its question is due, and the question right after it', async () => {
    await whenLive(fake, room)
    const id = await askWithPhoto()
    await fake.passUntil(() => asked() === 1)
    const [command] = fake.asked.map(({ body }) => body.command)
    expect(fake.uploads.steps()).toEqual(['announce', 'piece', 'piece', 'finish'])
    const [upload] = fake.uploads.log
    expect(command).toMatchObject({ type: 'question.ask', id, photo: { id: upload?.id, description: '' } })
    expect(upload?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
    expect(upload?.id).not.toBe(id)
    await fake.passUntil(async () => (await find(id))?.state === 'held')
    expect(await find(id)).toMatchObject({ photo: { source: 'own', sent: 1 } })
  })

  test('goes without cookie, account, or anything else that says whose it is', async () => {
    await whenLive(fake, room)
    await askWithPhoto()
    await fake.passUntil(() => asked() === 1)
    for (const { init, what } of fake.uploads.log) {
      expect(init.credentials, what).toBe('omit')
      const names = [...new Headers(init.headers).keys()].sort()
      const known = [
        'content-type',
        'tus-resumable',
        'upload-length',
        'upload-metadata',
        'upload-offset',
        'x-chatbox-classroom',
      ]
      expect(names.filter((name) => !known.includes(name))).toEqual([])
    }
  })

  test('is stored as often as a small one, however many its pieces are', async () => {
    await whenLive(fake, room)
    let stored = 0
    const note = () => void (stored += 1)
    room.db.photos.hook('creating', note)
    room.db.photos.hook('updating', note)
    const countStores = async (bytes: number) => {
      stored = 0
      const id = await askWithPhoto('Why?', bytes)
      await fake.passUntil(async () => (await find(id))?.state === 'held')
      return stored
    }
    const before = await countStores(50_000)
    const pieces = () => fake.uploads.steps().filter((step) => step === 'piece').length
    expect(pieces()).toBe(1)
    expect(await countStores(4_000_000)).toBe(before)
    expect(pieces()).toBeGreaterThan(5)
  })

  test('goes up alone: one that is due meanwhile is next, and one that had to wait draws a moment of its own anew', async () => {
    // Offline first, and both fall due at the same moment, as when a timer slept.
    fake.cut()
    await whenNotLive(fake, room)
    const ids = [await askWithPhoto('One'), await askWithPhoto('Another')]
    let goOn: () => void = () => undefined
    const stuck = new Promise<undefined>((resolve) => (goOn = () => resolve(undefined)))
    fake.uploads.meet((what) => (what === 'piece' ? stuck : undefined))
    fake.chance(() => 0.25)
    fake.mend()
    await whenLive(fake, room)
    await fake.passUntil(() => fake.uploads.log.length === 1)
    const hurried = await askWithPhoto('A third')
    // The other one is due twice meanwhile, and each time draws anew. A piece may take so long.
    await fake.pass(35_000)
    expect(fake.uploads.steps()).toEqual(['announce'])
    goOn()
    const carriedAt = fake.browser.clock.now()
    await fake.passUntil(() => asked() === 3)
    const runs = fake.uploads.log.filter(({ id }, at) => fake.uploads.log[at - 1]?.id !== id)
    expect(runs).toHaveLength(3)
    const order = fake.asked.map(({ body }) => body.command.id)
    expect(order[1]).toBe(hurried)
    expect([order[0], order[2]].sort()).toEqual([...ids].sort())
    expect(runs[2]?.at ?? 0).toBeGreaterThan(carriedAt + 5_000)
  })

  test('does not hold up what else is done: a vote goes while it is on its way', async () => {
    fake.put(questionRow({ id: '5b0a6c1e-93d4-4f0e-8c57-2a1d9be40f73' }))
    await whenLive(fake, room)
    fake.uploads.meet((what) => (what === 'piece' ? 'wrong_offset' : undefined))
    await askWithPhoto()
    await vote(room, '5b0a6c1e-93d4-4f0e-8c57-2a1d9be40f73')
    await fake.passUntil(() => fake.types().includes('vote.cast'))
    expect(asked()).toBe(0)
  })

  test('goes on from where it broke off, at a moment of its own, and nothing of it is sent twice', async () => {
    await whenLive(fake, room)
    let pieces = 0
    fake.uploads.meet((what) => (what === 'piece' && (pieces += 1) === 2 ? 'lost' : undefined))
    const id = await askWithPhoto()
    await fake.passUntil(() => pieces === 2)
    fake.cut()
    await whenNotLive(fake, room)
    expect(await stateOf(id)).toMatchObject({ kind: 'waiting', departure: { kind: 'queued' }, sent: false })
    const taken = fake.uploads.log.find(({ what }) => what === 'piece')
    expect((await find(id))?.photo?.sent).toBe((taken?.init.body as Blob).size / BYTES)
    fake.chance(() => 0.5)
    fake.mend()
    const before = fake.uploads.log.length
    await whenLive(fake, room)
    const back = fake.browser.clock.now()
    await fake.passUntil(() => asked() === 1)
    const after = fake.uploads.log.slice(before)
    // It does not go with the return of the network, but half a minute later.
    expect(after[0]?.at ?? 0).toBeGreaterThan(back + 25_000)
    expect(after.map(({ what }) => what)).toEqual(['find', 'piece', 'piece', 'finish'])
    const sent = fake.uploads.log.filter(({ what }) => what === 'piece').map(({ init }) => (init.body as Blob).size)
    expect(sent.reduce((sum, size) => sum + size, 0)).toBe(BYTES)
  })

  test('survives a reload in its middle, and its question a week offline', async () => {
    await whenLive(fake, room)
    fake.uploads.meet((what) => (what === 'finish' ? 'lost' : undefined))
    const id = await askWithPhoto()
    await fake.passUntil(() => fake.uploads.log.length >= 3)
    fake.cut()
    await whenNotLive(fake, room)
    await fake.passUntil(async () => (await find(id))?.photo?.sent === 1)
    room.close()
    fake.browser.clock.advance(7 * 24 * 60 * 60_000)
    fake.uploads.meet(() => undefined)
    fake.uploads.held.clear()
    fake.mend()
    room = await fake.openTab().open()
    await fake.passUntil(() => asked() === 1)
    // The server forgot it long ago, and is told of it anew.
    expect(fake.uploads.steps().slice(-5)).toEqual(['find', 'announce', 'piece', 'piece', 'finish'])
    expect((await findOwnPhoto(room, id))?.size).toBe(BYTES)
  })

  test('that was swept before its question came is sent once more, and then given up', async () => {
    await whenLive(fake, room)
    const again: string[] = []
    fake.judge(({ body: { command } }) => {
      if (command.type !== 'question.ask') return undefined
      again.push(command.id)
      if (again.length === 1) fake.uploads.held.clear()
      return undefined
    })
    await askWithPhoto()
    await fake.passUntil(() => again.length === 2)
    expect(fake.uploads.steps().filter((step) => step === 'announce')).toHaveLength(2)
    fake.judge(() => ({ code: 'photo_missing' }))
    const other = await askWithPhoto('Another')
    await fake.passUntil(async () => (await stateOf(other))?.kind === 'refused')
    expect(await stateOf(other)).toMatchObject({ code: 'photo_missing' })
  })

  test('that cannot be taken leaves the question refused with the reason, to be asked again or without it', async () => {
    await whenLive(fake, room)
    fake.uploads.meet((what) => (what === 'finish' ? 'not_a_photo' : undefined))
    const id = await askWithPhoto()
    await fake.passUntil(async () => (await stateOf(id))?.kind === 'refused')
    const [refused] = await first(watchRefused(room), (list) => list.length > 0)
    expect(refused).toMatchObject({ sentence: 'This cannot be shown as a photo.', hasPhoto: true })
    expect(asked()).toBe(0)
    await retryRefused(room, id)
    await fake.passUntil(async () => (await stateOf(id))?.kind === 'refused')
    await retryWithoutPhoto(room, id)
    await fake.passUntil(() => asked() === 1)
    expect(fake.asked.at(-1)?.body.command).not.toHaveProperty('photo')
    expect(await findOwnPhoto(room, id)).toBeUndefined()
  })

  test('waits when the server has no room or no time for it', async () => {
    await whenLive(fake, room)
    fake.uploads.meet((what) => (what === 'announce' && fake.uploads.log.length < 2 ? 'storage_full' : undefined))
    const id = await askWithPhoto()
    await fake.passUntil(async () => {
      const state = await stateOf(id)
      return state?.kind === 'waiting' && state.departure.kind === 'after'
    })
    await fake.passUntil(() => asked() === 1)
  })

  test('is given up with its question, also in the middle', async () => {
    await whenLive(fake, room)
    fake.uploads.meet((what) => (what === 'piece' ? 'wrong_offset' : undefined))
    const id = await askWithPhoto()
    await fake.passUntil(() => fake.uploads.log.length > 1)
    await withdrawQuestion(room, id)
    await fake.pass(5_000)
    expect([asked(), await findOwnPhoto(room, id), await readOutbox()]).toEqual([0, undefined, []])
  })

  test('stays with a question that is changed before it goes', async () => {
    const id = await askWithPhoto()
    await editQuestion(room, id, 'What is the third step?')
    await fake.passUntil(() => asked() === 1)
    expect(fake.asked.at(-1)?.body.command).toMatchObject({ text: 'What is the third step?', photo: {} })
  })

  test('goes from this device when its question is withdrawn', async () => {
    await whenLive(fake, room)
    const id = await askWithPhoto()
    await fake.passUntil(() => asked() === 1)
    await withdrawQuestion(room, id)
    await fake.passUntil(() => fake.types().includes('question.withdraw'))
    await fake.passUntil(async () => (await findOwnPhoto(room, id)) === undefined)
    expect((await find(id))?.photo).toBeNull()
  })

  test('goes from this device, and from the screen at once, when its question is dismissed', async () => {
    await whenLive(fake, room)
    const id = await askWithPhoto()
    await fake.passUntil(async () => (await find(id))?.state === 'held')
    const row = fake.rows().find((one) => one.type === 'question' && one.id === id)
    const dismissed = { ...questionRow({ id }), ...row, state: 'dismissed', reason: 'other', text: null }
    fake.put(dismissed as ReturnType<typeof questionRow>)
    await fake.passUntil(async () => (await find(id))?.state === 'dismissed')
    expect((await find(id))?.photo).toBeNull()
    await fake.passUntil(async () => (await findOwnPhoto(room, id)) === undefined)
  })

  test('is shown from the server once all see it, as to everybody, and to its asker from here until then', async () => {
    await whenLive(fake, room)
    const id = await askWithPhoto()
    await fake.passUntil(async () => (await find(id))?.state === 'held')
    expect((await find(id))?.photo?.source).toBe('own')
    const row = fake.rows().find((one) => one.type === 'question' && one.id === id)
    const photo = { id, width: 1_600, height: 1_200, preview: 'BBBB', bytes: 3 }
    fake.put({ ...questionRow({ id }), ...row, state: 'shown', text: 'Why?', photo } as ReturnType<typeof questionRow>)
    await fake.passUntil(async () => (await find(id))?.state === 'shown')
    expect((await find(id))?.photo).toMatchObject({ source: 'server', preview: 'BBBB' })
  })

  test('is offered again with its question by which the log was put back', async () => {
    await whenLive(fake, room)
    const before = fake.rows()
    const id = await askWithPhoto()
    await fake.passUntil(async () => (await readOutbox()).length === 0 && (await find(id))?.state === 'held')
    fake.restore(before)
    await fake.passUntil(() => asked() === 3)
    expect(fake.uploads.steps().filter((step) => step === 'finish')).toHaveLength(2)
    expect(fake.asked.at(-1)?.body.command).toMatchObject({ id, photo: {} })
  })
})
