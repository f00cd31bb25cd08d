import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Bus } from '../../../server/bus/bus.ts'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import { type Hubs, IDLE_MS } from '../../../server/live/hubs.ts'
import type { KindTypes } from '../../../server/log/kind.ts'
import type { Store } from '../../../server/store/store.ts'
import { HELLO_WITHIN_MS } from '../../../shared/protocol/limits.ts'
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
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { followLog, type TestFollower } from '../../support/follower.ts'
import { waitFor } from '../../support/wait-for.ts'

// How long a hub is there, and how it learns that the bus lost a word.

function testHubs<Types extends KindTypes>(openLog: (store: Store) => Promise<AnyLog<Types>>): void {
  let backend: Backend
  let store: Store
  let log: AnyLog<Types>
  let writer: Writer<Types>
  let hubs: Hubs<Types>
  let clock: FakeClock
  let isDeaf: boolean
  let isDown: boolean
  let resume: () => void
  let statements: string[] = []
  const errors: unknown[] = []
  beforeAll(async () => {
    backend = await createBackend()
    store = backend.openStore((statement) => statements.push(statement))
  })
  afterAll(() => backend.dispose())
  beforeEach(async () => {
    isDeaf = false
    isDown = false
    errors.length = 0
    log = await openLog(backend.store)
    clock = createFakeClock()
    const inner = createMemoryBus()
    const bus: Bus = {
      ...inner,
      publish(channel, word) {
        if (!isDeaf) inner.publish(channel, word)
      },
      onResumed(listener) {
        resume = listener
        return () => undefined
      },
    }
    writer = createWriter(log, { bus })
    const failing = {
      ...store,
      get db() {
        if (isDown) throw new Error('gone')
        return store.db
      },
    }
    hubs = openHubs(log, { store: failing, bus, clock, onError: (error) => errors.push(error) })
  })
  afterEach(() => {
    hubs.close()
    expect(clock.waiting()).toBe(0)
  })

  async function followLive(): Promise<TestFollower<Types['row']>> {
    const follower = followLog(hubs.open(log.log), log.reader)
    await follower.resume((await findPosition(log)).head, '')
    expect(follower.take()).toEqual([{ type: 'live' }])
    return follower
  }
  const until = (follower: TestFollower<Types['row']>, to: number) =>
    waitFor(`position ${to}`, () => follower.frames.find((frame) => frame.type === 'rows' && frame.to >= to))
  const looks = () => statements.filter((statement) => / in \(/.test(statement))
  const untilLooked = (count: number) => waitFor('the look', () => (looks().length >= count ? true : undefined))

  test('a log has one hub, as long as somebody follows', async () => {
    const follower = await followLive()
    const hub = hubs.find(log.log)
    clock.advance(10 * IDLE_MS)
    expect(hubs.open(log.log)).toBe(hub)
    await until(follower, await writer.accept(log.add()))
  })
  test('a short cut finds it as it was, with what came meanwhile, and a long one does not', async () => {
    const follower = await followLive()
    const cursor = (await findPosition(log)).head
    follower.following.remove()
    await writer.accept(log.add('meanwhile'))
    clock.advance(IDLE_MS - 1)
    const back = followLog(hubs.open(log.log), log.reader)
    await back.resume(cursor, '')
    await until(back, cursor + 1)
    expect(back.rows().flatMap((row) => log.textOf(row) ?? [])).toEqual(['meanwhile'])
    back.following.remove()
    clock.advance(IDLE_MS)
    expect(hubs.find(log.log)).toBeUndefined()
    const late = followLog(hubs.open(log.log), log.reader)
    await late.resume(cursor, '')
    expect(late.take()).toEqual([{ type: 'behind' }])
  })
  test('whoever comes back puts its end off', async () => {
    const first = await followLive()
    first.following.remove()
    clock.advance(IDLE_MS - 1)
    const second = await followLive()
    clock.advance(IDLE_MS)
    second.following.remove()
    clock.advance(IDLE_MS - 1)
    expect(hubs.find(log.log)).toBeDefined()
    clock.advance(1)
    expect(hubs.find(log.log)).toBeUndefined()
  })
  test('whoever is let in just before its end, and says hello after that, hears', async () => {
    const first = await followLive()
    first.following.remove()
    clock.advance(IDLE_MS - 1)
    const hub = hubs.open(log.log)
    clock.advance(HELLO_WITHIN_MS)
    const follower = followLog(hub, log.reader)
    await follower.resume((await findPosition(log)).head, '')
    await until(follower, await writer.accept(log.add()))
  })
  test('one that was opened for somebody who never came goes as well', () => {
    hubs.open(log.log)
    clock.advance(IDLE_MS)
    expect(hubs.find(log.log)).toBeUndefined()
  })
  test('one that is kept stays, and hears, though nobody follows for long', async () => {
    const hub = hubs.keep(log.log)
    await hub.findPosition()
    const follower = await followLive()
    follower.following.remove()
    clock.advance(10 * IDLE_MS)
    expect(hubs.open(log.log)).toBe(hub)
    const back = await followLive()
    await until(back, await writer.accept(log.add()))
  })

  test('all that are open are looked at with one statement, and none with none', async () => {
    statements = []
    clock.advance(1_000)
    const other = await openLog(backend.store)
    await hubs.open(log.log).findPosition()
    await hubs.open(other.log).findPosition()
    clock.advance(1_000)
    await untilLooked(1)
    expect(looks()).toHaveLength(1)
  })
  test('when the bus is there again after a cut, each looks at once', async () => {
    const follower = await followLive()
    isDeaf = true
    const to = await writer.accept(log.add('lost'))
    resume()
    await until(follower, to)
  })
  test('a look that fails is reported, and the next one finds what was lost', async () => {
    const follower = await followLive()
    isDeaf = true
    const to = await writer.accept(log.add('lost'))
    isDown = true
    clock.advance(1_000)
    await waitFor('the report', () => (errors.length > 0 ? true : undefined))
    isDown = false
    await waitFor('the rows', () => {
      clock.advance(1_000)
      return follower.frames.find((frame) => frame.type === 'rows' && frame.to >= to)
    })
    expect(errors).toMatchObject([{ message: 'gone' }])
  })
}

describe('of the campus', () => testHubs(openCampusLog))
describe('of classrooms', () => testHubs(openClassroomLog))
