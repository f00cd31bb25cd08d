import { uuidv7 } from 'uuidv7'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fillDirectory } from '../../../server/campus/name-words.ts'
import { createCampusKind } from '../../../server/campus/kind.ts'
import { history } from '../../../server/campus/history.ts'
import { PAGE_LIMITS } from '../../../server/campus/page-limits.ts'
import type { CampusRow } from '../../../server/campus/types.ts'
import { campusRules } from '../../../server/commands/rules.ts'
import { loadChangesSince } from '../../../server/log/changes.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import type { UserRow } from '../../../shared/protocol/rows.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  addMembers,
  type Campus,
  createCampus,
  edit,
  pullCampus,
  react,
  renameProfile,
  send,
} from '../../support/campus.ts'
import { createDevice, getPage, type Device } from '../../support/device.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { followLog } from '../../support/follower.ts'
import { startCampusLive } from '../../support/live.ts'

// Who may hold whom, below and above the number of people that every device holds. Here that is five.

const FEW = 5

let backend: Backend
let campus: Campus
beforeEach(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store, peopleOnDevicesMax: FEW })
})
afterEach(() => backend.dispose())

async function registerMany(count: number, from = campus): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < count; index += 1) ids.push(await from.register(`Person ${index}`))
  return ids
}

const peopleOf = (rows: Iterable<CampusRow>) => [...rows].filter((row): row is UserRow => row.type === 'user')
const namesOn = (device: Device) => peopleOf(device.rows.values()).map(({ name }) => name)
const idsIn = (rows: Iterable<CampusRow>) =>
  peopleOf(rows)
    .map(({ id }) => id)
    .sort()
const everyoneOn = (device: Device) => device.rows.get(`conversation/${EVERYONE_ID}`)

/** A device that holds all that it may. */
async function synced(userId: string): Promise<Device> {
  const device = createDevice(backend.store, userId)
  await device.pullAll()
  return device
}

/** A campus of six, of which the sixth came when there was no room for everybody. */
async function crowd(): Promise<[ann: string, ben: string, cleo: string, ...others: string[]]> {
  const [ann, ben, cleo, ...others] = await registerMany(FEW + 1)
  if (ann === undefined || ben === undefined || cleo === undefined) throw new Error('too few')
  return [ann, ben, cleo, ...others]
}

test('up to the limit everybody hears of who registers, and nobody but them of who comes after', async () => {
  await registerMany(FEW + 1)
  const audiences = campus.published.flatMap(({ rows }) =>
    rows.flatMap(({ row, audience }) => (row.type === 'user' ? [audience] : [])),
  )
  expect(audiences.slice(0, FEW)).toEqual(Array.from({ length: FEW }, () => ({ kind: 'all' })))
  expect(audiences.slice(FEW)).toMatchObject([{ kind: 'circle', conversationIds: [] }])
})

test('a device below the limit holds everybody, and keeps them beyond it without pulling afresh', async () => {
  const [ann] = await registerMany(FEW)
  const device = await synced(ann ?? '')
  expect(peopleOf(device.rows.values())).toHaveLength(FEW)
  expect(everyoneOn(device)).toMatchObject({ crowded: false })
  await registerMany(3)
  await device.pullAll()
  expect(device.pages.at(-1)?.from).toBeGreaterThan(0)
  expect(peopleOf(device.rows.values())).toHaveLength(FEW)
  expect(everyoneOn(device)).toMatchObject({ crowded: true })
})

test('a first pull of a crowd brings whom its rows name, and nobody else', async () => {
  const [ann, ben, cleo, dan] = await crowd()
  const group = await campus.group(ann, ben)
  await campus.accept(ben, send(group))
  await campus.accept(cleo, send(EVERYONE_ID, 'Hello', { mentions: [dan ?? ''] }))
  const device = createDevice(backend.store, ann)
  await device.pullAll()
  expect(idsIn(device.rows.values())).toEqual([ann, ben, cleo, dan].sort())
  expect(device.pages).toHaveLength(1)
})

test('what a first pull, a page and history bring, and how many statements they take, is the same however many are registered', async () => {
  const [ann, ben] = await crowd()
  const group = await campus.group(ann, ben)
  await campus.accept(
    ben,
    ...Array.from({ length: 60 }, () => send(group)),
    ...Array.from({ length: 60 }, () => send()),
  )
  const statements: string[] = []
  const store = backend.openStore((statement) => statements.push(statement))
  const measure = async () => {
    const cursor = await campus.head()
    await campus.accept(ben, send(), send(group))
    statements.length = 0
    const first = createDevice(store, ann)
    await first.pullAll()
    const { rows } = getPage(await pullCampus(store, ann, { cursor }))
    const from = { before: 30 }
    const old = await history(store, ann, { log: CAMPUS_LOG, conversation: EVERYONE_ID, from, limit: 20 })
    const types = (all: readonly CampusRow[]) => all.map(({ type }) => type)
    return {
      first: first.pages.map((page) => types(page.rows)),
      page: types(rows),
      history: old.kind === 'page' ? types(old.page.rows) : old.refusal,
      statements: statements.length,
    }
  }
  const before = await measure()
  await insertPeople(20_000)
  expect(await measure()).toEqual(before)
  expect(before.first.flat().filter((type) => type === 'user')).toHaveLength(2)
})

test('a new name reaches, live and by a pull, those who share a conversation, and nobody else', async () => {
  const [ann, ben, cleo] = await crowd()
  await campus.group(ann, ben)
  const live = await startCampusLive({ store: backend.store, bus: campus.bus, clock: createFakeClock(), onError: fail })
  const [bens, cleos] = [await synced(ben), await synced(cleo)]
  const [benHears, cleoHears] = [followLog(live.hub, { userId: ben }), followLog(live.hub, { userId: cleo })]
  await benHears.resume(bens.cursor())
  await cleoHears.resume(cleos.cursor())
  await campus.accept(ann, renameProfile('Anna'))
  expect(peopleOf(benHears.rows()).map(({ name }) => name)).toEqual(['Anna'])
  expect(cleoHears.rows()).toEqual([])
  live.close()
  await bens.pullAll()
  await cleos.pullAll()
  expect(namesOn(bens)).toContain('Anna')
  expect(idsIn(cleos.rows.values())).not.toContain(ann)
})

test('who writes to Everyone, and whom they mention, is introduced: live, by a pull, by the log, by history', async () => {
  const [ann, ben, cleo, dan = ''] = await crowd()
  const live = await startCampusLive({ store: backend.store, bus: campus.bus, clock: createFakeClock(), onError: fail })
  const device = await synced(cleo)
  const hears = followLog(live.hub, { userId: cleo })
  await hears.resume(device.cursor())
  const from = await campus.head()
  const message = send(EVERYONE_ID, 'Hello', { mentions: [dan] })
  await campus.accept(ann, message, send())
  // Once in a batch, in the same frame, and not beyond what they come with.
  expect(idsIn(hears.rows())).toEqual([ann, dan].sort())
  expect(Math.max(...hears.rows().map(({ seq }) => seq))).toBe(await campus.head())
  await campus.accept(ann, edit(EVERYONE_ID, message.id, 'Hello again', { mentions: [ben] }))
  expect(idsIn(hears.rows())).toEqual([ann, ann, ben, dan].sort())
  live.close()

  const kind = createCampusKind(backend.store, campusRules)
  const changes = await loadChangesSince(backend.store, kind, CAMPUS_LOG, from, 100)
  expect(idsIn((changes.rows ?? []).map(({ row }) => row))).toEqual([ann, ben].sort())

  await device.pullAll()
  expect(idsIn(device.rows.values())).toEqual([ann, ben, cleo].sort())
  const outcome = await history(backend.store, cleo, {
    ...{ log: CAMPUS_LOG, conversation: EVERYONE_ID, limit: 10 },
    from: { before: 10 },
  })
  expect(outcome.kind === 'page' && idsIn(outcome.page.rows)).toEqual([ann, ben].sort())
})

test('who is new in a group is introduced to those in it', async () => {
  const [ann, ben, cleo] = await crowd()
  const group = await campus.group(ann, ben)
  const live = await startCampusLive({ store: backend.store, bus: campus.bus, clock: createFakeClock(), onError: fail })
  const device = await synced(ben)
  const hears = followLog(live.hub, { userId: ben })
  await hears.resume(device.cursor())
  await campus.accept(ann, addMembers(group, cleo))
  expect(idsIn(hears.rows())).toEqual([cleo])
  live.close()
  await device.pullAll()
  expect(idsIn(device.rows.values())).toEqual([ann, ben, cleo].sort())
  const newcomer = await synced(cleo)
  expect(idsIn(newcomer.rows.values())).toEqual([ann, ben, cleo].sort())
})

test('who reacts in Everyone comes with the page of it', async () => {
  const [ann, ben, cleo] = await crowd()
  const message = send()
  await campus.accept(ann, message)
  const device = await synced(cleo)
  await campus.accept(ben, react(EVERYONE_ID, message.id))
  await device.pullAll()
  expect(idsIn(device.rows.values())).toContain(ben)
})

test('crowded no more, all are behind, and the page of it brings everybody to who lacks them', async () => {
  const [ann] = await crowd()
  const device = await synced(ann)
  await registerMany(3)
  await campus.accept(ann, send())
  await device.pullAll()
  expect(peopleOf(device.rows.values())).toHaveLength(1)

  const live = await startCampusLive({ store: backend.store, bus: campus.bus, clock: createFakeClock(), onError: fail })
  const hears = followLog(live.hub, { userId: ann })
  await hears.resume(device.cursor())
  const before = device.cursor()
  const roomy = createCampus({ store: backend.store, bus: campus.bus, peopleOnDevicesMax: 100 })
  await registerMany(1, roomy)
  expect(hears.take().map(({ type }) => type)).toEqual(['live', 'behind'])
  // Nor does one go on live from before it.
  await hears.resume(before)
  expect(hears.take().map(({ type }) => type)).toEqual(['behind'])
  await device.pullAll()
  await hears.resume(device.cursor())
  expect(hears.take().map(({ type }) => type)).toEqual(['live'])
  live.close()
  expect(peopleOf(device.rows.values())).toHaveLength(FEW + 5)
  expect(everyoneOn(device)).toMatchObject({ crowded: false })

  // And crowded once more: what is held stays, who comes does not come.
  await registerMany(1)
  await device.pullAll()
  expect(everyoneOn(device)).toMatchObject({ crowded: true })
  expect(peopleOf(device.rows.values())).toHaveLength(FEW + 5)
})

test('a first pull under way when it becomes crowded ends, and holds what it has to', async () => {
  const [ann] = await registerMany(FEW)
  const device = createDevice(backend.store, ann ?? '')
  await device.pullPage({ ...PAGE_LIMITS, users: 1 })
  await device.pullPage({ ...PAGE_LIMITS, users: 1 })
  await registerMany(1)
  await device.pullAll({ ...PAGE_LIMITS, users: 1 })
  expect(everyoneOn(device)).toMatchObject({ crowded: true })
  expect(idsIn(device.rows.values())).toContain(ann)
})

test('people who came through an older version are counted, and found', async () => {
  await insertPeople(3)
  await fillDirectory(backend.store)
  const { member_count } = await findEveryone()
  expect(member_count).toBe(3)
  await registerMany(FEW)
  expect(await findEveryone()).toMatchObject({ member_count: FEW + 3, crowded: 1 })
})

const findEveryone = () =>
  backend.store.db.selectFrom('conversation').selectAll().where('id', '=', EVERYONE_ID).executeTakeFirstOrThrow()

/** People as an older version left them, at positions before all others. */
async function insertPeople(count: number): Promise<void> {
  const people = Array.from({ length: count }, (_, index) => ({
    ...{
      id: uuidv7(),
      seq: -index - 1,
      handle: `old${index}`,
      name: `Old ${index}`,
      picture_id: null,
      created_at: 0,
      former: 0,
    },
  }))
  for (let from = 0; from < people.length; from += 1_000) {
    await backend.store.db
      .insertInto('user')
      .values(people.slice(from, from + 1_000))
      .execute()
  }
}

function fail(error: unknown): void {
  throw error
}
