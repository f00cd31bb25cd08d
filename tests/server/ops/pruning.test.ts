import { uuidv7 } from 'uuidv7'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pruneSessions } from '../../../server/accounts/prune-sessions.ts'
import { SESSION_IDLE_MS } from '../../../server/accounts/session-life.ts'
import { CAMPUS_TABLES } from '../../../server/campus/kind.ts'
import { pruneMemberships } from '../../../server/campus/prune-memberships.ts'
import { pruneClassrooms } from '../../../server/classroom/prune-classrooms.ts'
import { classroomTables } from '../../../server/classroom/tables.ts'
import { pruneCommands } from '../../../server/log/prune-commands.ts'
import { startPruning } from '../../../server/ops/pruning.ts'
import { KEPT_AFTER_END_MS } from '../../../shared/classroom/limits.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  addMembers,
  type Campus,
  createCampus,
  dump,
  hide,
  pullCampus,
  read,
  removeMember,
  send,
  setConversation,
  setDraft,
} from '../../support/campus.ts'
import { ask, choose, createTestClassroom, dumpClassrooms, poll, post, vote } from '../../support/classroom.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

const DAY_MS = 24 * 60 * 60_000
const LOOK_EVERY_MS = DAY_MS / 4

let backend: Backend
let campus: Campus
let now = 1_800_000_000_000
beforeEach(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store, now: () => now })
})
afterEach(() => backend.dispose())

const countCommands = async () => (await backend.store.db.selectFrom('command').select('id').execute()).length

test('commands are forgotten that were done before a moment, and how far those reach is told', async () => {
  const ann = await campus.register('Ann')
  const pin = (index: number) => setConversation(EVERYONE_ID, { pinned: index % 2 === 0 })
  const old = await campus.accept(ann, ...Array.from({ length: 1_200 }, (_, index) => pin(index)))
  now += DAY_MS
  await campus.accept(ann, pin(0))
  expect(await pruneCommands(backend.store, CAMPUS_TABLES, now)).toBe(old)
  expect(await countCommands()).toBe(1)
  expect(await pruneCommands(backend.store, CAMPUS_TABLES, now)).toBe(0)
})

test('a message whose command is forgotten is still written once', async () => {
  const ann = await campus.register('Ann')
  const message = send()
  await campus.accept(ann, message)
  await pruneCommands(backend.store, CAMPUS_TABLES, now + 1)
  expect(await countCommands()).toBe(0)
  await campus.submit(ann, [message])
  const messages = await backend.store.db.selectFrom('message').select('id').execute()
  expect(messages).toEqual([{ id: message.id }])
})

test('ended memberships are forgotten with what was their own, and whoever stands below pulls afresh', async () => {
  const [ann, ben, cleo] = [await campus.register('Ann'), await campus.register('Ben'), await campus.register('Cleo')]
  const group = await campus.group(ann, ben, cleo)
  const message = send(group)
  await campus.accept(ann, message)
  await campus.accept(ben, read(group, 1), setDraft(group, 'Not yet'), hide(group, message.id))
  await campus.accept(cleo, hide(group, message.id))
  const before = await campus.head()
  const ended = await campus.accept(ann, removeMember(group, ben))
  await campus.accept(ann, removeMember(group, cleo), addMembers(group, cleo), send(group))
  await pruneMemberships(backend.store, await campus.head())
  const tables = await dump(backend.store)
  for (const table of ['member', 'reading', 'receipt', 'personal', 'hidden_message']) {
    const kept = (tables[table] ?? []).map((record) => JSON.stringify(record))
    expect([table, kept.filter((record) => record.includes(ben))]).toEqual([table, []])
  }
  for (const table of ['member', 'hidden_message']) expect(JSON.stringify(tables[table])).toContain(cleo)
  expect(await pullCampus(backend.store, ben, { cursor: before })).toMatchObject({ kind: 'reset' })
  expect(await pullCampus(backend.store, ben, { cursor: ended })).toMatchObject({ kind: 'page' })
  expect(await pullCampus(backend.store, ben, { cursor: 0 })).toMatchObject({ kind: 'page' })
})

test('a membership that ended after the position is not forgotten, nor does anybody have to pull afresh', async () => {
  const [ann, ben] = [await campus.register('Ann'), await campus.register('Ben')]
  const group = await campus.group(ann, ben)
  const before = await campus.head()
  await campus.accept(ann, removeMember(group, ben))
  const tables = await dump(backend.store)
  await pruneMemberships(backend.store, before)
  expect(await dump(backend.store)).toEqual(tables)
  expect(await pullCampus(backend.store, ben, { cursor: before })).toMatchObject({
    ...{ kind: 'page', page: { rows: [{ type: 'member', userId: ben, removed: true }] } },
  })
})

test('sessions that are over are forgotten, and no other', async () => {
  const userId = await campus.register('Ann')
  const add = async (last_seen_at: number) => {
    const id = uuidv7()
    const rest = { secret_hash: '', device: '', created_at: 0, cursor_seq: 0, synced_at: null }
    await backend.store.db
      .insertInto('session')
      .values({ id, user_id: userId, last_seen_at, ...rest })
      .execute()
    return id
  }
  await add(now - SESSION_IDLE_MS - 1)
  const kept = await add(now - SESSION_IDLE_MS)
  await pruneSessions(backend.store, now)
  expect(await backend.store.db.selectFrom('session').select('id').execute()).toEqual([{ id: kept }])
})

test('a classroom that ended half a year ago is forgotten with all that was said in it, and no other', async () => {
  const { store } = backend
  const endsAt = now
  const rooms = [
    await createTestClassroom({ store, now: now - DAY_MS, body: { endsAt, answers: 'everyone' } }),
    await createTestClassroom({ store, now: now - DAY_MS, body: { endsAt: endsAt + 1, answers: 'everyone' } }),
    await createTestClassroom({ store, now: now - DAY_MS, body: { endsAt: null, answers: 'everyone' } }),
  ]
  for (const room of rooms) {
    const [asked, made] = [ask(), poll()]
    await room.accept(asked.command)
    await room.act(made)
    for (const command of [vote(asked.id), post(asked.id), choose(made.id, [1])]) await room.accept(command)
  }
  const [ended, ...others] = rooms.map(({ id }) => id)
  const tables = classroomTables(store)
  await pruneClassrooms(store, endsAt + KEPT_AFTER_END_MS + 1)
  const told = JSON.stringify([
    await dumpClassrooms(store),
    await store.db.selectFrom(tables.log).selectAll().execute(),
    await store.db.selectFrom(tables.lineage).selectAll().execute(),
    await store.db.selectFrom('student_command').selectAll().execute(),
  ])
  expect(told).not.toContain(ended)
  for (const id of others) expect(told).toContain(id)
  expect(await rooms[0]?.codeOf(ask().command)).toBe('not_found')
  expect(await rooms[1]?.row('classroom', others[0] ?? '')).toBeDefined()
})

/** What pruning takes for now, at each of its looks. */
function watchLooks() {
  const clock = createFakeClock()
  let aheadMs = 0
  const looks: number[] = []
  const errors: unknown[] = []
  const skewed = { ...clock, now: () => clock.now() + aheadMs }
  const stop = startPruning(
    skewed,
    async (at) => {
      looks.push(at)
      if (looks.length === 1) throw new Error('gone')
    },
    (error) => errors.push(error),
  )
  const look = async () => {
    clock.advance(LOOK_EVERY_MS)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { clock, looks, errors, look, stop, skew: (ms: number) => (aheadMs = ms) }
}

test('what is pruned was too old at two looks, so that a clock that runs ahead takes nothing away', async () => {
  const { clock, looks, errors, look, stop, skew } = watchLooks()
  const begun = clock.now()
  await look()
  expect(looks).toEqual([begun])
  skew(70 * DAY_MS)
  await look()
  skew(0)
  await look()
  expect(looks).toEqual([begun, begun + LOOK_EVERY_MS, begun + 3 * LOOK_EVERY_MS])
  expect(errors).toMatchObject([{ message: 'gone' }])
  stop()
  await look()
  expect(looks).toHaveLength(3)
})
