import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Bus } from '../../../server/bus/bus.ts'
import { createHub, type Hub } from '../../../server/live/hub.ts'
import { beginEpoch } from '../../../server/ops/begin-epoch.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { LONG_POLL_MS, SOCKETS_PER_SESSION_MAX } from '../../../shared/protocol/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import {
  addMembers,
  type Campus,
  createCampus,
  leaveGroup,
  read,
  removeMember,
  send,
  setPreference,
} from '../../support/campus.ts'
import { createDevice } from '../../support/device.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { type Listening, listenTo } from '../../support/subscriber.ts'
import { waitFor } from '../../support/wait-for.ts'

let backend: Backend
let campus: Campus
let bus: Bus
let clock: FakeClock
let hub: Hub
let errors: unknown[]
let statements: string[]
let ann: string
let ben: string
/** Whether the bus passes words on, or loses them. */
let isDeaf: boolean
beforeEach(async () => {
  backend = await createBackend()
  isDeaf = false
  statements = []
  errors = []
  const inner = createMemoryBus()
  bus = {
    ...inner,
    publishBatch(batch) {
      if (!isDeaf) inner.publishBatch(batch)
    },
  }
  campus = createCampus({ store: backend.store, bus })
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  clock = createFakeClock()
  const store = backend.openStore((statement) => statements.push(statement))
  hub = createHub({ log: CAMPUS_LOG, store, bus, clock, onError: (error) => errors.push(error) })
  await hub.start()
})
afterEach(async () => {
  hub.close()
  // What is being read at this moment fails with the database, which is no bug.
  const reported = [...errors]
  await backend.dispose()
  expect(reported).toEqual([])
})

/** Somebody live from the head on. */
async function listenLive(userId: string): Promise<Listening> {
  const listening = listenTo(hub, userId)
  await listening.subscription.resume(hub.epoch, await campus.head())
  expect(listening.take()).toEqual([{ type: 'live', log: CAMPUS_LOG }])
  return listening
}
const behind = { type: 'behind', log: CAMPUS_LOG }
const live = { type: 'live', log: CAMPUS_LOG }
const rows = (from: number, to: number, ...expected: object[]) => ({
  type: 'rows',
  log: CAMPUS_LOG,
  from,
  to,
  rows: expected.map((row) => expect.objectContaining(row) as object),
})
const message = (id: string) => ({ type: 'message', id })
const poll = async () => {
  clock.advance(1_000)
  // The poll reads the log; it is over when it waits for its next time.
  await waitFor('the poll', () => (clock.waiting() > 0 ? true : undefined))
}

test('a subscriber at the head is live, and is told each batch from its position on', async () => {
  const listening = await listenLive(ben)
  const from = await campus.head()
  const [one, other] = [send(), send()]
  await campus.accept(ann, one, other)
  const to = await campus.head()
  await campus.accept(ann, send())
  expect(listening.take()).toEqual([
    rows(from, to, message(one.id), message(other.id)),
    expect.objectContaining({ from: to }),
  ])
})
test('what changes elsewhere moves the position with a ping before the next rows', async () => {
  const listening = await listenLive(ben)
  const from = await campus.head()
  const group = await campus.group(ann)
  await campus.accept(ann, send(group))
  const between = await campus.head()
  const last = send()
  await campus.accept(ann, last)
  const to = await campus.head()
  expect(listening.take()).toEqual([
    { type: 'ping', log: CAMPUS_LOG, from, to: between },
    rows(between, to, message(last.id)),
  ])
})
test('a ping tells a live subscriber how far it may move, and one that is behind nothing', async () => {
  const [one, other] = [await listenLive(ben), listenTo(hub, ben)]
  const from = await campus.head()
  await campus.group(ann)
  one.subscription.ping()
  other.subscription.ping()
  expect(one.take()).toEqual([{ type: 'ping', log: CAMPUS_LOG, from, to: await campus.head() }])
  expect(other.take()).toEqual([{ type: 'ping', log: CAMPUS_LOG, from: null, to: null }])
})
test('a stranger hears nothing of a group, and nobody hears of a read position but its owner', async () => {
  const group = await campus.group(ann, ben)
  const eve = await campus.register()
  const [annHears, benHears, eveHears] = [await listenLive(ann), await listenLive(ben), await listenLive(eve)]
  await campus.accept(ann, send(group))
  await campus.accept(ben, read(group, 1))
  expect(eveHears.frames).toEqual([live])
  const readingsOf = (listening: Listening) => listening.rows().filter(({ type }) => type === 'reading')
  expect(readingsOf(annHears)).toHaveLength(1)
  expect(readingsOf(benHears)).toHaveLength(1)
  expect(readingsOf(annHears)).not.toEqual(readingsOf(benHears))
})
test('what others have seen is told to members who let others know it themselves, live and when they resume', async () => {
  const cleo = await campus.register('Cleo')
  const group = await campus.group(ann, ben, cleo)
  await campus.accept(cleo, setPreference({ seen: false }))
  const [annHears, benHears, cleoHears] = [await listenLive(ann), await listenLive(ben), await listenLive(cleo)]
  const cursor = await campus.head()
  await campus.accept(ann, send(group))
  await campus.accept(ben, read(group, 1))
  const [annLater, cleoLater] = [listenTo(hub, ann), listenTo(hub, cleo)]
  await annLater.subscription.resume(hub.epoch, cursor)
  await cleoLater.subscription.resume(hub.epoch, cursor)
  const seenBy = (listening: Listening) =>
    listening.rows().flatMap((row) => (row.type === 'seen' ? [[row.userId, row.steps.at(-1)?.n]] : []))
  expect([annHears, benHears, annLater].map(seenBy)).toEqual([[[ben, 1]], [[ben, 1]], [[ben, 1]]])
  expect([cleoHears, cleoLater].map(seenBy)).toEqual([[], []])
  expect(cleoHears.rows().map(({ type }) => type)).toContain('delivery')
})
test('a change of the own preference puts all sockets of the user behind, and nothing of its batch is told', async () => {
  const group = await campus.group(ann, ben)
  await campus.accept(ann, send(group))
  const cursor = await campus.head()
  const [one, other, annHears] = [await listenLive(ben), await listenLive(ben), await listenLive(ann)]
  await Promise.all([
    campus.accept(ann, read(EVERYONE_ID, 1)),
    campus.accept(ben, read(group, 1), setPreference({ seen: false }), send(group)),
  ])
  expect([...one.take(), ...other.take()]).toEqual([behind, behind])
  expect(annHears.rows().map(({ type }) => type)).toContain('message')
  await one.subscription.resume(hub.epoch, cursor)
  expect(one.take()).toEqual([behind])
  await one.subscription.resume(hub.epoch, await campus.head())
  expect(one.take()).toEqual([live])
})
test('a cursor from before a change of the own preference is behind, though memory reaches back', async () => {
  const cursor = await campus.head()
  await campus.accept(ben, setPreference({ seen: false }))
  const listening = listenTo(hub, ben)
  await listening.subscription.resume(hub.epoch, cursor)
  expect(listening.take()).toEqual([behind])
})
test('a choice that was made before this process is known to it', async () => {
  await campus.accept(ben, setPreference({ seen: false }))
  const group = await campus.group(ann, ben)
  await campus.accept(ann, send(group))
  const listening = await listenLive(ben)
  await campus.accept(ann, read(group, 1), send(group))
  expect(listening.rows().map(({ type }) => type)).not.toContain('seen')
  expect(listening.rows().map(({ type }) => type)).toContain('message')
})
test('a subscriber that never resumed hears nothing', async () => {
  const listening = listenTo(hub, ben)
  await campus.accept(ann, send())
  expect(listening.frames).toEqual([])
})
test.each([
  ['of another epoch', async () => [randomUUID(), await campus.head()]],
  ['of no epoch', async () => ['', await campus.head()]],
  ['that never pulled', async () => [hub.epoch, 0]],
  ['with a cursor from before this process', async () => [hub.epoch, 1]],
] as [string, () => Promise<[string, number]>][])('a subscriber %s is behind', async (_, at) => {
  const listening = listenTo(hub, ben)
  await listening.subscription.resume(...(await at()))
  expect(listening.take()).toEqual([behind])
  await campus.accept(ann, send())
  expect(listening.take()).toEqual([])
})
test('a cursor within recent memory is brought up to date without a statement about rows', async () => {
  const group = await campus.group(ann, ben)
  const cursor = await campus.head()
  const [toGroup, toAll] = [send(group), send()]
  await campus.accept(ann, toGroup)
  await campus.group(ann)
  await campus.accept(ann, toAll)
  statements = []
  const listening = listenTo(hub, ben)
  await listening.subscription.resume(hub.epoch, cursor)
  expect(listening.take()).toEqual([live, rows(cursor, await campus.head(), message(toGroup.id), message(toAll.id))])
  expect(statements).toHaveLength(1)
  expect(statements[0]).not.toMatch(/from ["`](message|reading|user)["`]/)
})
test('a second socket of a user who is known costs no statement', async () => {
  await listenLive(ben)
  statements = []
  const other = listenTo(hub, ben)
  await other.subscription.resume(hub.epoch, hub.position)
  expect(other.take()).toEqual([live])
  expect(statements).toEqual([])
})
test('a cursor from before a change of the own memberships is behind, though memory reaches back', async () => {
  const cursor = await campus.head()
  await campus.group(ann, ben)
  const listening = listenTo(hub, ben)
  await listening.subscription.resume(hub.epoch, cursor)
  expect(listening.take()).toEqual([behind])
})
test('more rows than a page holds are not told at once: the cursor is behind', async () => {
  const cursor = await campus.head()
  await campus.accept(ann, ...Array.from({ length: 501 }, () => send()))
  const listening = listenTo(hub, ben)
  await listening.subscription.resume(hub.epoch, cursor)
  expect(listening.take()).toEqual([behind])
})
test('whoever is removed hears nothing of the batch that removes them, nor after', async () => {
  const group = await campus.group(ann, ben)
  const listening = await listenLive(ben)
  await Promise.all([
    campus.accept(ann, read(EVERYONE_ID, 1)),
    campus.accept(ann, send(group, 'before'), removeMember(group, ben), send(group, 'after')),
  ])
  await campus.accept(ann, send(group, 'later'))
  expect(listening.take()).toEqual([behind])
})
test('whoever leaves on one device is behind on all of theirs', async () => {
  const group = await campus.group(ann, ben)
  const [one, other] = [await listenLive(ben), await listenLive(ben)]
  await campus.accept(ben, leaveGroup(group))
  expect([...one.take(), ...other.take()]).toEqual([behind, behind])
})
test('whoever is added is put behind, finds everything by a pull, and is live again', async () => {
  const device = createDevice(backend.store, ben)
  await device.pullAll()
  const group = await campus.group(ann)
  await campus.accept(ann, send(group, 'early'))
  const listening = await listenLive(ben)
  await campus.accept(ann, addMembers(group, ben), send(group, 'late'))
  expect(listening.take()).toEqual([behind])
  await device.pullAll()
  expect(device.messages(group).map(({ text }) => text)).toEqual(['early', 'late'])
  await listening.subscription.resume(hub.epoch, device.cursor())
  const last = send(group)
  await campus.accept(ann, last)
  expect(listening.take()).toEqual([live, rows(device.cursor(), await campus.head(), message(last.id))])
})
test('other members stay live while somebody comes and goes', async () => {
  const group = await campus.group(ann)
  const listening = await listenLive(ann)
  await campus.accept(ann, addMembers(group, ben))
  await campus.accept(ann, removeMember(group, ben))
  expect(listening.rows()).toMatchObject([
    { type: 'member', removed: false },
    { type: 'member', removed: true },
  ])
})
test('a membership that changes while it is being loaded is not missed', async () => {
  const group = await campus.group(ann, ben)
  const cursor = await campus.head()
  const listening = listenTo(hub, ben)
  const resumed = listening.subscription.resume(hub.epoch, cursor)
  await campus.accept(ann, removeMember(group, ben), send(group, 'after'))
  await resumed
  await campus.accept(ann, send(group, 'later'))
  expect(listening.rows()).toEqual([])
  expect(listening.frames.at(-1)).toEqual(behind)
})
test('a subscriber that does not drain is put behind once, and is live again when it asks', async () => {
  const listening = await listenLive(ben)
  listening.fill()
  await campus.accept(ann, send())
  await campus.accept(ann, send())
  expect(listening.take()).toEqual([behind])
  await listening.subscription.resume(hub.epoch, await campus.head())
  expect(listening.take()).toEqual([live])
})
test('a subscriber that pulled past the hub is told only what is new to it', async () => {
  const listening = listenTo(hub, ben)
  isDeaf = true
  const before = await campus.head()
  await campus.accept(ann, send())
  const cursor = await campus.head()
  await listening.subscription.resume(hub.epoch, cursor)
  expect(listening.take()).toEqual([live])
  isDeaf = false
  expect(hub.position).toBe(before)
  const next = send()
  await campus.accept(ann, next)
  await waitFor('the rows', () => listening.rows()[0])
  expect(listening.take()).toEqual([rows(cursor, await campus.head(), message(next.id))])
})
test('a cursor from the future is put behind at the next ping', async () => {
  const listening = listenTo(hub, ben)
  await listening.subscription.resume(hub.epoch, (await campus.head()) + 1_000)
  expect(listening.take()).toEqual([live])
  listening.subscription.ping()
  expect(listening.take()).toEqual([behind])
})
test('a gap is filled from the log, once and in order', async () => {
  const listening = await listenLive(ben)
  const from = await campus.head()
  isDeaf = true
  const lost = send()
  await campus.accept(ann, lost)
  isDeaf = false
  const heard = send()
  await campus.accept(ann, heard)
  await waitFor('the rows', () => listening.rows()[0])
  expect(listening.take()).toEqual([rows(from, await campus.head(), message(lost.id), message(heard.id))])
})
test('a publisher that dies after its commit is noticed by polling', async () => {
  const listening = await listenLive(ben)
  isDeaf = true
  const lost = send()
  await campus.accept(ann, lost)
  await poll()
  expect(listening.rows()).toEqual([])
  await poll()
  await waitFor('the rows', () => listening.rows()[0])
  expect(listening.rows()).toMatchObject([{ id: lost.id }])
})
test('a removal whose news was lost is told to nobody but as behind', async () => {
  const group = await campus.group(ann, ben)
  const listening = await listenLive(ben)
  isDeaf = true
  await campus.accept(ann, send(group, 'before'), removeMember(group, ben), send(group, 'after'))
  await poll()
  await poll()
  await waitFor('the word', () => (listening.frames.length > 1 ? true : undefined))
  expect(listening.take()).toEqual([behind])
})
test('another epoch puts everybody behind, and they are live again in it', async () => {
  const [one, other] = [await listenLive(ann), await listenLive(ben)]
  const before = hub.epoch
  await beginEpoch(backend.store)
  await poll()
  await waitFor('the word', () => (one.frames.length > 1 && other.frames.length > 1 ? true : undefined))
  expect([...one.take(), ...other.take()]).toEqual([behind, behind])
  await one.subscription.resume(before, await campus.head())
  await one.subscription.resume(hub.epoch, await campus.head())
  expect(one.take()).toEqual([behind, live])
  expect(hub.epoch).not.toBe(before)
})
test('a log that goes back, as after a restored backup, puts everybody behind', async () => {
  const listening = await listenLive(ben)
  await backend.store.db.updateTable('log').set({ head: 2 }).execute()
  await poll()
  await waitFor('the word', () => (listening.frames.length > 1 ? true : undefined))
  expect(listening.take()).toEqual([behind])
  expect(hub.position).toBe(2)
})
test('when more was missed than memory takes, everybody is behind', async () => {
  const listening = await listenLive(ben)
  isDeaf = true
  await campus.accept(ann, ...Array.from({ length: 2_001 }, () => send()))
  isDeaf = false
  await campus.accept(ann, send())
  await waitFor('the word', () => (listening.frames.length > 1 ? true : undefined))
  expect(listening.take()).toEqual([behind])
  expect(hub.position).toBe(await campus.head())
})
test('a session holds as many as its limit, and one that goes makes room', async () => {
  const open = Array.from({ length: SOCKETS_PER_SESSION_MAX }, () => listenTo(hub, ben, 'one'))
  expect(() => listenTo(hub, ben, 'one')).toThrow('took no more')
  expect(() => listenTo(hub, ben, 'another')).not.toThrow()
  open[0]?.subscription.remove()
  expect(() => listenTo(hub, ben, 'one')).not.toThrow()
})
test('ended sessions are told so, here and over the bus, and no others', async () => {
  const [one, other, third] = [listenTo(hub, ben, 'one'), listenTo(hub, ben, 'other'), listenTo(hub, ann, 'third')]
  bus.publishSessionsEnded(['one'])
  expect([one, other, third].map((listening) => listening.isEnded())).toEqual([true, false, false])
  hub.sessionsEnded(['third', 'unknown'])
  expect([one, other, third].map((listening) => listening.isEnded())).toEqual([true, false, true])
})
test('whoever is gone is neither told nor listed', async () => {
  const listening = await listenLive(ben)
  expect(hub.listSessions()).toHaveLength(1)
  listening.subscription.remove()
  await campus.accept(ann, send())
  expect(hub.listSessions()).toEqual([])
  expect(listening.take()).toEqual([])
})

const wait = (cursor: number, signal = new AbortController().signal) => {
  let isDone = false
  const done = hub.waitForNews(ben, 'poll', cursor, signal).then(() => (isDone = true))
  return { done, isDone: () => isDone }
}
/** Lets everything that is ready happen, the database's answers too. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) await backend.store.db.selectFrom('log').select('head').execute()
  await new Promise((resolve) => setImmediate(resolve))
}
const isWaiting = () => waitFor('the wait', () => (hub.listSessions().includes('poll') ? true : undefined))

test('a wait ends with news for the user, and not with those of others', async () => {
  const { done, isDone } = wait(await campus.head())
  await isWaiting()
  await settle()
  await campus.group(ann)
  await settle()
  expect(isDone()).toBe(false)
  await campus.accept(ann, send())
  await done
  expect(hub.listSessions()).toEqual([])
})
test('a wait from before recent news ends at once', async () => {
  const cursor = await campus.head()
  await campus.accept(ann, send())
  await wait(cursor).done
})
test('a wait from an old cursor ends at once', async () => {
  await wait(1).done
})
test('a wait ends when a membership changes', async () => {
  const group = await campus.group(ann, ben)
  const { done } = wait(await campus.head())
  await isWaiting()
  await settle()
  await campus.accept(ann, removeMember(group, ben))
  await done
})
test('a wait without news ends after its time', async () => {
  const { done, isDone } = wait(await campus.head())
  await isWaiting()
  clock.advance(LONG_POLL_MS - 1)
  await settle()
  expect(isDone()).toBe(false)
  clock.advance(1)
  await done
  expect(hub.listSessions()).toEqual([])
})
test('a wait ends when it is aborted, also before it began', async () => {
  const controller = new AbortController()
  const { done } = wait(await campus.head(), controller.signal)
  await isWaiting()
  controller.abort()
  await done
  await wait(await campus.head(), controller.signal).done
  expect(hub.listSessions()).toEqual([])
})
test('a wait ends with its session', async () => {
  const { done } = wait(await campus.head())
  await isWaiting()
  bus.publishSessionsEnded(['poll'])
  await done
})
test('when the store is away a resume throws, and the next one works', async () => {
  let isDown = true
  const { db } = backend.store
  const store = {
    ...backend.store,
    get db() {
      if (isDown) throw new Error('gone')
      return db
    },
  }
  isDown = false
  const other = createHub({ log: CAMPUS_LOG, store, bus, clock: createFakeClock(), onError: () => undefined })
  await other.start()
  const listener = listenTo(other, ben)
  isDown = true
  await expect(listener.subscription.resume(other.epoch, other.position)).rejects.toThrow('gone')
  isDown = false
  await listener.subscription.resume(other.epoch, other.position)
  expect(listener.take()).toEqual([live])
  other.close()
})
