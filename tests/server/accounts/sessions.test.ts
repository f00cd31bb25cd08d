import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { setImmediate } from 'node:timers/promises'
import { uuidv7 } from 'uuidv7'
import { pruneSessions } from '../../../server/accounts/prune-sessions.ts'
import { LAST_SEEN_EVERY_MS, SEEN_STEP_MS, SESSION_IDLE_MS, toStep } from '../../../server/accounts/session-life.ts'
import type { Bus } from '../../../server/bus/bus.ts'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import { SHORT_HEARTBEAT_MS } from '../../../shared/protocol/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { createBusPair } from '../../support/bus.ts'
import { findHead, send } from '../../support/campus.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { waitFor } from '../../support/wait-for.ts'
import { clearAccounts } from './clear-accounts.ts'
import { openAccounts } from './open-accounts.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterEach(() => clearAccounts(backend.store))
afterAll(() => backend.dispose())

/** Of a log that is so far that no cursor of these tests is beyond it, and that nobody asks again and again over months. */
const farOn = { findHead: async () => 1_000 }
const DAY_MS = 24 * 60 * 60 * 1000
const getSession = (id: string) =>
  backend.store.db.selectFrom('session').selectAll().where('id', '=', id).executeTakeFirst()

test('a session is found by its cookie alone', async () => {
  const { accounts, join } = openAccounts(backend.store)
  const ann = await join('ann')
  const bob = await join('bob')
  expect(await accounts.findSession(ann.cookie)).toEqual({ sessionId: ann.sessionId, userId: ann.userId })
  const forged: [string, string | undefined][] = [
    ['nobody', undefined],
    ['the id of one with the secret of another', ann.cookie.replace(ann.sessionId, bob.sessionId)],
    ['the id of one that never was', ann.cookie.replace(ann.sessionId, uuidv7())],
    ['another secret', ann.cookie.replace(/.{43}$/, 'x'.repeat(43))],
  ]
  const fresh = openAccounts(backend.store)
  for (const [name, cookie] of forged)
    expect([name, await fresh.accounts.findSession(cookie)]).toEqual([name, undefined])
})

/** As long as a session that was looked up is taken for one that lives, where nobody says otherwise. */
const KEPT_MS = SHORT_HEARTBEAT_MS + 1_000

test('a burst of requests asks the database once', async () => {
  const statements: string[] = []
  const { accounts, join, clock } = openAccounts(backend.openStore((statement) => statements.push(statement)))
  const { cookie } = await join('ann')
  statements.length = 0
  for (let request = 0; request < 5; request += 1) await accounts.findSession(cookie)
  expect(statements).toHaveLength(1)
  clock.advance(KEPT_MS - 1)
  await accounts.findSession(cookie)
  expect(statements).toHaveLength(1)
  clock.advance(1)
  await accounts.findSession(cookie)
  expect(statements).toHaveLength(2)
})

test('whoever had something open until a moment ago is known without asking the database, and nobody longer', async () => {
  const statements: string[] = []
  const { accounts, join, clock } = openAccounts(backend.openStore((statement) => statements.push(statement)))
  const [ann, ben] = [await join('ann'), await join('ben')]
  for (const { cookie } of [ann, ben]) await accounts.findSession(cookie)
  for (let sweep = 0; sweep < 3; sweep += 1) {
    clock.advance(SHORT_HEARTBEAT_MS)
    await accounts.listAlive([ann.sessionId])
  }
  statements.length = 0
  expect(await accounts.findSession(ann.cookie)).toEqual({ sessionId: ann.sessionId, userId: ann.userId })
  expect(statements).toEqual([])
  await accounts.findSession(ben.cookie)
  expect(statements).toHaveLength(1)
})

test('a session that ended elsewhere without a word is refused after a sweep, whether something is open or not', async () => {
  const near = openAccounts(backend.store)
  const far = openAccounts(backend.openStore())
  const [ann, ben] = [await near.join('ann'), await near.join('ben')]
  for (const { cookie } of [ann, ben]) expect(await far.accounts.findSession(cookie)).toBeDefined()
  for (const { userId, sessionId } of [ann, ben]) await near.accounts.endSession(userId, sessionId)
  far.clock.advance(SHORT_HEARTBEAT_MS)
  expect((await far.accounts.listAlive([ann.sessionId])).alive).toEqual(new Set())
  far.clock.advance(KEPT_MS - SHORT_HEARTBEAT_MS)
  for (const { cookie } of [ann, ben]) expect(await far.accounts.findSession(cookie)).toBeUndefined()
})

test('over a database that other processes may write to, and no bus between them, a session is looked up each second', async () => {
  const near = openAccounts(backend.store)
  const far = openAccounts(backend.openStore(), { bus: createMemoryBus() })
  const { userId, sessionId, cookie } = await near.join('ann')
  expect(await far.accounts.findSession(cookie)).toBeDefined()
  await near.accounts.endSession(userId, sessionId)
  // An embedded one has one process, which this test takes for two.
  const lastsMs = backend.kind === 'sqlite' ? KEPT_MS : 1_000
  far.clock.advance(lastsMs - 1)
  expect(await far.accounts.findSession(cookie)).toBeDefined()
  far.clock.advance(1)
  expect(await far.accounts.findSession(cookie)).toBeUndefined()
})

test('while other processes cannot be heard a session is looked up each second, and anew once they can', async () => {
  let isThere = true
  let resume: () => void = () => undefined
  const bus: Bus = {
    ...createMemoryBus(),
    isShared: true,
    isThere: () => isThere,
    onResumed(listener) {
      resume = listener
      return () => undefined
    },
  }
  const near = openAccounts(backend.store)
  const far = openAccounts(backend.openStore(), { bus })
  const [ann, ben] = [await near.join('ann'), await near.join('ben')]
  for (const { cookie } of [ann, ben]) await far.accounts.findSession(cookie)
  isThere = false
  far.clock.advance(1_000)
  await near.accounts.endSession(ann.userId, ann.sessionId)
  expect(await far.accounts.findSession(ann.cookie)).toBeUndefined()
  await far.accounts.findSession(ben.cookie)
  await near.accounts.endSession(ben.userId, ben.sessionId)
  isThere = true
  resume()
  expect(await far.accounts.findSession(ben.cookie)).toBeUndefined()
})

test('those who come at once, each for the first time, are looked up together, and each found as who they are', async () => {
  const { join } = openAccounts(backend.store)
  const visits = [await join('ann'), await join('ben'), await join('cid')]
  const statements: string[] = []
  const store = backend.openStore((statement) => statements.push(statement))
  const { accounts } = openAccounts(store, { nextTurn: setImmediate })
  statements.length = 0
  const stranger = visits[0]?.cookie.replace(/.{43}$/, 'x'.repeat(43))
  const found = await Promise.all([...visits.map(({ cookie }) => cookie), stranger].map(accounts.findSession))
  expect(found).toEqual([...visits.map(({ userId, sessionId }) => ({ userId, sessionId })), undefined])
  expect(statements.filter((statement) => /from [`"]session/.test(statement))).toHaveLength(1)
})

test('who asks while others are looked up is looked up after that: what ended meanwhile is refused', async () => {
  const { join } = openAccounts(backend.store)
  const [ann, ben] = [await join('ann'), await join('ben')]
  let hold: Promise<void> = Promise.resolve()
  let release = (): void => undefined
  const far = openAccounts(backend.store, { nextTurn: () => hold })
  hold = new Promise((resolve) => (release = resolve))
  const first = far.accounts.findSession(ann.cookie)
  await openAccounts(backend.store, { bus: createMemoryBus() }).accounts.endSession(ben.userId, ben.sessionId)
  const second = far.accounts.findSession(ben.cookie)
  release()
  expect([await first, await second]).toEqual([{ userId: ann.userId, sessionId: ann.sessionId }, undefined])
})

test('one sees and ends only sessions of one’s own', async () => {
  const { accounts, join, enter, ended } = openAccounts(backend.store)
  const ann = await join('ann')
  const phone = await enter('ann')
  const bob = await join('bob')
  const sessions = await accounts.listSessions(ann)
  expect(sessions.map((session) => session.id).sort()).toEqual([ann.sessionId, phone.sessionId].sort())
  expect(sessions.filter((session) => session.current)).toMatchObject([
    { id: ann.sessionId, device: 'Firefox on Linux' },
  ])
  const told = ['createdAt', 'current', 'device', 'id', 'lastSeenAt', 'lastSyncAt', 'upToDate']
  expect(Object.keys(sessions[0] ?? {}).sort()).toEqual(told)

  expect(await accounts.endSession(ann.userId, bob.sessionId)).toBe(false)
  expect(await accounts.endSession(ann.userId, uuidv7())).toBe(false)
  expect(await accounts.findSession(bob.cookie)).toBeDefined()
  expect(ended).toEqual([])
})

test('an ended session is refused at once, though it was just used, and its end is announced', async () => {
  const { accounts, join, ended } = openAccounts(backend.store)
  const { userId, sessionId, cookie } = await join('ann')
  await accounts.findSession(cookie)
  expect(await accounts.endSession(userId, sessionId)).toBe(true)
  expect(await accounts.findSession(cookie)).toBeUndefined()
  expect(ended).toEqual([sessionId])
  expect(await accounts.endSession(userId, sessionId)).toBe(false)
})

test('a look that was on its way when the session ended is not kept', async () => {
  const { accounts, join, clock } = openAccounts(backend.store)
  const { userId, sessionId, cookie } = await join('ann')
  clock.advance(KEPT_MS)
  await Promise.all([accounts.findSession(cookie), accounts.endSession(userId, sessionId)])
  expect(await accounts.findSession(cookie)).toBeUndefined()
})

test('another process refuses an ended session as soon as it hears of it', async () => {
  const bus = await createBusPair(backend, () => undefined)
  const near = openAccounts(backend.store, { bus: bus.near })
  const far = openAccounts(backend.openStore(), { bus: bus.far })
  const { userId, sessionId, cookie } = await near.join('ann')
  expect(await far.accounts.findSession(cookie)).toBeDefined()
  await near.accounts.endSession(userId, sessionId)
  await waitFor('the word', () => far.ended.includes(sessionId) || undefined)
  expect(await far.accounts.findSession(cookie)).toBeUndefined()
  await bus.close()
})

test('a session that nobody used for sixty days is over, and removed when it is pruned', async () => {
  const { accounts, join, clock } = openAccounts(backend.store, farOn)
  const { sessionId, cookie } = await join('ann')
  clock.advance(SESSION_IDLE_MS)
  await pruneSessions(backend.store, clock.now())
  expect(await getSession(sessionId)).toBeDefined()
  clock.advance(KEPT_MS)
  expect(await accounts.findSession(cookie)).toBeUndefined()
  await pruneSessions(backend.store, clock.now())
  expect(await getSession(sessionId)).toBeUndefined()
})

test('a session is alive to the last moment of its sixty days', async () => {
  const { accounts, join, clock } = openAccounts(backend.store, farOn)
  const { cookie } = await join('ann')
  clock.advance(SESSION_IDLE_MS)
  expect(await accounts.findSession(cookie)).toBeDefined()
})

test('a clock that is seventy days ahead for one request ends no session, also when somebody signs in meanwhile', async () => {
  let aheadMs = 0
  const fake = createFakeClock()
  const clock = { ...fake, now: () => fake.now() + aheadMs }
  const { accounts, join, enter, ended } = openAccounts(backend.store, { clock })
  const visit = await join('ann')
  fake.advance(2_000)
  aheadMs = 70 * DAY_MS
  expect(await accounts.findSession(visit.cookie)).toBeUndefined()
  await enter('ann')
  aheadMs = 0
  expect(await accounts.findSession(visit.cookie)).toEqual({ sessionId: visit.sessionId, userId: visit.userId })
  expect(ended).toEqual([])
})

test('a session in use lives on', async () => {
  const { accounts, join, clock } = openAccounts(backend.store, farOn)
  const { cookie } = await join('ann')
  for (let day = 0; day < 90; day += 30) {
    clock.advance(30 * DAY_MS)
    expect(await accounts.findSession(cookie)).toBeDefined()
    await accounts.close()
  }
})

test('those alive are told from those that ended or expired', async () => {
  const { accounts, join, enter, clock } = openAccounts(backend.store, farOn)
  const old = await join('ann')
  clock.advance(SESSION_IDLE_MS - SEEN_STEP_MS)
  const ended = await enter('ann')
  const alive = await enter('ann')
  await accounts.endSession(ended.userId, ended.sessionId)
  clock.advance(SEEN_STEP_MS + 1)
  const all = [old.sessionId, ended.sessionId, alive.sessionId, uuidv7()]
  expect([...(await accounts.listAlive(all)).alive]).toEqual([alive.sessionId])
  expect([...(await accounts.listAlive([])).alive]).toEqual([])
})

test('of more sessions than one statement takes those are told that live', async () => {
  const { accounts, join } = openAccounts(backend.store)
  const [ann, ben] = [await join('ann'), await join('ben')]
  const others = Array.from({ length: 33_000 }, () => uuidv7())
  const { alive } = await accounts.listAlive([ann.sessionId, ...others, ben.sessionId])
  expect([...alive].sort()).toEqual([ann.sessionId, ben.sessionId].sort())
})

test('what is the same of many devices is one case for all of them', async () => {
  const statements: string[] = []
  const store = backend.openStore((statement) => statements.push(statement))
  const { accounts, join, enter } = openAccounts(store, farOn)
  const visits = [await join('ann'), await enter('ann'), await enter('ann'), await enter('ann')]
  statements.length = 0
  for (const { sessionId } of visits.slice(0, 3)) accounts.recordCursor(sessionId, 7)
  await accounts.close()
  expect(statements.map((statement) => statement.match(/\bwhen\b/g)?.length)).toEqual([3])
  const rows = await Promise.all(visits.map(({ sessionId }) => getSession(sessionId)))
  expect(rows.map((row) => row?.cursor_seq)).toEqual([7, 7, 7, 0])
})

test('cursors of many devices are written in one statement, as a step of time begins, and only move forward', async () => {
  const statements: string[] = []
  const store = backend.openStore((statement) => statements.push(statement))
  const { accounts, join, enter, clock } = openAccounts(store, farOn)
  const visits = [await join('ann'), await enter('ann'), await enter('ann')]
  const cursors = async () => {
    const rows = await Promise.all(visits.map(({ sessionId }) => getSession(sessionId)))
    return rows.map((row) => row?.cursor_seq)
  }
  statements.length = 0
  visits.forEach(({ sessionId }, index) => accounts.recordCursor(sessionId, 10 + index))
  visits.forEach(({ sessionId }) => accounts.recordCursor(sessionId, 5))
  clock.advance(SEEN_STEP_MS - 1)
  expect(statements).toEqual([])
  clock.advance(1)
  await waitFor('the cursors', async () => (await cursors()).includes(12) || undefined)
  expect(await cursors()).toEqual([10, 11, 12])
  expect(statements).toHaveLength(1)

  visits.forEach(({ sessionId }) => accounts.recordCursor(sessionId, 11))
  await accounts.close()
  expect(await cursors()).toEqual([11, 11, 12])
})

test('a socket that only stays open writes nothing within an hour, and once after it', async () => {
  const statements: string[] = []
  const store = backend.openStore((statement) => statements.push(statement))
  const { accounts, join, clock } = openAccounts(store, farOn)
  const { sessionId } = await join('ann')
  const pong = () => accounts.recordCursor(sessionId, 7)
  pong()
  clock.advance(SEEN_STEP_MS)
  await waitFor('the cursor', async () => (await getSession(sessionId))?.cursor_seq === 7 || undefined)
  const { length } = statements
  for (let step = 2; step * SEEN_STEP_MS < LAST_SEEN_EVERY_MS; step += 1) {
    pong()
    clock.advance(SEEN_STEP_MS)
  }
  expect(statements).toHaveLength(length)
  clock.advance(SEEN_STEP_MS)
  pong()
  const seenAt = toStep(clock.now())
  clock.advance(SEEN_STEP_MS)
  await waitFor('the hour', async () => (await getSession(sessionId))?.last_seen_at === seenAt || undefined)
  expect(statements).toHaveLength(length + 1)
})

test('the list says when each device last acknowledged a cursor, and whether that was all of the log as the step began', async () => {
  const heads: number[] = []
  const lookAtHead = async () => {
    const head = await findHead(backend.store)
    heads.push(head)
    return head
  }
  const { accounts, campus, join, enter, clock } = openAccounts(backend.store, { findHead: lookAtHead })
  const desktop = await join('ann')
  const phone = await enter('ann')
  const fresh = await enter('ann')
  const list = async () => {
    const sessions = await accounts.listSessions(desktop)
    return new Map(sessions.map(({ id, lastSyncAt, upToDate }) => [id, { lastSyncAt, upToDate }]))
  }
  const never = { lastSyncAt: null, upToDate: false }
  expect([...(await list()).values()]).toEqual([never, never, never])
  // Before this process has looked how far the log is.
  accounts.recordCursor(phone.sessionId, 1)
  expect((await list()).get(phone.sessionId)).toEqual({ lastSyncAt: toStep(clock.now()), upToDate: false })

  const head = await campus.head()
  clock.advance(SEEN_STEP_MS)
  await waitFor('a look at the head', () => heads.includes(head) || undefined)
  const first = clock.now()
  clock.advance(3_000)
  accounts.recordCursor(phone.sessionId, head - 1)
  accounts.recordCursor(desktop.sessionId, head)
  // A device that has not pulled yet answers pings with the cursor before everything.
  accounts.recordCursor(fresh.sessionId, 0)
  const told = await list()
  expect(told.get(desktop.sessionId)).toEqual({ lastSyncAt: first, upToDate: true })
  expect(told.get(phone.sessionId)).toEqual({ lastSyncAt: first, upToDate: false })
  expect(told.get(fresh.sessionId)).toEqual(never)

  clock.advance(SEEN_STEP_MS)
  const second = toStep(clock.now())
  await waitFor('the note', async () => (await getSession(desktop.sessionId))?.synced_at === first || undefined)
  await campus.accept(desktop.userId, send())
  // How far the device really is would tell when it was last here.
  accounts.recordCursor(desktop.sessionId, await campus.head())
  await accounts.close()
  expect(await getSession(desktop.sessionId)).toMatchObject({ cursor_seq: head, synced_at: first })
  expect((await list()).get(desktop.sessionId)).toEqual({ lastSyncAt: first, upToDate: true })
  expect(second).toBe(first + SEEN_STEP_MS)
})

test('what another process wrote later stands: neither a sync nor a use goes back in time', async () => {
  const { accounts, join, clock } = openAccounts(backend.store, farOn)
  const { sessionId } = await join('ann')
  accounts.recordCursor(sessionId, 5)
  accounts.recordLeft(sessionId)
  const later = clock.now() + SEEN_STEP_MS
  const written = { cursor_seq: 9, synced_at: later, last_seen_at: later }
  await backend.store.db.updateTable('session').set(written).where('id', '=', sessionId).execute()
  await accounts.close()
  expect(await getSession(sessionId)).toMatchObject(written)
})

test('when the last socket of a session went is written as a step of five minutes, at its end, and is no sync', async () => {
  const { accounts, join, clock } = openAccounts(backend.store, farOn)
  const { sessionId } = await join('ann')
  const joinedAt = clock.now()
  clock.advance(SEEN_STEP_MS + 1_234)
  accounts.recordLeft(sessionId)
  const leftAt = toStep(clock.now())
  clock.advance(SEEN_STEP_MS - 1_235)
  expect(await getSession(sessionId)).toMatchObject({ last_seen_at: joinedAt })
  clock.advance(1)
  await waitFor('the note', async () => (await getSession(sessionId))?.last_seen_at === leftAt || undefined)
  expect(leftAt).toBe(joinedAt + SEEN_STEP_MS)
  expect(await getSession(sessionId)).toMatchObject({ synced_at: null, cursor_seq: 0 })
})

test('who leaves while a step of time begins is written at its end, however long its beginning takes', async () => {
  let answer: (head: number) => void = () => undefined
  const slow = new Promise<number>((resolve) => (answer = resolve))
  let looks = 0
  const findHead = () => (++looks === 2 ? slow : Promise.resolve(1))
  const { accounts, join, clock } = openAccounts(backend.store, { findHead })
  const { sessionId } = await join('ann')
  const joinedAt = clock.now()
  clock.advance(SEEN_STEP_MS)
  await waitFor('the beginning of a step', () => looks > 1 || undefined)
  accounts.recordLeft(sessionId)
  answer(2)
  // All that followed from the answer has queued its writes by now, and SQLite takes one after the other.
  await setImmediate()
  const stored = await backend.store.write((db) =>
    db.selectFrom('session').select('last_seen_at').where('id', '=', sessionId).executeTakeFirst(),
  )
  expect(stored).toEqual({ last_seen_at: joinedAt })
  clock.advance(SEEN_STEP_MS)
  const leftAt = joinedAt + SEEN_STEP_MS
  await waitFor('the note', async () => (await getSession(sessionId))?.last_seen_at === leftAt || undefined)
  await accounts.close()
})

test('a note on an ended session does not bring it back', async () => {
  const { accounts, join } = openAccounts(backend.store)
  const { userId, sessionId } = await join('ann')
  await accounts.endSession(userId, sessionId)
  accounts.recordCursor(sessionId, 10)
  await accounts.close()
  expect(await getSession(sessionId)).toBeUndefined()
})

test('what could not be written is written later', async () => {
  const { accounts, join, errors, clock } = openAccounts(backend.store, farOn)
  const { sessionId } = await join('ann')
  const notedAt = clock.now()
  await backend.store.db.schema.alterTable('session').renameTo('elsewhere').execute()
  accounts.recordCursor(sessionId, 10)
  clock.advance(SEEN_STEP_MS)
  await waitFor('the failure', () => errors.length > 0 || undefined)
  await backend.store.db.schema.alterTable('elsewhere').renameTo('session').execute()
  await accounts.close()
  expect(await getSession(sessionId)).toMatchObject({ cursor_seq: 10, synced_at: notedAt })
})
