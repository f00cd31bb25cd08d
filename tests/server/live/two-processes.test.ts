import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Bus, BusListener } from '../../../server/bus/bus.ts'
import { GONE_AFTER_MS } from '../../../server/live/attendance.ts'
import { createHub, type Hub } from '../../../server/live/hub.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { TYPING_TTL_MS } from '../../../shared/protocol/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type BusPair, createBusPair } from '../../support/bus.ts'
import { addMembers, type Campus, createCampus, removeMember, send } from '../../support/campus.ts'
import { createDevice } from '../../support/device.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { type Listening, listenTo } from '../../support/subscriber.ts'
import { waitFor } from '../../support/wait-for.ts'

// Two servers' parts on one database: A takes, and B's subscribers hear. In memory both share the
// bus, over Redis each has its own end of it.

interface Process {
  campus: Campus
  hub: Hub
  clock: FakeClock
  /** Loses every word that comes to it while true. */
  isDeaf: boolean
}

let backend: Backend
let buses: BusPair
let a: Process
let b: Process
let ann: string
let ben: string
const errors: unknown[] = []
beforeEach(async () => {
  errors.length = 0
  backend = await createBackend()
  buses = await createBusPair(backend, (error) => errors.push(error))
  a = startProcess(buses.near)
  b = startProcess(buses.far)
  ann = await a.campus.register('Ann')
  ben = await b.campus.register('Ben')
  await a.hub.start()
  await b.hub.start()
})
afterEach(async () => {
  a.hub.close()
  b.hub.close()
  const reported = [...errors]
  await buses.close()
  await backend.dispose()
  expect(reported).toEqual([])
})

function startProcess(bus: Bus): Process {
  const store = backend.openStore()
  const clock = createFakeClock()
  const hears = (work: () => void) => {
    if (!process.isDeaf) work()
  }
  const lossy: Bus = {
    ...bus,
    listen: (listener: BusListener) =>
      bus.listen({
        onBatch: (batch) => hears(() => listener.onBatch(batch)),
        onSessionsEnded: (ids) => hears(() => listener.onSessionsEnded(ids)),
        onResumed: () => listener.onResumed(),
      }),
  }
  const process: Process = {
    campus: createCampus({ store, bus }),
    hub: createHub({ log: CAMPUS_LOG, store, bus: lossy, clock, onError: (error) => errors.push(error) }),
    clock,
    isDeaf: false,
  }
  return process
}

async function listenLive(process: Process, userId: string): Promise<Listening> {
  const listening = listenTo(process.hub, userId)
  const head = await waitFor('the head', async () =>
    (await process.campus.head()) === process.hub.position ? process.hub.position : undefined,
  )
  await listening.subscription.resume(process.hub.epoch, head)
  expect(listening.take()).toEqual([{ type: 'live', log: CAMPUS_LOG }])
  return listening
}
const textsOf = (listening: Listening) => listening.rows().flatMap((row) => (row.type === 'message' ? [row.text] : []))
const told = (listening: Listening, count: number) =>
  waitFor(`${count} messages`, () => (textsOf(listening).length >= count ? textsOf(listening) : undefined))

test('what A takes, B’s subscribers hear, in the order of the log', async () => {
  const listening = await listenLive(b, ben)
  const texts = Array.from({ length: 20 }, (_, index) => `${index}`)
  for (const text of texts) await a.campus.accept(ann, send(undefined, text))
  expect(await told(listening, 20)).toEqual(texts)
})
test('what both take in turn is heard by both in one order, without a gap', async () => {
  const [atA, atB] = [await listenLive(a, ann), await listenLive(b, ben)]
  for (let index = 0; index < 20; index += 1) {
    await (index % 2 ? a : b).campus.accept(index % 2 ? ann : ben, send(undefined, `${index}`))
  }
  const expected = Array.from({ length: 20 }, (_, index) => `${index}`)
  expect(await told(atA, 20)).toEqual(expected)
  expect(await told(atB, 20)).toEqual(expected)
  for (const listening of [atA, atB]) {
    const steps = listening.frames.flatMap((frame) => (frame.type === 'rows' ? [frame] : []))
    expect(steps.slice(1).map(({ from }) => from)).toEqual(steps.slice(0, -1).map(({ to }) => to))
  }
})
test('what A said and B did not hear is filled in with the next word', async () => {
  const listening = await listenLive(b, ben)
  b.isDeaf = true
  await a.campus.accept(ann, send(undefined, 'lost'))
  await waitFor('A', async () => (a.hub.position === (await a.campus.head()) ? true : undefined))
  b.isDeaf = false
  await a.campus.accept(ann, send(undefined, 'heard'))
  expect(await told(listening, 2)).toEqual(['lost', 'heard'])
})
test('what A said and B never hears is found by polling', async () => {
  const listening = await listenLive(b, ben)
  b.isDeaf = true
  await a.campus.accept(ann, send(undefined, 'lost'))
  await waitFor('the message', () => {
    b.clock.advance(1_000)
    return textsOf(listening).length > 0 ? true : undefined
  })
  expect(textsOf(listening)).toEqual(['lost'])
})
test('whom A removes hears nothing more at B, whether or not the word arrives', async () => {
  for (const isDeaf of [false, true]) {
    const group = await a.campus.group(ann, ben)
    const listening = await listenLive(b, ben)
    b.isDeaf = isDeaf
    await a.campus.accept(ann, removeMember(group, ben))
    await a.campus.accept(ann, send(group, 'for members'))
    b.isDeaf = false
    await a.campus.accept(ann, send(undefined, 'for all'))
    await waitFor('the word', () => listening.frames.find(({ type }) => type === 'behind'))
    expect(textsOf(listening)).toEqual([])
    listening.subscription.remove()
  }
})
test('whom A adds is put behind at B, and finds everything by a pull there', async () => {
  const device = createDevice(b.campus.store, ben)
  await device.pullAll()
  const group = await a.campus.group(ann)
  await a.campus.accept(ann, send(group, 'early'))
  const listening = await listenLive(b, ben)
  await a.campus.accept(ann, addMembers(group, ben), send(group, 'late'))
  await waitFor('the word', () => listening.frames.find(({ type }) => type === 'behind'))
  await device.pullAll()
  expect(device.messages(group).map(({ text }) => text)).toEqual(['early', 'late'])
})
test('a session that A ends is ended at B', async () => {
  const listening = await listenLive(b, ben)
  const [sessionId = ''] = b.hub.listSessions()
  buses.near.publishSessionsEnded([sessionId])
  await waitFor('the end', () => (listening.isEnded() ? true : undefined))
})
test('a wait at B ends with what A takes', async () => {
  const cursor = await b.campus.head()
  const done = b.hub.waitForNews(ben, 'poll', cursor, new AbortController().signal)
  await a.campus.accept(ann, send())
  await done
})
test('who types at A is told at B, and who comes and goes there', async () => {
  const group = await a.campus.group(ann, ben)
  const listening = listenTo(b.hub, ben)
  const told = (count: number) =>
    waitFor(`${count} frames`, () => (listening.frames.length >= count ? listening.frames : undefined))
  await listening.attend().take({ type: 'watch', conversationId: group, userIds: [ann] })
  const annThere = listenTo(a.hub, ann).attend()
  await told(1)
  await annThere.take({ type: 'typing', conversationId: group })
  await told(2)
  annThere.leave()
  a.clock.advance(GONE_AFTER_MS)
  b.clock.advance(GONE_AFTER_MS)
  expect(await told(3)).toEqual([
    { type: 'presence', userId: ann, state: 'there', lastSeenAt: null },
    { type: 'typist', conversationId: group, userId: ann, ttlMs: TYPING_TTL_MS },
    { type: 'presence', userId: ann, state: 'away', lastSeenAt: a.clock.now() - GONE_AFTER_MS },
  ])
})
