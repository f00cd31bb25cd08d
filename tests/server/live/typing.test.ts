import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { RECEIPT_MEMBERS_MAX, TYPING_EVERY_MS, TYPING_TTL_MS } from '../../../shared/protocol/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { addMembers, type Campus, createCampus, dump, removeMember, send, setPreference } from '../../support/campus.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { attend, type Process, startProcess, type TestAttendee } from '../../support/process.ts'

let backend: Backend
let campus: Campus
let clock: FakeClock
let here: Process
let ann: string
let ben: string
let cleo: string
let group: string
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  cleo = await campus.register('Cleo')
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  clock = createFakeClock()
  here = await startProcess(backend, campus.bus, clock)
  group = await campus.group(ann, ben, cleo)
})
afterEach(() => {
  here.close()
  expect(here.errors).toEqual([])
})

interface Screen extends TestAttendee {
  /** Opens a conversation, and gives the code with which that is denied. */
  open(conversationId: string | null): Promise<string>
  /** Types, and gives the code with which that is denied. */
  type(conversationId: string): Promise<string>
}

/** A socket of somebody, with a conversation open on its screen. */
async function showTo(userId: string, conversationId?: string, process = here): Promise<Screen> {
  const attendee = attend(process, userId)
  const { attended } = attendee
  const screen: Screen = {
    ...attendee,
    open: async (id) => (await attended.take({ type: 'watch', conversationId: id, userIds: [] }))?.code ?? 'taken',
    type: async (id) => (await attended.take({ type: 'typing', conversationId: id }))?.code ?? 'taken',
  }
  if (conversationId !== undefined) expect(await screen.open(conversationId)).toBe('taken')
  return screen
}
const typist = (userId: string, conversationId = group) => ({
  type: 'typist',
  conversationId,
  userId,
  ttlMs: TYPING_TTL_MS,
})

test('typing is told to those who have the conversation open, and to nobody else', async () => {
  const other = await campus.group(ann, ben)
  const annTypes = await showTo(ann, group)
  const annElsewhere = await showTo(ann, group)
  const benLooks = await showTo(ben, group)
  const benLooksToo = await showTo(ben, group)
  const benElsewhere = await showTo(ben, other)
  const cleoSleeps = await showTo(cleo)
  expect(await annTypes.type(group)).toBe('taken')
  expect([benLooks, benLooksToo].map(({ frames }) => frames)).toEqual([[typist(ann)], [typist(ann)]])
  for (const { frames } of [annTypes, annElsewhere, benElsewhere, cleoSleeps]) expect(frames).toEqual([])
})
test('typing is told in a direct conversation', async () => {
  const direct = await campus.direct(ann, ben)
  const [annTypes, benLooks] = [await showTo(ann), await showTo(ben, direct)]
  expect(await annTypes.type(direct)).toBe('taken')
  expect(benLooks.frames).toEqual([typist(ann, direct)])
})
test('nothing is kept: it is told once, to be forgotten, and whoever opens the conversation later hears nothing', async () => {
  const [annTypes, benLooks, cleoLooks] = [await showTo(ann), await showTo(ben, group), await showTo(cleo)]
  const before = await dump(backend.store)
  await annTypes.type(group)
  await cleoLooks.open(group)
  clock.advance(TYPING_TTL_MS * 2)
  expect(benLooks.frames).toEqual([typist(ann)])
  expect(cleoLooks.frames).toEqual([])
  expect(await dump(backend.store)).toEqual(before)
})
test('whoever closes the conversation, or goes, hears nothing more', async () => {
  const [annTypes, benLooks, cleoLooks] = [await showTo(ann), await showTo(ben, group), await showTo(cleo, group)]
  await benLooks.open(null)
  cleoLooks.leave()
  await annTypes.type(group)
  expect([...benLooks.frames, ...cleoLooks.frames]).toEqual([])
})
test('what is said more often of one conversation than it need be is dropped, and what the network only hurried is not', async () => {
  const other = await campus.group(ann, ben)
  const [annTypes, benLooks] = [await showTo(ann), await showTo(ben, group)]
  const sayAfter = async (ms: number, conversationId = group) => {
    clock.advance(ms)
    return annTypes.type(conversationId)
  }
  expect([await sayAfter(0), await sayAfter(0), await sayAfter(1_000)]).toEqual(['taken', 'taken', 'taken'])
  expect(benLooks.take()).toEqual([typist(ann)])
  await sayAfter(TYPING_EVERY_MS - 1_000 - 100)
  expect(benLooks.take()).toEqual([typist(ann)])
  for (let count = 0; count < 50; count += 1) await sayAfter(0, count % 2 === 0 ? other : group)
  expect(here.words.filter(({ kind }) => kind === 'typing')).toHaveLength(3)
  await sayAfter(TYPING_EVERY_MS, other)
  await sayAfter(0, group)
  expect(here.words.filter(({ kind }) => kind === 'typing')).toHaveLength(5)
  expect(benLooks.take()).toEqual([typist(ann)])
})
test('typing in two conversations within a second is told in both', async () => {
  const other = await campus.group(ann, cleo)
  const [annTypes, benLooks, cleoLooks] = [await showTo(ann), await showTo(ben, group), await showTo(cleo, other)]
  await annTypes.type(group)
  clock.advance(200)
  await annTypes.type(other)
  expect([benLooks.frames, cleoLooks.frames]).toEqual([[typist(ann)], [typist(ann, other)]])
})
test('typing in more conversations at once than anybody has open is dropped', async () => {
  const groups = await Promise.all(Array.from({ length: 8 }, () => campus.group(ann, ben)))
  const annTypes = await showTo(ann)
  for (const one of groups) await annTypes.type(one)
  expect(here.words.filter(({ kind }) => kind === 'typing')).toHaveLength(5)
})
test('typing that is denied uses no allowance', async () => {
  const annTypes = await showTo(ann)
  const foreign = await campus.group(ben, cleo)
  const strange = [foreign, ...Array.from({ length: 8 }, () => uuidv7())]
  for (const one of strange) expect(await annTypes.type(one)).toBe('not_a_member')
  await campus.accept(ben, addMembers(foreign, ann))
  expect(await annTypes.type(foreign)).toBe('taken')
  expect(here.words).toEqual([{ kind: 'typing', userIds: [ann] }])
})

test.each([
  ['a group one is not in', () => campus.group(ann, ben), 'not_a_member'],
  ['a conversation that is not there', async () => uuidv7(), 'not_a_member'],
  ['the conversation of two others', () => campus.direct(ann, ben), 'not_a_member'],
  ['Everyone', async () => EVERYONE_ID, 'forbidden'],
])('typing in %s is denied, told to nobody, and nothing is kept', async (_, begin, code) => {
  const conversationId = await begin()
  const [cleoTypes, benLooks] = [await showTo(cleo), await showTo(ben)]
  await benLooks.open(conversationId)
  const before = await dump(backend.store)
  expect(await cleoTypes.type(conversationId)).toBe(code)
  expect(benLooks.frames).toEqual([])
  expect(here.words).toEqual([])
  expect(await dump(backend.store)).toEqual(before)
})
test('watching a conversation one is not in is denied, and what was watched before still is', async () => {
  const other = await campus.group(ann, ben)
  const [annTypes, cleoLooks] = [await showTo(ann), await showTo(cleo, group)]
  expect(await cleoLooks.open(other)).toBe('not_a_member')
  await annTypes.type(other)
  clock.advance(TYPING_EVERY_MS)
  await annTypes.type(group)
  expect(cleoLooks.frames).toEqual([typist(ann)])
})
test('typing is told in groups of up to 50, and not while there are more', async () => {
  const people = await Promise.all(Array.from({ length: RECEIPT_MEMBERS_MAX - 2 }, () => campus.register()))
  const large = await campus.group(ann, ben, ...people)
  const [annTypes, benLooks] = [await showTo(ann), await showTo(ben, large)]
  expect(await annTypes.type(large)).toBe('taken')
  await campus.accept(ann, addMembers(large, cleo))
  clock.advance(TYPING_EVERY_MS)
  expect(await annTypes.type(large)).toBe('forbidden')
  await campus.accept(ann, removeMember(large, cleo))
  clock.advance(TYPING_EVERY_MS)
  expect(await annTypes.type(large)).toBe('taken')
  expect(benLooks.frames.filter(({ type }) => type === 'typist')).toHaveLength(2)
})

test('whoever is removed is neither heard nor hears any more, at once', async () => {
  const [annTypes, benTypes] = [await showTo(ann, group), await showTo(ben, group)]
  const cleoLooks = await showTo(cleo, group)
  await campus.accept(ann, removeMember(group, ben))
  expect(await benTypes.type(group)).toBe('not_a_member')
  expect(await annTypes.type(group)).toBe('taken')
  const heard = (screen: Screen) => screen.frames.filter(({ type }) => type === 'typist')
  expect([heard(annTypes), heard(benTypes), heard(cleoLooks)]).toEqual([[], [], [typist(ann)]])
})
test('whoever does not let others know that they are there neither tells that they type nor hears it of others', async () => {
  const dora = await campus.register('Dora')
  await campus.accept(ann, addMembers(group, dora))
  await campus.accept(dora, setPreference({ presence: false }))
  const [annTypes, doraTypes] = [await showTo(ann, group), await showTo(dora, group)]
  expect(await doraTypes.type(group)).toBe('taken')
  await annTypes.type(group)
  expect([...annTypes.frames, ...doraTypes.frames]).toEqual([])
  expect(here.words.filter(({ userIds }) => userIds.includes(dora))).toEqual([])
  await campus.accept(dora, setPreference({ presence: true }))
  clock.advance(TYPING_EVERY_MS)
  await doraTypes.type(group)
  await annTypes.type(group)
  expect([annTypes.frames, doraTypes.frames]).toEqual([[typist(dora)], [typist(ann)]])
})
test('a socket that does not drain is told nothing of it', async () => {
  const [annTypes, benLooks] = [await showTo(ann), await showTo(ben, group)]
  benLooks.fill()
  await annTypes.type(group)
  expect(benLooks.frames).toEqual([])
})

test('typing costs a word on the bus and one frame for all who look, and no statement but the first', async () => {
  const frames: Buffer[] = []
  for (let socket = 0; socket < 15; socket += 1) {
    const { attended } = attend(here, ben, { onFrame: (frame) => frames.push(frame) })
    await attended.take({ type: 'watch', conversationId: group, userIds: [] })
  }
  const [annTypes, cleoTypes] = [await showTo(ann), await showTo(cleo)]
  await annTypes.open(null)
  await cleoTypes.open(null)
  here.statements.length = 0
  await annTypes.type(group)
  expect(here.statements).toHaveLength(1)
  await cleoTypes.type(group)
  expect(here.statements).toHaveLength(1)
  expect(here.words).toEqual([
    { kind: 'typing', userIds: [ann] },
    { kind: 'typing', userIds: [cleo] },
  ])
  expect(frames).toHaveLength(30)
  expect(new Set(frames).size).toBe(2)
})
test('typing is told at every process, and each looks itself who may hear it', async () => {
  const there = await startProcess(backend, campus.bus, clock)
  const [annTypes, benLooks, cleoLooks] = [
    await showTo(ann, group),
    await showTo(ben, group, there),
    await showTo(cleo, group, there),
  ]
  await annTypes.type(group)
  await campus.accept(ann, removeMember(group, ben), send(group))
  clock.advance(TYPING_EVERY_MS)
  await annTypes.type(group)
  expect(benLooks.frames).toEqual([typist(ann)])
  expect(cleoLooks.frames).toEqual([typist(ann), typist(ann)])
  there.close()
})
