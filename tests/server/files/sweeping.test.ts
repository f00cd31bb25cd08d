import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sweepFiles } from '../../../server/files/sweep-files.ts'
import { sweepHome } from '../../../server/files/sweep-home.ts'
import { startSweeping } from '../../../server/files/sweeping.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, remove, send } from '../../support/campus.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { createMemoryHome, type MemoryHome } from '../../support/memory-home.ts'
import { waitFor } from '../../support/wait-for.ts'
import { openFiles, type OpenFiles } from './open-files.ts'
import { type ExampleFile, exampleFile } from './upload-calls.ts'

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS

let backend: Backend
let campus: Campus
let clock: FakeClock
let home: MemoryHome
let room: OpenFiles
let ann: string
let bob: string
let conversation: string
beforeEach(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
  clock = createFakeClock()
  home = createMemoryHome(clock.now)
  room = openFiles(backend.store, { home, now: clock.now })
  ann = await campus.register()
  bob = await campus.register()
  conversation = await campus.direct(ann, bob)
})
afterEach(async () => {
  expect(room.errors).toEqual([])
  await backend.dispose()
})

async function put(userId = ann, file = exampleFile(randomBytes(100))): Promise<ExampleFile> {
  await room.put(userId, file)
  return file
}

async function sendWith(file: ExampleFile, userId = ann, to = conversation): Promise<ReturnType<typeof send>> {
  const message = send(to, '', { files: [{ id: file.id, description: '' }] })
  await campus.accept(userId, message)
  return message
}

const countRows = async (table: 'file' | 'file_content') =>
  (await backend.store.db.selectFrom(table).select('id').execute()).length

test('what nobody has asked about for a day goes, with its bytes; what somebody has asked about stays', async () => {
  const finished = await put()
  const begun = exampleFile(randomBytes(100))
  await room.create(ann, begun)
  await room.patch(ann, begun, 0, begun.bytes.subarray(0, 10))
  clock.advance(DAY_MS - HOUR_MS)
  const asked = await put()
  await room.files.finish(ann, finished.id)
  clock.advance(2 * HOUR_MS)
  await sweepFiles(room.parts)
  const left = await backend.store.db.selectFrom('file').select('id').orderBy('id').execute()
  expect(left.map(({ id }) => id)).toEqual([finished.id, asked.id].sort())
  expect(home.list()).toHaveLength(2)
  clock.advance(DAY_MS)
  await sweepFiles(room.parts)
  expect([await countRows('file'), await countRows('file_content'), home.list()]).toEqual([0, 0, []])
})

test('what a message carries stays, however old it gets', async () => {
  const file = await put()
  await sendWith(file)
  for (let year = 0; year < 3; year += 1) {
    clock.advance(365 * DAY_MS)
    await sweepFiles(room.parts)
    expect(await room.files.find(bob, file.id, 'whole')).toBeDefined()
  }
  expect(home.list()).toHaveLength(1)
})

test('what was deleted goes at the next look, unless another message carries it', async () => {
  const file = await put()
  const message = await sendWith(file)
  const group = await campus.group(bob)
  const from = { conversationId: conversation, messageId: message.id }
  const forward = send(group, '', { files: [{ id: file.id, description: '', from }], forwarded: true })
  await campus.accept(bob, forward)
  await campus.accept(ann, remove(conversation, message.id))
  await sweepFiles(room.parts)
  expect(await room.files.find(bob, file.id, 'whole')).toBeDefined()
  await campus.accept(bob, remove(group, forward.id))
  await sweepFiles(room.parts)
  expect([await countRows('file'), await countRows('file_content'), home.list()]).toEqual([0, 0, []])
})

test('content of several files stays until the last of them goes', async () => {
  const bytes = randomBytes(100)
  const first = await put(ann, exampleFile(bytes))
  const second = await put(ann, exampleFile(bytes))
  const messages = [await sendWith(first), await sendWith(second)]
  expect(await countRows('file_content')).toBe(1)
  await campus.accept(ann, remove(conversation, messages[0]?.id ?? ''))
  await sweepFiles(room.parts)
  expect([await countRows('file'), home.list().length]).toEqual([1, 1])
  await campus.accept(ann, remove(conversation, messages[1]?.id ?? ''))
  await sweepFiles(room.parts)
  expect(home.list()).toEqual([])
})

test('a message that begins to carry a file while it is swept either has it or is refused', async () => {
  const other = openFiles(backend.openStore(), { home, now: clock.now })
  const outcomes = new Set<string>()
  const last = 29
  for (let round = 0; round <= last; round += 1) {
    const file = await put()
    clock.advance(2 * DAY_MS)
    const message = send(conversation, '', { files: [{ id: file.id, description: '' }] })
    const sending = async () => campus.codeOf(ann, message)
    const sweeps = () => Promise.all([sweepFiles(room.parts), sweepFiles(other.parts)])
    // First before the sweep, then at another step of it each time, and at last behind it.
    const sweeping = round === 0 ? undefined : sweeps()
    await (round === last ? sweeping : setTimeout(round))
    const outcome = await sending()
    await (sweeping ?? sweeps())
    const found = await room.files.find(bob, file.id, 'whole')
    expect([outcome, found !== undefined]).toEqual(
      outcome === 'accepted' ? ['accepted', true] : ['file_missing', false],
    )
    if (found !== undefined) expect(await home.has(found)).toBe(true)
    outcomes.add(outcome)
  }
  expect(outcomes).toEqual(new Set(['accepted', 'file_missing']))
})

test('who goes on with an upload between the look and the sweep of it loses nothing', async () => {
  const begun = exampleFile(randomBytes(100))
  await room.create(ann, begun)
  await room.patch(ann, begun, 0, begun.bytes.subarray(0, 10))
  clock.advance(2 * DAY_MS)
  const goOn = () => room.patch(ann, begun, 10, begun.bytes.subarray(10))
  const { store } = room.parts
  const late = {
    ...store,
    write: async <Answer>(work: Parameters<typeof store.write<Answer>>[0]) => {
      await goOn()
      return store.write(work)
    },
  }
  await sweepFiles({ ...room.parts, store: late })
  expect(await room.files.finish(ann, begun.id)).toMatchObject({ bytes: 100 })
})

test('who announces what is there already gets it whole, or sends it, while it is swept', async () => {
  for (let round = 0; round < 20; round += 1) {
    const bytes = randomBytes(50)
    await put(ann, exampleFile(bytes))
    clock.advance(2 * DAY_MS)
    const again = exampleFile(bytes)
    await Promise.all([room.create(ann, again), sweepFiles(room.parts)])
    const { content_id: contentId } = await backend.store.db
      .selectFrom('file')
      .select('content_id')
      .where('id', '=', again.id)
      .executeTakeFirstOrThrow()
    expect(contentId === null || (await home.has({ contentId, variant: 'whole' }))).toBe(true)
  }
})

test('bytes without a row go at the second look, what is young or wanted stays', async () => {
  const wanted = await put()
  await sendWith(wanted)
  const begun = exampleFile(randomBytes(100))
  await room.create(ann, begun)
  await room.patch(ann, begun, 0, begun.bytes.subarray(0, 10))
  const lost = { contentId: randomUUID(), variant: 'whole' } as const
  await home.append('lost-upload', 0, toParts('lost'))
  await home.withUpload('lost-upload', ({ path }) => home.keep(lost, path))
  const before = home.list().sort()
  expect(await sweepHome(room.parts, new Set())).toEqual(new Set())
  clock.advance(DAY_MS + HOUR_MS)
  const strays = await sweepHome(room.parts, new Set())
  expect([home.list().sort(), strays.size]).toEqual([before, 2])
  await sweepHome(room.parts, strays)
  expect(home.list()).toHaveLength(2)
  expect(await room.files.find(bob, wanted.id, 'whole')).toBeDefined()
  expect(await home.countUploaded(begun.id)).toBe(10)
})

test('content whose file went when its process ended goes', async () => {
  await put()
  await backend.store.db.deleteFrom('file').execute()
  await sweepHome(room.parts, new Set())
  expect([await countRows('file_content'), home.list()]).toEqual([0, []])
})

test('it sweeps when it starts, and every ten minutes', async () => {
  const message = await sendWith(await put())
  const later = await sendWith(await put())
  await campus.accept(ann, remove(conversation, message.id))
  const stop = startSweeping(room.parts, clock)
  await waitFor('the first look', async () => (await countRows('file')) === 1 || undefined)
  await campus.accept(ann, remove(conversation, later.id))
  await waitFor('the next look', async () => {
    clock.advance(10 * 60_000)
    return (await countRows('file')) === 0 || undefined
  })
  await stop()
})

async function* toParts(text: string): AsyncIterable<Buffer> {
  yield Buffer.from(text)
}
