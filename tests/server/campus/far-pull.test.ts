import { afterAll, beforeAll, expect, test } from 'vitest'
import { NEWEST_PAGE_MESSAGES } from '../../../shared/protocol/limits.ts'
import type { Row } from '../../../shared/protocol/rows.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  addMembers,
  type Campus,
  createCampus,
  edit,
  pin,
  pullCampus,
  react,
  read,
  remove,
  removeMember,
  renameGroup,
  send,
} from '../../support/campus.ts'
import { createDevice, getPage, type Device } from '../../support/device.ts'

let backend: Backend
let campus: Campus
let ann: string
let ben: string
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
})
afterAll(() => backend.dispose())

const FAR = 10
const LIMITS = { rows: 500, conversations: 20, users: 2_000, newest: 3 }
const sends = (count: number, conversationId: string) => Array.from({ length: count }, () => send(conversationId))
const placesOf = (device: Device, group: string) => device.messages(group).map(({ n }) => n)
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index)

/** A group of Ann and Ben with messages that Ben's device holds, all read. */
async function hold(count: number): Promise<{ device: Device; group: string; messages: ReturnType<typeof send>[] }> {
  const group = await campus.group(ann, ben)
  const messages = sends(count, group)
  const device = createDevice(campus.store, ben, FAR)
  await device.pullAll()
  await campus.accept(ann, ...messages)
  await campus.accept(ben, read(group, count))
  while (device.cursor() < (await campus.head())) await device.pullAll({ ...LIMITS, newest: NEWEST_PAGE_MESSAGES })
  device.holes.length = 0
  await device.loadHistory(group)
  return { device, group, messages }
}

test('who is far behind has the newest of each conversation with the first page, and what was left out is told', async () => {
  const { device, group } = await hold(4)
  const { group: other } = await hold(2)
  await device.pullAll()
  await campus.accept(ann, ...sends(20, group), ...sends(5, other))
  await device.pullPage(LIMITS)
  expect(placesOf(device, group)).toEqual([1, 2, 3, 4, 22, 23, 24])
  expect(placesOf(device, other)).toEqual([1, 2, 5, 6, 7])
  const left = [
    { conversationId: group, after: 4, before: 22 },
    { conversationId: other, after: 2, before: 5 },
  ]
  expect(device.holes).toEqual(left.sort((a, b) => (a.conversationId < b.conversationId ? -1 : 1)))
  await device.pullAll(LIMITS)
  expect(device.cursor()).toBe(await campus.head())
  await device.fillHoles()
  expect(placesOf(device, group)).toEqual(from(1, 24))
})

test('who has missed no more than it says, or says nothing, gets all of it in order', async () => {
  const { device, group } = await hold(2)
  const cursor = device.cursor()
  await campus.accept(ann, ...sends(FAR, group))
  const few = getPage(await pullCampus(campus.store, ben, { cursor, far: FAR }, LIMITS))
  expect([few.holes, few.to]).toEqual([undefined, await campus.head()])
  await campus.accept(ann, ...sends(1, group))
  expect(getPage(await pullCampus(campus.store, ben, { cursor, far: FAR }, LIMITS)).holes).toHaveLength(1)
  const silent = getPage(await pullCampus(campus.store, ben, { cursor, next: `${cursor}.far.` }, LIMITS))
  expect([silent.holes, silent.to]).toEqual([undefined, await campus.head()])
})

test('what changed of what it holds comes along: no text that was deleted stays, and no reaction is missing', async () => {
  const { device, group, messages } = await hold(12)
  const [edited, deleted, liked, pinned] = messages.map(({ id }) => id)
  await campus.accept(ann, edit(group, edited ?? '', 'edited'), remove(group, deleted ?? ''), pin(group, pinned ?? ''))
  await campus.accept(ann, react(group, liked ?? ''))
  await campus.accept(ann, ...sends(20, group))
  await device.pullAll(LIMITS)
  expect(device.messages(group).slice(0, 4)).toMatchObject([{ text: 'edited' }, { text: null }, {}, { pinnedBy: ann }])
  expect(device.rows.get(`revision/${edited}/1`)).toBeDefined()
  expect(device.rows.get(`reaction/${liked}/${ann}`)).toMatchObject({ emoji: ['👍'] })
})

test('what was held and may have changed is dropped, and comes with what was left out', async () => {
  const { device, group, messages } = await hold(12)
  for (const { id } of messages.slice(0, 3)) await campus.accept(ann, edit(group, id, 'edited'))
  const last = messages[11]?.id ?? ''
  await campus.accept(ann, remove(group, last), ...sends(20, group))
  await device.pullAll(LIMITS)
  // Four changed, so as far as the server knows four more may be new.
  expect(placesOf(device, group)).toEqual([...from(1, 8), 30, 31, 32])
  expect(device.holes).toEqual([{ conversationId: group, after: 8, before: 30 }])
  await device.fillHoles()
  expect(placesOf(device, group)).toEqual(from(1, 32))
  expect(device.messages(group)[11]).toMatchObject({ id: last, text: null })
})

test('of a conversation of which too much changed all is dropped', async () => {
  const { device, group, messages } = await hold(12)
  for (const { id } of messages.slice(0, 6)) await campus.accept(ann, edit(group, id, 'edited'))
  await campus.accept(ann, ...sends(20, group))
  await device.pullAll({ ...LIMITS, rows: 5 })
  expect(device.holes).toEqual([{ conversationId: group, after: 0, before: 30 }])
  expect(placesOf(device, group)).toEqual([30, 31, 32])
  await device.fillHoles()
  expect(
    device
      .messages(group)
      .map(({ text }) => text)
      .slice(0, 7),
  ).toEqual([...Array<string>(6).fill('edited'), 'Hello'])
})

test('an unread mention and a pin are there at once, wherever they stand', async () => {
  const { device, group } = await hold(2)
  const [mention, pinned] = [send(group, 'Hello @ben', { mentions: [ben] }), send(group)]
  await campus.accept(ann, mention, pinned, renameGroup(group, 'Renamed'), pin(group, pinned.id))
  await campus.accept(ann, react(group, mention.id), ...sends(20, group))
  await device.pullAll(LIMITS)
  expect(placesOf(device, group)).toEqual([1, 2, 3, 4, 22, 23, 24])
  expect(device.rows.has(`reaction/${mention.id}/${ann}`)).toBe(true)
  // What happened after it is shown with it.
  expect([...device.rows.values()].filter((row) => row.type === 'event' && row.n === 4)).toHaveLength(1)
})

test('what happened to groups while one was away comes with it', async () => {
  const { device, group } = await hold(2)
  const { group: left } = await hold(2)
  await device.pullAll()
  const joined = await campus.group(ann)
  await campus.accept(ann, ...sends(4, joined), addMembers(joined, ben), ...sends(9, joined))
  await campus.accept(ann, ...sends(20, group), renameGroup(group, 'Renamed'), removeMember(left, ben))
  const newcomer = await campus.register('Cid')
  await device.pullAll({ ...LIMITS, conversations: 1, users: 1 })
  const held = [...device.rows.values()]
  const about = (id: string) => held.filter((row: Row) => 'conversationId' in row && row.conversationId === id)
  expect(about(left)).toEqual([])
  expect(placesOf(device, joined)).toEqual([11, 12, 13])
  expect(device.holes).toContainEqual({ conversationId: joined, after: 4, before: 11 })
  expect(device.rows.get(`conversation/${group}`)).toMatchObject({ title: 'Renamed' })
  expect(held.filter(({ type }) => type === 'event').map((row) => 'n' in row && row.n)).toContain(22)
  expect(device.rows.has(`user/${newcomer}`)).toBe(true)
})

test('what is written between two pages comes after the last one', async () => {
  const { device, group, messages } = await hold(2)
  const { group: other } = await hold(2)
  await device.pullAll()
  await campus.accept(ann, ...sends(20, group), ...sends(20, other))
  const head = await campus.head()
  const limits = { ...LIMITS, conversations: 1 }
  await device.pullPage(limits)
  await campus.accept(ann, edit(group, messages[0]?.id ?? '', 'late'), ...sends(2, group), ...sends(2, other))
  while (device.pages.at(-1)?.next !== null) await device.pullPage(limits)
  expect(device.cursor()).toBe(head)
  await device.pullAll(limits)
  await device.fillHoles()
  for (const id of [group, other]) expect(placesOf(device, id)).toEqual(from(1, 24))
  expect(device.messages(group)[0]?.text).toBe('late')
})

test('a step that no pull gave is refused', async () => {
  const { device } = await hold(2)
  for (const next of [`${device.cursor() - 1}.far.`, `${(await campus.head()) + 1}.people.0`]) {
    expect(await pullCampus(campus.store, ben, { cursor: device.cursor(), next, far: FAR })).toMatchObject({
      kind: 'refused',
      refusal: { code: 'bad_request' },
    })
  }
})
