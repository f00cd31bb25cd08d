import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findVoiceDraft, keepVoicePiece } from '../../../client/data/files/voice-draft.ts'
import { ClassroomDatabase, deskDatabaseName, NOT_CONNECTED } from '../../../client/sync/classroom/database.ts'
import { followUnnamed } from '../../../client/sync/classroom/remove-unnamed.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { settle } from '../../sim/scheduler.ts'
import { questionRow } from './fake-classroom.ts'

let db: ClassroomDatabase
let clock: ReturnType<typeof createFakeClock>
let errors: unknown[]
let stop: () => void

beforeEach(async () => {
  db = new ClassroomDatabase(deskDatabaseName('lena', 'room'))
  clock = createFakeClock()
  errors = []
  await connect('live')
  stop = followUnnamed(db, { clock, choosesFiles: true, onError: (error) => errors.push(error) })
})
afterEach(async () => {
  stop()
  await db.delete()
  expect(errors).toEqual([])
})

const connect = (state: 'live' | 'offline', devices = 12) => db.meta.put({ ...NOT_CONNECTED, state, devices })
const put = (fileId: string, usedAt = 0) =>
  db.contents.put({ key: `${fileId}/whole`, fileId, blob: new Blob(['a']), bytes: 1, usedAt })
/** Turns of the event loop: a database in memory takes a few for each transaction. */
const pass = async () => {
  for (let turn = 0; turn < 20; turn += 1) await settle()
}
const held = async () => (await db.contents.toArray()).map(({ fileId }) => fileId)

test('what no row names goes, but while rows come anew or the network is away', async () => {
  await connect('offline')
  await put('unnamed')
  await pass()
  expect(await held()).toEqual(['unnamed'])
  await connect('live')
  await vi.waitFor(async () => expect(await held()).toEqual([]))
})

test('a recording is no content, whatever it is of', async () => {
  await keepVoicePiece({ db }, 'whole', { piece: new Blob(['said']), type: 'audio/webm', durationMs: 1_000 })
  await put('unnamed')
  await vi.waitFor(async () => expect(await held()).toEqual([]))
  expect(await (await findVoiceDraft({ db }, 'whole'))?.blob.text()).toBe('said')
})

test('how many devices there are changes nothing of it, and nothing is read for that', async () => {
  await put('photo-one')
  await db.questions.put(questionRow({ id: 'one', photo: { id: 'p', width: 1, height: 1, preview: 'AAAA', bytes: 1 } }))
  const reads = vi.spyOn(db.contents, 'orderBy')
  await put('photo-two')
  await vi.waitFor(async () => expect(await held()).toEqual(['photo-one']))
  await pass()
  reads.mockClear()
  for (let devices = 13; devices < 20; devices += 1) {
    await connect('live', devices)
    await pass()
  }
  expect(reads).not.toHaveBeenCalled()
})

test('what was just chosen is looked at again, once, and nothing is left running when it ends', async () => {
  await put('chosen', clock.now())
  await vi.waitFor(() => expect(clock.waiting()).toBe(1))
  await Promise.all([put('another', clock.now()), put('a third', clock.now())])
  await pass()
  expect(clock.waiting()).toBe(1)
  clock.advance(60_000)
  await vi.waitFor(async () => expect(await held()).toEqual([]))
  await pass()
  expect(clock.waiting()).toBe(0)
})

test('it ends also in the middle of a look', async () => {
  await put('chosen', clock.now())
  await vi.waitFor(() => expect(clock.waiting()).toBe(1))
  clock.advance(60_000)
  stop()
  db.close({ disableAutoOpen: false })
  await pass()
  expect([errors, clock.waiting()]).toEqual([[], 0])
})
