import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Bus } from '../../../server/bus/bus.ts'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import { loadRosterEntries } from '../../../server/campus/load-roster.ts'
import { createRoster, REMEMBERED_MS } from '../../../server/campus/roster.ts'
import type { Audience, CampusRow } from '../../../server/campus/types.ts'
import { createCampusAudiences } from '../../../server/live/campus-audiences.ts'
import type { Store } from '../../../server/store/store.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
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
import { followLog, type TestFollower } from '../../support/follower.ts'
import { type CampusLive, startCampusLive } from '../../support/live.ts'
import { waitFor } from '../../support/wait-for.ts'

// Who hears what of the campus log, and what changes that. What holds for every log is in hub.test.ts.

let backend: Backend
let store: Store
let campus: Campus
let live: CampusLive
let clock: FakeClock
let errors: unknown[]
let statements: string[] = []
let ann: string
let ben: string
/** Whether the bus passes words on, or loses them. */
let isDeaf = false
beforeAll(async () => {
  backend = await createBackend()
  store = backend.openStore((statement) => statements.push(statement))
  const inner = createMemoryBus()
  const bus: Bus = {
    ...inner,
    publish(channel, word) {
      if (!isDeaf) inner.publish(channel, word)
    },
  }
  campus = createCampus({ store: backend.store, bus })
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  isDeaf = false
  errors = []
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  clock = createFakeClock()
  live = await startCampusLive({ store, bus: campus.bus, clock, onError: (error) => errors.push(error) })
})
afterEach(() => {
  live.close()
  expect([...errors, ...campus.errors]).toEqual([])
})

type Follower = TestFollower<CampusRow>
const LIVE = { type: 'live' }
const BEHIND = { type: 'behind' }
const follow = (userId: string): Follower => followLog(live.hub, { userId })
async function followFrom(userId: string, cursor: number): Promise<Follower> {
  const follower = follow(userId)
  await follower.resume(cursor)
  return follower
}
/** Somebody live from the head on. */
async function followLive(userId: string): Promise<Follower> {
  const follower = await followFrom(userId, await campus.head())
  expect(follower.take()).toEqual([LIVE])
  return follower
}
const typesOf = (follower: Follower) => follower.rows().map(({ type }) => type)
const expandedOf = (follower: Follower) =>
  follower.rows().flatMap((row) => (row.type === 'receipts' ? row.expanded : []))
const rows = (from: number, to: number, ...ids: string[]) => ({
  ...{ type: 'rows', from, to },
  rows: ids.map((id) => expect.objectContaining({ type: 'message', id }) as object),
})

test('whatever somebody may hear is among their topics', async () => {
  const group = await campus.group(ann, ben)
  const other = await campus.group(ben)
  const roster = createRoster({ clock, load: (userIds) => loadRosterEntries(store, userIds) })
  const audiences = createCampusAudiences(roster)
  await audiences.learn(ann)
  const insiders = (conversationId: string) =>
    (['members', 'seers', 'non-seers'] as const).map((kind) => ({ kind, conversationId }))
  const all: Audience[] = [
    { kind: 'all' },
    ...[ann, ben].map((userId) => ({ kind: 'user' as const, userId })),
    ...[group, other].flatMap(insiders),
  ]
  const heard = all.filter((audience) => audiences.mayHear(ann, audience))
  expect(heard).toHaveLength(4)
  expect(all.filter((audience) => audiences.listTopics(ann).includes(audiences.topicOf(audience)))).toEqual(
    expect.arrayContaining(heard),
  )
})

test('a stranger hears nothing of a group, and nobody hears of a read position but its owner', async () => {
  const group = await campus.group(ann, ben)
  const eve = await campus.register()
  const [annHears, benHears, eveHears] = [await followLive(ann), await followLive(ben), await followLive(eve)]
  await campus.accept(ann, send(group))
  await campus.accept(ben, read(group, 1))
  expect(eveHears.take()).toEqual([])
  const readingsOf = (follower: Follower) => follower.rows().filter(({ type }) => type === 'reading')
  expect(readingsOf(annHears)).toHaveLength(1)
  expect(readingsOf(benHears)).toHaveLength(1)
  expect(readingsOf(annHears)).not.toEqual(readingsOf(benHears))
})
test('what others have seen is told to members who let others know it themselves, live and when they resume', async () => {
  const cleo = await campus.register('Cleo')
  const group = await campus.group(ann, ben, cleo)
  await campus.accept(cleo, setPreference({ seen: false }))
  const [annHears, benHears, cleoHears] = [await followLive(ann), await followLive(ben), await followLive(cleo)]
  const cursor = await campus.head()
  await campus.accept(ann, send(group))
  await campus.accept(ben, read(group, 1))
  await campus.publishReceipts(group)
  const [annLater, cleoLater] = [await followFrom(ann, cursor), await followFrom(cleo, cursor)]
  const seenBy = (follower: Follower) =>
    expandedOf(follower).flatMap((row) => (row.type === 'seen' ? [[row.userId, row.steps.at(-1)?.n]] : []))
  expect([annHears, benHears, annLater].map(seenBy)).toEqual([[[ben, 1]], [[ben, 1]], [[ben, 1]]])
  expect([cleoHears, cleoLater].map(seenBy)).toEqual([[], []])
  expect(expandedOf(cleoHears)).toMatchObject([{ type: 'delivery', userId: ben, n: 1 }])
  expect(cleoHears.rows().flatMap((row) => (row.type === 'receipts' ? row.seen : []))).toEqual([])
})
test('a change of the own preference puts all sockets of the user behind, and nothing of its batch is told', async () => {
  const group = await campus.group(ann, ben)
  await campus.accept(ann, send(group))
  const cursor = await campus.head()
  const [one, other, annHears] = [await followLive(ben), await followLive(ben), await followLive(ann)]
  await Promise.all([
    campus.accept(ann, read(EVERYONE_ID, 1)),
    campus.accept(ben, read(group, 1), setPreference({ seen: false }), send(group)),
  ])
  expect([...one.take(), ...other.take()]).toEqual([BEHIND, BEHIND])
  expect(typesOf(annHears)).toContain('message')
  await one.resume(cursor)
  expect(one.take()).toEqual([BEHIND])
  await one.resume(await campus.head())
  expect(one.take()).toEqual([LIVE])
})
test('a cursor from before a change of the own preference is behind, though memory reaches back', async () => {
  const cursor = await campus.head()
  await campus.accept(ben, setPreference({ seen: false }))
  expect((await followFrom(ben, cursor)).take()).toEqual([BEHIND])
})
test('a choice that was made before this process is known to it', async () => {
  await campus.accept(ben, setPreference({ seen: false }))
  const cleo = await campus.register('Cleo')
  const group = await campus.group(ann, ben, cleo)
  await campus.accept(ann, send(group))
  const follower = await followLive(ben)
  await campus.accept(cleo, read(group, 1))
  await campus.accept(ann, send(group))
  await campus.publishReceipts(group)
  expect(expandedOf(follower).map(({ type }) => type)).toEqual(['delivery'])
  expect(typesOf(follower)).toContain('message')
})
test('what somebody may hear is read with three statements in one snapshot, and known when their next socket comes', async () => {
  const group = await campus.group(ann, ben)
  const cursor = await campus.head()
  const [toGroup, toAll] = [send(group), send()]
  await campus.accept(ann, toGroup)
  await campus.group(ann)
  await campus.accept(ann, toAll)
  statements = []
  const follower = await followFrom(ben, cursor)
  expect(follower.take()).toEqual([LIVE, rows(cursor, await campus.head(), toGroup.id, toAll.id)])
  expect(statements.filter((statement) => statement.startsWith('select'))).toHaveLength(3)
  expect(statements.join()).not.toMatch(/from ["`](message|reading|user)["`]/)
  statements = []
  expect((await followFrom(ben, live.hub.position.head)).take()).toEqual([LIVE])
  expect(statements).toEqual([])
})
test('a cursor from before a change of the own memberships is behind, though memory reaches back', async () => {
  const cursor = await campus.head()
  await campus.group(ann, ben)
  expect((await followFrom(ben, cursor)).take()).toEqual([BEHIND])
})
test('whoever is removed hears nothing of the batch that removes them, nor after', async () => {
  const group = await campus.group(ann, ben)
  const follower = await followLive(ben)
  await Promise.all([
    campus.accept(ann, read(EVERYONE_ID, 1)),
    campus.accept(ann, send(group, 'before'), removeMember(group, ben), send(group, 'after')),
  ])
  await campus.accept(ann, send(group, 'later'))
  expect(follower.take()).toEqual([BEHIND])
})
test('whoever leaves on one device is behind on all of theirs', async () => {
  const group = await campus.group(ann, ben)
  const [one, other] = [await followLive(ben), await followLive(ben)]
  await campus.accept(ben, leaveGroup(group))
  expect([...one.take(), ...other.take()]).toEqual([BEHIND, BEHIND])
})
test('whoever is added is put behind, finds everything by a pull, and is live again', async () => {
  const device = createDevice(backend.store, ben)
  await device.pullAll()
  const group = await campus.group(ann)
  await campus.accept(ann, send(group, 'early'))
  const follower = await followLive(ben)
  await campus.accept(ann, addMembers(group, ben), send(group, 'late'))
  expect(follower.take()).toEqual([BEHIND])
  await device.pullAll()
  expect(device.messages(group).map(({ text }) => text)).toEqual(['early', 'late'])
  await follower.resume(device.cursor(), device.position().lineage)
  const last = send(group)
  await campus.accept(ann, last)
  expect(follower.take()).toEqual([LIVE, rows(device.cursor(), await campus.head(), last.id)])
})
test('other members stay live while somebody comes and goes', async () => {
  const group = await campus.group(ann)
  const follower = await followLive(ann)
  await campus.accept(ann, addMembers(group, ben))
  await campus.accept(ann, removeMember(group, ben))
  expect(follower.rows()).toMatchObject([
    { type: 'member', removed: false },
    { type: 'event', change: { kind: 'added' } },
    { type: 'member', removed: true },
    { type: 'event', change: { kind: 'removed' } },
  ])
})
test('a membership that changes while it is being loaded is not missed', async () => {
  const group = await campus.group(ann, ben)
  const cursor = await campus.head()
  const follower = follow(ben)
  const resumed = follower.resume(cursor)
  await campus.accept(ann, removeMember(group, ben), send(group, 'after'))
  await resumed
  await campus.accept(ann, send(group, 'later'))
  expect(follower.rows()).toEqual([])
  expect(follower.frames.at(-1)).toEqual(BEHIND)
})
test('a removal whose news was lost is told to nobody but as behind', async () => {
  const group = await campus.group(ann, ben)
  const follower = await followLive(ben)
  isDeaf = true
  await campus.accept(ann, send(group, 'before'), removeMember(group, ben), send(group, 'after'))
  await waitFor('the word', () => {
    clock.advance(1_000)
    return follower.frames.length > 1 ? true : undefined
  })
  expect(follower.take()).toEqual([BEHIND])
})
test('a wait ends when a membership changes', async () => {
  const group = await campus.group(ann, ben)
  const done = live.hub.waitForNews({ userId: ben }, await campus.head(), new AbortController().signal)
  await campus.accept(ann, removeMember(group, ben))
  await done
})
test('what somebody may hear is known for some minutes after their last socket went, and then forgotten when others come', async () => {
  const group = await campus.group(ann, ben)
  const [one, other] = [await followLive(ben), await followLive(ben)]
  one.following.remove()
  await campus.accept(ann, send(group))
  expect(typesOf(other)).toContain('message')
  other.following.remove()
  const looks = () => statements.filter((statement) => /["`]member["`]/.test(statement)).length
  statements = []
  clock.advance(REMEMBERED_MS - 1)
  const back = await followLive(ben)
  expect(looks()).toBe(0)
  back.following.remove()
  clock.advance(REMEMBERED_MS)
  await followLive(ann)
  statements = []
  await followLive(ben)
  expect(looks()).toBe(1)
})
