import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Bus } from '../../../server/bus/bus.ts'
import { sessionsEnded } from '../../../server/bus/channels.ts'
import { SEEN_STEP_MS } from '../../../server/accounts/session-life.ts'
import type { Hub } from '../../../server/live/hub.ts'
import { createOpenSessions } from '../../../server/live/open-sessions.ts'
import type { KindTypes } from '../../../server/log/kind.ts'
import type { Store } from '../../../server/store/store.ts'
import { fromClassroomLog } from '../../../shared/classroom/fields.ts'
import { TYPING_TTL_MS } from '../../../shared/protocol/limits.ts'
import {
  type AnyLog,
  createWriter,
  findPosition,
  openCampusLog,
  openClassroomLog,
  openHubs,
  type Writer,
} from '../../support/any-log.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type BusPair, createBusPair, waitUntilHeard } from '../../support/bus.ts'
import { addMembers, type Campus, createCampus, removeMember, send } from '../../support/campus.ts'
import { createDevice } from '../../support/device.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { followLog, type TestFollower } from '../../support/follower.ts'
import { type CampusLive, openClassroomsLive, startCampusLive } from '../../support/live.ts'
import { attend } from '../../support/process.ts'
import { waitFor } from '../../support/wait-for.ts'

// Two servers' parts on one database: A takes, and B's followers hear. In memory both share the
// bus, over Redis each has its own end of it.

let backend: Backend
let buses: BusPair
const errors: unknown[] = []
beforeEach(async () => {
  errors.length = 0
  backend = await createBackend()
  buses = await createBusPair(backend, (error) => errors.push(error))
})
afterEach(async () => {
  const reported = [...errors]
  await buses.close()
  await backend.dispose()
  expect(reported).toEqual([])
})

/** An end of the bus that loses every word that comes to it while it is deaf. */
function createLossy(bus: Bus) {
  const ears = { isDeaf: false }
  const lossy: Bus = {
    ...bus,
    listen: (channel, listener) =>
      bus.listen(channel, (word) => {
        if (!ears.isDeaf) listener(word)
      }),
  }
  return { lossy, ears }
}

function testTwoProcesses<Types extends KindTypes>(openLog: (store: Store) => Promise<AnyLog<Types>>): void {
  interface Process {
    writer: Writer<Types>
    hub: Hub<Types>
    clock: FakeClock
    ears: { isDeaf: boolean }
    close(): void
  }
  let log: AnyLog<Types>
  let a: Process
  let b: Process
  beforeEach(async () => {
    log = await openLog(backend.store)
    a = startProcess(buses.near)
    b = startProcess(buses.far)
    await a.hub.findPosition()
    await b.hub.findPosition()
    await waitUntilHeard(buses.near, buses.far)
    await waitUntilHeard(buses.far, buses.near)
  })
  afterEach(() => {
    a.close()
    b.close()
    expect([...a.writer.errors, ...b.writer.errors]).toEqual([])
  })

  function startProcess(bus: Bus): Process {
    const store = backend.openStore()
    const clock = createFakeClock()
    const { lossy, ears } = createLossy(bus)
    const hubs = openHubs(log, { store, bus: lossy, clock, onError: (error) => errors.push(error) })
    // On SQLite they share the connection that writes: two in one process would wait for each other in vain.
    const writer = createWriter(log, { bus })
    return { writer, hub: hubs.keep(log.log), clock, ears, close: hubs.close }
  }
  async function followLive({ hub }: Process): Promise<TestFollower<Types['row']>> {
    const follower = followLog(hub, log.reader)
    const { head, lineage } = await waitFor('the head', async () => {
      const found = await findPosition(log)
      return found.head === hub.position.head ? found : undefined
    })
    await follower.resume(head, lineage.id)
    expect(follower.take()).toEqual([{ type: 'live' }])
    return follower
  }
  const textsOf = (follower: TestFollower<Types['row']>) => follower.rows().flatMap((row) => log.textOf(row) ?? [])
  const told = (follower: TestFollower<Types['row']>, count: number) =>
    waitFor(`${count} texts`, () => (textsOf(follower).length >= count ? textsOf(follower) : undefined))
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}`)

  test('what A takes, B’s followers hear, in the order of the log', async () => {
    const follower = await followLive(b)
    for (const text of numbers(20)) await a.writer.accept(log.add(text))
    expect(await told(follower, 20)).toEqual(numbers(20))
  })
  test('what both take in turn is heard by both in one order, without a gap, and puts nobody behind', async () => {
    const both = [await followLive(a), await followLive(b)]
    for (const text of numbers(20)) await (Number(text) % 2 ? a : b).writer.accept(log.add(text))
    for (const follower of both) {
      expect(await told(follower, 20)).toEqual(numbers(20))
      const steps = follower.frames.flatMap((frame) => ('from' in frame && frame.from !== null ? [frame] : []))
      expect(steps.slice(1).map(({ from }) => from)).toEqual(steps.slice(0, -1).map(({ to }) => to))
      expect(follower.frames.map(({ type }) => type)).not.toContain('behind')
    }
  })
  test('what both take at once is heard by both, once and in one order', async () => {
    const both = [await followLive(a), await followLive(b)]
    await Promise.all(numbers(40).map((text) => (Number(text) % 2 ? a : b).writer.accept(log.add(text))))
    const [atA = [], atB = []] = await Promise.all(both.map((follower) => told(follower, 40)))
    expect(atA).toEqual(atB)
    expect([...atA].sort()).toEqual(numbers(40).sort())
  })
  test('what A said and B did not hear is filled in with the next word', async () => {
    const [atA, follower] = [await followLive(a), await followLive(b)]
    b.ears.isDeaf = true
    await a.writer.accept(log.add('lost'))
    await told(atA, 1)
    await waitUntilHeard(buses.near, buses.far)
    b.ears.isDeaf = false
    await a.writer.accept(log.add('heard'))
    expect(await told(follower, 2)).toEqual(['lost', 'heard'])
  })
  test('what A said and B never hears is found by polling', async () => {
    const follower = await followLive(b)
    b.ears.isDeaf = true
    await a.writer.accept(log.add('lost'))
    await waitFor('the row', () => {
      b.clock.advance(1_000)
      return textsOf(follower).length > 0 ? true : undefined
    })
    expect(textsOf(follower)).toEqual(['lost'])
  })
  test('a wait at B ends with what A takes', async () => {
    const { head } = await findPosition(log)
    const done = b.hub.waitForNews(log.reader, head, new AbortController().signal)
    await a.writer.accept(log.add())
    await done
  })
  test('whoever pulled at A what B has not heard is live at B, and is told nothing twice', async () => {
    b.ears.isDeaf = true
    await a.writer.accept(log.add('pulled'))
    const { head, lineage } = await findPosition(log)
    const follower = followLog(b.hub, log.reader)
    await follower.resume(head, lineage.id)
    expect(follower.take()).toEqual([{ type: 'live' }])
    b.ears.isDeaf = false
    await a.writer.accept(log.add('new'))
    expect(await told(follower, 1)).toEqual(['new'])
  })
}
describe('on the campus', () => testTwoProcesses(openCampusLog))
describe('in a classroom', () => testTwoProcesses(openClassroomLog))

describe('of the campus alone', () => {
  let a: CampusLive
  let b: CampusLive
  let clock: FakeClock
  let ears: { isDeaf: boolean }
  let campus: Campus
  let ann: string
  let ben: string
  beforeEach(async () => {
    campus = createCampus({ store: backend.store, bus: buses.near })
    ann = await campus.register('Ann')
    ben = await campus.register('Ben')
    clock = createFakeClock()
    const onError = (error: unknown) => errors.push(error)
    const far = createLossy(buses.far)
    ears = far.ears
    a = await startCampusLive({ store: backend.openStore(), bus: buses.near, clock, onError })
    b = await startCampusLive({ store: backend.openStore(), bus: far.lossy, clock, onError })
    await waitUntilHeard(buses.near, buses.far)
    await waitUntilHeard(buses.far, buses.near)
  })
  afterEach(() => {
    a.close()
    b.close()
    expect(campus.errors).toEqual([])
  })
  async function followAtB(userId: string) {
    const follower = followLog(b.hub, { userId })
    await follower.resume(await campus.head(), '')
    expect(follower.take()).toEqual([{ type: 'live' }])
    return follower
  }

  test('whom A removes hears nothing more at B, whether or not the word arrives', async () => {
    for (const isDeaf of [false, true]) {
      const group = await campus.group(ann, ben)
      const follower = await followAtB(ben)
      ears.isDeaf = isDeaf
      await campus.accept(ann, removeMember(group, ben))
      await campus.accept(ann, send(group, 'for members'))
      await waitUntilHeard(buses.near, buses.far)
      ears.isDeaf = false
      await campus.accept(ann, send(undefined, 'for all'))
      await waitFor('the word', () => follower.frames.find(({ type }) => type === 'behind'))
      expect(follower.rows()).toEqual([])
      follower.following.remove()
    }
  })
  test('whom A adds is put behind at B, and finds everything by a pull there', async () => {
    const device = createDevice(backend.store, ben)
    await device.pullAll()
    const group = await campus.group(ann)
    await campus.accept(ann, send(group, 'early'))
    const follower = await followAtB(ben)
    await campus.accept(ann, addMembers(group, ben), send(group, 'late'))
    await waitFor('the word', () => follower.frames.find(({ type }) => type === 'behind'))
    await device.pullAll()
    expect(device.messages(group).map(({ text }) => text)).toEqual(['early', 'late'])
  })
  test('a session that A ends is ended at B', async () => {
    const listAlive = async (ids: readonly string[]) => ({ alive: new Set(ids), suspended: new Set<string>() })
    const onError = (error: unknown) => errors.push(error)
    const sessions = createOpenSessions({ bus: buses.far, clock, listAlive, onError })
    let isEnded = false
    sessions.enter('one', () => (isEnded = true))
    await waitUntilHeard(buses.near, buses.far)
    buses.near.publish(sessionsEnded, ['one'])
    await waitFor('the end', () => (isEnded ? true : undefined))
    sessions.close()
  })
  test('who types at A is told at B, and who comes and goes there', async () => {
    const group = await campus.group(ann, ben)
    const benLooks = attend(b, ben)
    const told = (count: number) =>
      waitFor(`${count} frames`, () => (benLooks.frames.length >= count ? benLooks.frames : undefined))
    await benLooks.attended.take({ type: 'watch', conversationId: group, userIds: [ann] })
    const annThere = attend(a, ann)
    await told(1)
    await annThere.attended.take({ type: 'typing', conversationId: group })
    await told(2)
    annThere.leave()
    const goneAt = clock.now() - (clock.now() % SEEN_STEP_MS)
    clock.advance(SEEN_STEP_MS)
    expect(await told(3)).toEqual([
      { type: 'presence', userId: ann, state: 'there', lastSeenAt: null },
      { type: 'typist', conversationId: group, userId: ann, ttlMs: TYPING_TTL_MS },
      { type: 'presence', userId: ann, state: 'away', lastSeenAt: goneAt },
    ])
  })
})

test('the devices of both processes are counted together, and the count is told by both', async () => {
  const log = await openClassroomLog(backend.store)
  const id = fromClassroomLog(log.log)
  const clock = createFakeClock()
  const onError = (error: unknown) => errors.push(error)
  const [a, b] = [buses.near, buses.far].map((bus) => openClassroomsLive({ store: backend.store, bus, clock, onError }))
  if (a === undefined || b === undefined) throw new Error('there are two processes')
  await waitUntilHeard(buses.near, buses.far)
  const follower = followLog(b.hubs.open(log.log), log.reader)
  await follower.resume((await findPosition(log)).head, '')
  a.devices.come(id)
  b.devices.come(id)
  await waitFor('the count', () => {
    clock.advance(500)
    return a.devices.count(id) === 2 && b.devices.count(id) === 2 ? true : undefined
  })
  clock.advance(1_000)
  expect(follower.frames.map(({ type }) => type)).toContain('ping')
  a.close()
  b.close()
})
