import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Bus } from '../../../server/bus/bus.ts'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import type { Hub } from '../../../server/live/hub.ts'
import type { Hubs } from '../../../server/live/hubs.ts'
import type { KindTypes } from '../../../server/log/kind.ts'
import type { Store } from '../../../server/store/store.ts'
import { LONG_POLL_MS, PULL_PAGE_ROWS } from '../../../shared/protocol/limits.ts'
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
import { putBack } from '../../support/put-back.ts'
import { waitFor } from '../../support/wait-for.ts'

// What holds of the hub of every log, whichever kind it is of: the same facts over one of each.

/** So long what a poll found may still come over the bus. */
const ON_ITS_WAY_MS = 100

const LIVE = { type: 'live' }
const BEHIND = { type: 'behind' }

function testHub<Types extends KindTypes>(openLog: (store: Store) => Promise<AnyLog<Types>>): void {
  let backend: Backend
  let store: Store
  let log: AnyLog<Types>
  let writer: Writer<Types>
  let hubs: Hubs<Types>
  let hub: Hub<Types>
  let bus: Bus
  let clock: FakeClock
  let errors: unknown[]
  let statements: string[] = []
  /** Whether the bus passes words on, or loses them. */
  let isDeaf: boolean
  /** Whether the bus is there, as far as this process knows. */
  let isThere: boolean
  beforeAll(async () => {
    backend = await createBackend()
    store = backend.openStore((statement) => statements.push(statement))
  })
  afterAll(() => backend.dispose())
  beforeEach(async () => {
    log = await openLog(backend.store)
    isDeaf = false
    isThere = true
    errors = []
    statements = []
    clock = createFakeClock()
    const inner = createMemoryBus()
    bus = {
      ...inner,
      publish(channel, word) {
        if (!isDeaf) inner.publish(channel, word)
      },
      isThere: () => isThere,
    }
    writer = createWriter(log, { bus })
    hubs = openHubs(log, { store, bus, clock, onError: (error) => errors.push(error) })
    hub = hubs.open(log.log)
    await hub.findPosition()
  })
  afterEach(async () => {
    hubs.close()
    expect([...errors, ...writer.errors]).toEqual([])
  })

  type Follower = TestFollower<Types['row']>
  const follow = (): Follower => followLog(hub, log.reader)
  const head = async () => (await findPosition(log)).head
  /** Somebody live from the head on. */
  const followLive = async (): Promise<Follower> => {
    const follower = follow()
    await follower.resume(await head())
    expect(follower.take()).toEqual([LIVE])
    return follower
  }
  const add = async (...texts: string[]) => writer.accept(...texts.map((text) => log.add(text)))
  const hide = async () => writer.accept(await log.hide())
  const textsOf = ({ rows }: Pick<Follower, 'rows'>) => rows().flatMap((row) => log.textOf(row) ?? [])
  /** What was told since the last time, with each row as its text. */
  const take = (follower: Follower) =>
    follower
      .take()
      .map((frame) =>
        frame.type === 'rows' ? { ...frame, rows: frame.rows.flatMap((row) => log.textOf(row) ?? []) } : frame,
      )
  const until = (follower: Follower, to: number) =>
    waitFor(`position ${to}`, () => follower.frames.find((frame) => frame.type === 'rows' && frame.to >= to))
  const untilBehind = (follower: Follower) =>
    waitFor('the word', () => follower.frames.find(({ type }) => type === 'behind'))
  const poll = async () => {
    // What the poll before waits for.
    clock.advance(ON_ITS_WAY_MS)
    const timers = clock.waiting()
    clock.advance(1_000)
    // The poll reads the log; it is over when it waits for what is on its way, or for its next time.
    await waitFor('the poll', () => (clock.waiting() >= timers ? true : undefined))
  }
  /** Lets everything that is ready happen, the database's answers too. */
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await backend.store.db.selectFrom('log').select('head').execute()
    await new Promise((resolve) => setImmediate(resolve))
  }

  test('a follower at the head is live, and is told each batch from its position on', async () => {
    const follower = await followLive()
    const from = await head()
    await add('one', 'other')
    const between = await head()
    await add('last')
    await until(follower, await head())
    expect(take(follower)).toEqual([
      { type: 'rows', from, to: between, rows: ['one', 'other'] },
      { type: 'rows', from: between, to: await head(), rows: ['last'] },
    ])
  })
  test('what is for others moves the position before the next rows', async () => {
    const follower = await followLive()
    const from = await head()
    await hide()
    await hide()
    const between = await head()
    await waitFor('both', () => (hub.position.head === between ? true : undefined))
    await add('for all')
    const to = await head()
    await until(follower, to)
    expect(take(follower)).toEqual([
      { type: 'nothing', from, to: between },
      { type: 'rows', from: between, to, rows: ['for all'] },
    ])
  })
  test('a ping tells a live follower how far it may move on, once, and one that is behind nothing', async () => {
    const [one, other] = [await followLive(), follow()]
    const from = await head()
    await hide()
    const to = await head()
    await waitFor('the word', () => (hub.position.head === to ? true : undefined))
    one.following.ping(true)
    one.following.ping(true)
    other.following.ping(true)
    expect(one.take()).toEqual([
      { type: 'ping', from, to },
      { type: 'ping', from: to, to },
    ])
    expect(other.take()).toEqual([{ type: 'ping', from: null, to: null }])
  })
  test('a ping for all goes to whoever has resumed, live or behind, and to nobody else', async () => {
    const [live, behind, silent] = [await followLive(), follow(), follow()]
    await behind.resume(0)
    expect(behind.take()).toEqual([BEHIND])
    hub.pingAll()
    const to = await head()
    expect(live.take()).toEqual([{ type: 'ping', from: to, to }])
    expect(behind.take()).toEqual([{ type: 'ping', from: null, to: null }])
    expect(silent.take()).toEqual([])
  })
  test('what is the same for many followers is encoded once for all of them', async () => {
    const frames: Buffer[] = []
    for (let count = 0; count < 10; count += 1) {
      await followLog(hub, log.reader, (frame) => frames.push(frame)).resume(await head())
    }
    frames.length = 0
    await add('for all')
    await waitFor('a frame each', () => (frames.length === 10 ? true : undefined))
    expect(new Set(frames).size).toBe(1)
  })
  test('a follower that never resumed hears nothing', async () => {
    const [follower, other] = [follow(), await followLive()]
    await until(other, await add('for those who listen'))
    expect(follower.frames).toEqual([])
  })

  const elsewhere: [name: string, at: () => Promise<[cursor: number, lineage?: string]>][] = [
    ['of a lineage that the log never had', async () => [await head(), 'another']],
    ['that never pulled', async () => [0]],
    ['with a cursor from before this process', async () => [1]],
    ['with a cursor from the future', async () => [(await head()) + 1_000]],
  ]
  test.each(elsewhere)('a follower %s is behind, and is told nothing', async (_, at) => {
    const [follower, other] = [follow(), await followLive()]
    await follower.resume(...(await at()))
    expect(follower.take()).toEqual([BEHIND])
    await until(other, await add('for those who are live'))
    expect(follower.take()).toEqual([])
  })
  test('a cursor that names no lineage is one of this history, as long as it is not ahead', async () => {
    const [follower, ahead] = [follow(), follow()]
    await follower.resume(await head(), '')
    await ahead.resume((await head()) + 1, '')
    expect([...follower.take(), ...ahead.take()]).toEqual([LIVE, BEHIND])
  })

  test('a cursor within recent memory is brought up to date, in order, without reading rows', async () => {
    const witness = await followLive()
    const cursor = await head()
    await add('one')
    await hide()
    await add('two')
    const to = await add('three')
    await until(witness, to)
    // What somebody may hear is known from the second time on.
    await follow().resume(to)
    statements = []
    const follower = follow()
    await follower.resume(cursor)
    expect(take(follower)).toEqual([LIVE, { type: 'rows', from: cursor, to, rows: ['one', 'two', 'three'] }])
    expect(statements).toEqual([])
  })
  test('thousands of resumes are many turns of the event loop, and what all of them missed is encoded once', async () => {
    const witness = await followLive()
    const cursor = await head()
    await until(witness, await add('missed'))
    const frames: Buffer[] = []
    const resumed = Array.from({ length: 200 }, () =>
      followLog(hub, log.reader, (frame) => frames.push(frame)).resume(cursor),
    )
    const told: number[] = []
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve))
      told.push(frames.length)
    }
    await Promise.all(resumed)
    // Each is told that it is live, and what it missed.
    expect(Math.max(...told)).toBeLessThan(400)
    expect(frames).toHaveLength(400)
    expect(new Set(frames.filter((frame) => frame.includes('missed'))).size).toBe(1)
  })
  test('a row that changed since the cursor comes once, at its latest state and in its place', async () => {
    const witness = await followLive()
    const cursor = await head()
    const [first, second] = [log.add('first'), log.add('second')]
    await writer.accept(first)
    await writer.accept(second)
    const to = await writer.accept(log.change(first))
    await until(witness, to)
    const follower = follow()
    await follower.resume(cursor)
    expect(take(follower)).toEqual([LIVE, { type: 'rows', from: cursor, to, rows: ['second', 'first'] }])
    const seqs = follower.rows().map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.toSorted((one, other) => one - other))
    expect(seqs.at(-1)).toBeGreaterThan(cursor + 2)
  })
  test('more rows than a page holds are not told at once: the cursor is behind', async () => {
    const witness = await followLive()
    const cursor = await head()
    await writer.accept(...Array.from({ length: PULL_PAGE_ROWS + 1 }, () => log.add()))
    const to = await head()
    await until(witness, to)
    const [follower, nearer] = [follow(), follow()]
    await follower.resume(cursor)
    expect(follower.take()).toEqual([BEHIND])
    await nearer.resume(to - 1)
    expect(nearer.take()).toMatchObject([LIVE, { type: 'rows', from: to - 1, to }])
  })
  test('a follower that does not drain is put behind once, the others are not, and it is live again when it asks', async () => {
    const [slow, other] = [await followLive(), await followLive()]
    slow.fill()
    await add('one')
    await until(other, await add('two'))
    expect(slow.take()).toEqual([BEHIND])
    expect(textsOf(other)).toEqual(['one', 'two'])
    await slow.resume(await head())
    expect(slow.take()).toEqual([LIVE])
  })
  test('a follower that pulled further than was heard here is live, and is told nothing twice', async () => {
    const witness = await followLive()
    const follower = follow()
    isDeaf = true
    const before = await head()
    await add('pulled')
    const pulled = await findPosition(log)
    await follower.resume(pulled.head, pulled.lineage.id)
    expect(follower.take()).toEqual([LIVE])
    // The look was for all who follow.
    expect(take(witness)).toEqual([{ type: 'rows', from: before, to: pulled.head, rows: ['pulled'] }])
    isDeaf = false
    await until(follower, await add('new'))
    expect(take(follower)).toEqual([{ type: 'rows', from: pulled.head, to: await head(), rows: ['new'] }])
  })
  test('a gap is filled from the log, once and in order', async () => {
    const follower = await followLive()
    isDeaf = true
    await add('lost')
    isDeaf = false
    await until(follower, await add('heard'))
    expect(textsOf(follower)).toEqual(['lost', 'heard'])
    const steps = follower.frames.flatMap((frame) => (frame.type === 'rows' ? [frame] : []))
    expect(steps.slice(1).map(({ from }) => from)).toEqual(steps.slice(0, -1).map(({ to }) => to))
  })
  test('a word that comes again, or late, is told once', async () => {
    const follower = await followLive()
    await add('one')
    await until(follower, await add('two'))
    for (const committed of writer.published) bus.publish(log.channel, committed)
    await until(follower, await add('three'))
    await settle()
    expect(textsOf(follower)).toEqual(['one', 'two', 'three'])
  })
  test('a publisher that dies after its commit is noticed by polling', async () => {
    const follower = await followLive()
    isDeaf = true
    const to = await add('lost')
    await poll()
    await settle()
    expect(follower.rows()).toEqual([])
    clock.advance(ON_ITS_WAY_MS)
    await until(follower, to)
    expect(textsOf(follower)).toEqual(['lost'])
  })
  test('while the bus is away the first poll that finds something reads it', async () => {
    const follower = await followLive()
    isDeaf = true
    isThere = false
    const to = await add('untold')
    await poll()
    await until(follower, to)
    expect(textsOf(follower)).toEqual(['untold'])
  })
  test('what a poll finds before the bus tells of it is not looked for once more', async () => {
    const follower = await followLive()
    isDeaf = true
    const to = await add('on its way')
    await poll()
    isDeaf = false
    for (const committed of writer.published) bus.publish(log.channel, committed)
    await until(follower, to)
    await settle()
    statements = []
    clock.advance(ON_ITS_WAY_MS)
    await settle()
    expect(textsOf(follower)).toEqual(['on its way'])
    expect(statements).toEqual([])
  })
  test('when more was missed than it takes to tell, everybody is behind, and live again after a pull', async () => {
    const [one, other] = [await followLive(), await followLive()]
    isDeaf = true
    await writer.accept(...Array.from({ length: 2_001 }, () => log.add()))
    isDeaf = false
    await add('heard')
    await untilBehind(one)
    expect([...one.take(), ...other.take()]).toEqual([BEHIND, BEHIND])
    expect(hub.position.head).toBe(await head())
    await one.resume(await head())
    expect(one.take()).toEqual([LIVE])
  }, 60_000)

  test('a lineage that another process begins disturbs nobody, and a cursor of the one before goes on', async () => {
    const follower = await followLive()
    const { id: before } = hub.position.lineage
    const cursor = await add('one')
    const other = createWriter(log, { bus })
    await other.accept(log.add('two'))
    await add('three')
    await until(follower, await other.accept(log.add('four')))
    expect(textsOf(follower)).toEqual(['one', 'two', 'three', 'four'])
    expect(follower.take().map(({ type }) => type)).not.toContain('behind')
    expect(hub.position.lineage.id).not.toBe(before)
    const late = follow()
    await late.resume(cursor, hub.position.lineage.id)
    expect(textsOf(late)).toEqual(['two', 'three', 'four'])
  })
  test('a cursor of a lineage that ended is behind where that ended before it, and goes on where it did not', async () => {
    const witness = await followLive()
    const ended = await add('one')
    const lineage = (await findPosition(log)).lineage.id
    await until(witness, await createWriter(log, { bus }).accept(log.add('two')))
    const [within, beyond] = [follow(), follow()]
    await within.resume(ended, lineage)
    await beyond.resume(ended + 1, lineage)
    expect(take(within)).toEqual([LIVE, { type: 'rows', from: ended, to: await head(), rows: ['two'] }])
    expect(beyond.take()).toEqual([BEHIND])
  })
  test('a log that was put back at its head puts everybody behind, and they are live again in what it is now', async () => {
    const [one, other] = [await followLive(), await followLive()]
    const before = hub.position.lineage.id
    await putBack(backend.store, log.kind.tables, log.log, await head())
    await poll()
    await untilBehind(one)
    expect([...one.take(), ...other.take()]).toEqual([BEHIND, BEHIND])
    await one.resume(await head(), before)
    await one.resume(await head())
    expect(one.take()).toEqual([BEHIND, LIVE])
    expect(hub.position.lineage.id).not.toBe(before)
  })
  test('a log that goes back, as after a restored backup, puts everybody behind', async () => {
    const follower = await followLive()
    const at = await head()
    await putBack(backend.store, log.kind.tables, log.log, 2)
    await poll()
    await untilBehind(follower)
    expect(follower.take()).toEqual([BEHIND])
    expect(hub.position.head).toBe(2)
    await putBack(backend.store, log.kind.tables, log.log, at)
  })
  test('a log that was put back and has grown beyond what was heard puts everybody behind', async () => {
    const follower = await followLive()
    const at = await head()
    await putBack(backend.store, log.kind.tables, log.log, 2)
    isDeaf = true
    await backend.store.db
      .updateTable(log.kind.tables.log)
      .set({ head: at + 5 })
      .where('id', '=', log.log)
      .execute()
    await poll()
    clock.advance(ON_ITS_WAY_MS)
    await untilBehind(follower)
    expect(follower.take()).toEqual([BEHIND])
  })
  test('whoever resumes after the log was put back makes this process look', async () => {
    const follower = await followLive()
    await putBack(backend.store, log.kind.tables, log.log, await head())
    const { lineage, head: cursor } = await findPosition(log)
    const late = follow()
    await late.resume(cursor, lineage.id)
    expect(late.take()).toEqual([LIVE])
    expect(follower.take()).toEqual([BEHIND])
  })

  test('whoever is gone is told nothing', async () => {
    const [gone, witness] = [await followLive(), await followLive()]
    gone.following.remove()
    gone.following.remove()
    await until(witness, await add('late'))
    expect(gone.take()).toEqual([])
  })
  test('whoever goes while it is looked up what they may hear is told nothing', async () => {
    const [gone, witness] = [follow(), await followLive()]
    const resumed = gone.resume(await head())
    gone.following.remove()
    await resumed
    await until(witness, await add('late'))
    expect(gone.take()).toEqual([])
  })

  const wait = (cursor: number, signal = new AbortController().signal) => {
    let isDone = false
    const done = hub.waitForNews(log.reader, cursor, signal).then(() => (isDone = true))
    return { done, isDone: () => isDone }
  }
  test('a wait ends with news, and not with those of others', async () => {
    // What one may hear is known by then: a wait that began only after the news of others would end with them.
    const witness = await followLive()
    const { done, isDone } = wait(await head())
    witness.following.remove()
    await settle()
    await hide()
    await settle()
    expect(isDone()).toBe(false)
    expect(hub.isEmpty).toBe(false)
    await add('news')
    await done
    expect(hub.isEmpty).toBe(true)
  })
  test('a wait from before recent news, or from an old cursor, ends at once', async () => {
    const witness = await followLive()
    const cursor = await head()
    await until(witness, await add('news'))
    await wait(cursor).done
    await wait(1).done
  })
  test('a wait without news ends after its time', async () => {
    const { done, isDone } = wait(await head())
    clock.advance(LONG_POLL_MS - 1)
    await settle()
    expect(isDone()).toBe(false)
    clock.advance(1)
    await done
    expect(hub.isEmpty).toBe(true)
  })
  test('a wait ends when it is aborted, also before it began', async () => {
    const controller = new AbortController()
    const { done } = wait(await head(), controller.signal)
    await settle()
    controller.abort()
    await done
    await wait(await head(), controller.signal).done
    await settle()
    expect(hub.isEmpty).toBe(true)
  })
  test('a wait ends when the log is put back', async () => {
    const { done } = wait(await head())
    await settle()
    await putBack(backend.store, log.kind.tables, log.log, await head())
    clock.advance(1_000)
    await done
  })

  test('what is said while it is found out where the log stands is not missed', async () => {
    const late = openHubs(log, { store: backend.store, bus, clock, onError: (error) => errors.push(error) })
    const cursor = await head()
    const follower = followLog(late.open(log.log), log.reader)
    const resumed = follower.following.resume({ lineage: '', cursor })
    await add('meanwhile')
    await resumed
    await until(follower, await add('later'))
    expect(textsOf(follower)).toEqual(['meanwhile', 'later'])
    late.close()
  })
  test('while the store is away a resume throws, and the next one works', async () => {
    let isDown = true
    const { db } = backend.store
    const read: Store['read'] = async (work) => {
      if (isDown) throw new Error('gone')
      return backend.store.read(work)
    }
    const failing = {
      ...backend.store,
      read,
      get db() {
        if (isDown) throw new Error('gone')
        return db
      },
    }
    const late = openHubs(log, { store: failing, bus, clock, onError: () => undefined })
    const follower = followLog(late.open(log.log), log.reader)
    const cursor = await head()
    await expect(follower.following.resume({ lineage: '', cursor })).rejects.toThrow('gone')
    expect(follower.take()).toEqual([])
    isDown = false
    await follower.following.resume({ lineage: '', cursor })
    expect(follower.take()).toEqual([LIVE])
    late.close()
  })
}

describe('of the campus', () => testHub(openCampusLog))
describe('of a classroom', () => testHub(openClassroomLog))
