import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { NEWEST_PAGE_MESSAGES } from '../../../shared/protocol/limits.ts'
import type { Row } from '../../../shared/protocol/rows.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  addMembers,
  type Campus,
  createCampus,
  createGroup,
  edit,
  leaveGroup,
  pin,
  pullCampus,
  react,
  read,
  receive,
  remove,
  removeMember,
  renameGroup,
  send,
  setConversation,
  setDraft,
  setPreference,
} from '../../support/campus.ts'
import { createDevice, getPage } from '../../support/device.ts'

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

const sends = (count: number, conversationId: string) => Array.from({ length: count }, () => send(conversationId))
const pullFrom = async (userId: string, cursor: number) => getPage(await pullCampus(campus.store, userId, { cursor }))
const about = (rows: readonly Row[], conversationId: string) =>
  rows.filter(
    (row) => (row.type === 'conversation' ? row.id : 'conversationId' in row && row.conversationId) === conversationId,
  )
test('a row that changed several times comes once, at its latest state', async () => {
  const cursor = await campus.head()
  const message = send()
  await campus.accept(ann, message)
  await campus.accept(ann, edit(EVERYONE_ID, message.id, 'one'))
  await campus.accept(ann, edit(EVERYONE_ID, message.id, 'two'))
  const { rows } = await pullFrom(ben, cursor)
  expect(rows.filter((row) => row.type === 'message')).toMatchObject([{ id: message.id, text: 'two', edits: 2 }])
  expect(rows.filter((row) => row.type === 'revision')).toMatchObject([{ text: 'Hello' }, { text: 'one' }])
})

test('a deleted message comes as a tombstone that keeps its place and nothing of its text', async () => {
  const message = send(EVERYONE_ID, 'secret')
  await campus.accept(ann, message)
  const cursor = await campus.head()
  await campus.accept(ben, react(EVERYONE_ID, message.id))
  await campus.accept(ann, edit(EVERYONE_ID, message.id, 'secret too'), remove(EVERYONE_ID, message.id))
  const { rows } = await pullFrom(ben, cursor)
  expect(rows.filter((row) => row.type === 'message')).toMatchObject([
    { id: message.id, text: null, editedAt: null, edits: 0 },
  ])
  expect(rows.filter((row) => row.type === 'revision')).toMatchObject([{ messageId: message.id, k: 1, text: null }])
  expect(rows.filter((row) => row.type === 'reaction')).toMatchObject([{ messageId: message.id, emoji: [] }])
  expect(JSON.stringify(rows)).not.toContain('secret')
})

test('whoever is added gets the newest messages, and history gives the rest', async () => {
  const group = await campus.group(ann)
  await campus.accept(ann, ...sends(NEWEST_PAGE_MESSAGES + 30, group))
  const device = createDevice(campus.store, ben)
  await device.pullAll()
  await campus.accept(ann, addMembers(group, ben))
  await device.pullAll()
  expect(device.messages(group).map(({ n }) => n)).toEqual(
    Array.from({ length: NEWEST_PAGE_MESSAGES }, (_, index) => 31 + index),
  )
  await device.loadHistory(group)
  expect(device.messages(group).map(({ n }) => n)).toEqual(
    Array.from({ length: NEWEST_PAGE_MESSAGES + 30 }, (_, index) => 1 + index),
  )
})

test('whoever is added sees an edit from before and one from after', async () => {
  const group = await campus.group(ann)
  const [early, late] = [send(group, 'early'), send(group, 'late')]
  await campus.accept(ann, early, late, edit(group, early.id, 'early, edited'))
  const cursor = await campus.head()
  await campus.accept(ann, addMembers(group, ben))
  await campus.accept(ann, edit(group, late.id, 'late, edited'))
  const texts = (await pullFrom(ben, cursor)).rows.flatMap((row) => (row.type === 'message' ? [row.text] : []))
  expect(texts.sort()).toEqual(['early, edited', 'late, edited'])
})

test('of an ended membership comes the tombstone, and nothing else of the conversation', async () => {
  const group = await campus.group(ann, ben)
  const cursor = await campus.head()
  await campus.accept(ann, send(group, 'before'), renameGroup(group, 'Renamed'))
  await campus.accept(ben, read(group, 1))
  await campus.accept(ann, removeMember(group, ben))
  await campus.accept(ann, send(group, 'after'), renameGroup(group, 'Again'))
  expect(about((await pullFrom(ben, cursor)).rows, group)).toMatchObject([
    { type: 'member', userId: ben, removed: true },
  ])
})

test('a membership that ended and began again comes as a new one, with a new since', async () => {
  const group = await campus.group(ann, ben)
  const device = createDevice(campus.store, ben)
  await device.pullAll()
  const cursor = device.cursor()
  await campus.accept(ann, send(group), removeMember(group, ben), send(group))
  await campus.accept(ann, addMembers(group, ben), send(group))
  const own = (await pullFrom(ben, cursor)).rows.filter((row) => row.type === 'member' && row.userId === ben)
  expect(own).toMatchObject([{ removed: false }])
  expect(own[0]?.type === 'member' && own[0].since).toBeGreaterThan(cursor)
  await device.pullAll()
  expect(device.messages(group).map(({ n }) => n)).toEqual([1, 2, 3])
})

test("somebody's read position is told to nobody else", async () => {
  await campus.accept(ann, send(), send())
  const [latest] = (await pullFrom(ann, 0)).rows.flatMap((row) => (row.type === 'message' ? [row.n] : [])).slice(-1)
  const n = latest ?? 0
  const cursor = await campus.head()
  await campus.accept(ben, read(EVERYONE_ID, n))
  expect((await pullFrom(ann, cursor)).rows).toEqual([])
  const own = { type: 'reading', conversationId: EVERYONE_ID, n }
  expect((await pullFrom(ben, cursor)).rows).toMatchObject([own])
})

test('a conversation that arrives again brings the own reading once, whenever it was read', async () => {
  const group = await campus.group(ann, ben)
  await campus.accept(ann, send(group), send(group))
  await campus.accept(ben, read(group, 1))
  const device = createDevice(campus.store, ben)
  await device.pullAll()
  const cursor = device.cursor()
  await campus.accept(ann, removeMember(group, ben), addMembers(group, ben))
  await campus.accept(ann, send(group))
  await campus.accept(ben, read(group, 3))
  await campus.accept(ann, removeMember(group, ben), addMembers(group, ben))
  const readings = about((await pullFrom(ben, cursor)).rows, group).filter(({ type }) => type === 'reading')
  expect(readings).toMatchObject([{ n: 3 }])
})

const owned: [what: string, act: (group: string) => Promise<unknown>, row: Record<string, unknown>][] = [
  ['draft', (group) => campus.accept(ben, setDraft(group, 'Not yet said')), { type: 'draft', text: 'Not yet said' }],
  [
    'arrangement of a conversation',
    (group) => campus.accept(ben, setConversation(group, { archivedN: 0 })),
    { type: 'setting', archivedN: 0 },
  ],
  [
    'preference',
    () => campus.accept(ben, setPreference({ seen: false })),
    { type: 'preference', presence: true, seen: false },
  ],
]
test.each(owned)("somebody's %s is told to all of their devices, and to nobody else", async (_, act, row) => {
  const group = await campus.group(ann, ben)
  const cursor = await campus.head()
  await act(group)
  expect((await pullFrom(ben, cursor)).rows).toMatchObject([row])
  expect((await pullFrom(ben, 0)).rows).toContainEqual(expect.objectContaining(row))
  expect((await pullFrom(ann, cursor)).rows).toEqual([])
  expect((await pullFrom(ann, 0)).rows).not.toContainEqual(expect.objectContaining(row))
  await campus.accept(ben, setPreference({ seen: true }))
})

test('whoever comes again finds their arrangement and their draft', async () => {
  const group = await campus.group(ann, ben)
  await campus.accept(ben, setDraft(group, 'Not yet said'), setConversation(group, { pinned: true }))
  const cursor = await campus.head()
  await campus.accept(ann, removeMember(group, ben), addMembers(group, ben))
  const own = about((await pullFrom(ben, cursor)).rows, group).filter(
    ({ type }) => type === 'draft' || type === 'setting',
  )
  expect(own.map(({ type }) => type).sort()).toEqual(['draft', 'setting'])
})

test('what hangs on a message, and how far it came, is told to all who are there', async () => {
  const group = await campus.group(ann, ben)
  const message = send(group, 'first')
  await campus.accept(ann, message)
  const cursor = await campus.head()
  await campus.accept(ben, react(group, message.id), receive(group, 1), read(group, 1))
  await campus.publishReceipts(group)
  await campus.accept(ann, edit(group, message.id, 'second'))
  const expected = [
    { type: 'reaction', userId: ben, emoji: ['👍'] },
    { type: 'delivery', userId: ben, n: 1 },
    { type: 'seen', userId: ben, steps: [{ n: 1 }] },
    { type: 'revision', messageId: message.id, k: 1, text: 'first' },
    { type: 'message', text: 'second', edits: 1 },
  ]
  const { rows } = await pullFrom(ann, cursor)
  expect(rows).toMatchObject(expected)
  expect((await pullFrom(ben, cursor)).rows).toEqual(
    expect.arrayContaining(rows.map((row) => expect.objectContaining({ ...row }) as unknown)),
  )
  const first = about((await pullFrom(ann, 0)).rows, group)
  for (const row of rows) expect(first).toContainEqual(row)
})

/** A group in which everybody has read, and the seen rows in it that somebody gets. */
async function createRead(...userIds: string[]): Promise<{ group: string; seers: (rows: readonly Row[]) => string[] }> {
  const group = await campus.group(ann, ...userIds)
  await campus.accept(ann, send(group))
  for (const userId of userIds) await campus.accept(userId, read(group, 1))
  await campus.publishReceipts(group)
  const seers = (rows: readonly Row[]) => about(rows, group).flatMap((row) => (row.type === 'seen' ? [row.userId] : []))
  return { group, seers }
}

test('who does not let others know gets nothing of what others have seen, from whatever cursor', async () => {
  const cid = await campus.register()
  const cursor = await campus.head()
  const { group, seers } = await createRead(ben, cid)
  await campus.accept(cid, setPreference({ seen: false }))
  await campus.accept(ann, send(group))
  await campus.accept(ben, read(group, 2))
  await campus.publishReceipts(group)
  expect(seers((await pullFrom(cid, cursor)).rows)).toEqual([])
  expect(seers((await pullFrom(cid, 0)).rows)).toEqual([])
  expect(seers((await pullFrom(ann, cursor)).rows).sort()).toEqual([ben, cid].sort())
  // Added anew, the conversation arrives as a snapshot.
  const before = await campus.head()
  await campus.accept(ann, removeMember(group, cid), addMembers(group, cid))
  expect(seers((await pullFrom(cid, before)).rows)).toEqual([])
})

test('who lets others know again gets what others have seen until now, however old', async () => {
  const cid = await campus.register()
  const { group, seers } = await createRead(ben, cid)
  await campus.accept(cid, setPreference({ seen: false }))
  await campus.accept(ann, ...sends(12, group))
  await campus.accept(ben, read(group, 9))
  await campus.publishReceipts(group)
  const device = createDevice(campus.store, cid)
  await device.pullAll()
  expect(seers([...device.rows.values()])).toEqual([])
  await campus.accept(ann, ...sends(12, group))
  await campus.accept(cid, setPreference({ seen: true }))
  await campus.accept(ann, ...sends(12, group))
  await device.pullAll({ rows: 3, conversations: 1, users: 1, newest: NEWEST_PAGE_MESSAGES })
  expect(seers([...device.rows.values()]).sort()).toEqual([ben, cid].sort())
  expect(device.rows.get(`seen/${group}/${ben}`)).toMatchObject({ steps: [{ n: 1 }, { n: 9 }] })
})

test('what hung on a message before one came is there, though the message changed after', async () => {
  const group = await campus.group(ann)
  const message = send(group, 'one')
  await campus.accept(ann, message, react(group, message.id), edit(group, message.id, 'two'))
  const cursor = await campus.head()
  await campus.accept(ann, addMembers(group, ben))
  await campus.accept(ann, edit(group, message.id, 'three'))
  await campus.accept(ben, react(group, message.id, '🎉'))
  const rows = about((await pullFrom(ben, cursor)).rows, group)
  expect(rows.filter((row) => row.type === 'message')).toMatchObject([{ text: 'three', edits: 2 }])
  expect(rows.flatMap((row) => (row.type === 'revision' ? [row.text] : [])).sort()).toEqual(['one', 'two'])
  expect(rows.flatMap((row) => (row.type === 'reaction' ? row.emoji : [])).sort()).toEqual(['🎉', '👍'].sort())
})

const newcomers: [how: string, arrive: (group: string) => Promise<{ who: string; cursor: number }>][] = [
  ['a new device', async () => ({ who: ben, cursor: 0 })],
  [
    'somebody who is added',
    async (group) => {
      const who = await campus.register()
      const cursor = await campus.head()
      await campus.accept(ann, addMembers(group, who))
      return { who, cursor }
    },
  ],
]
test.each(newcomers)('%s gets pinned messages however old, with what hangs on them', async (_, arrive) => {
  const group = await campus.group(ann, ben)
  const [taken, pinned] = [send(group, 'taken down'), send(group, 'pinned')]
  await campus.accept(ann, taken, pinned, pin(group, taken.id), pin(group, pinned.id), react(group, pinned.id))
  await campus.accept(ann, pin(group, taken.id, false), ...sends(NEWEST_PAGE_MESSAGES, group))
  const { who, cursor } = await arrive(group)
  const rows = about((await pullFrom(who, cursor)).rows, group)
  const places = rows.flatMap((row) => (row.type === 'message' ? [row.n] : []))
  expect(places.sort((one, other) => one - other)).toEqual([
    2,
    ...Array.from({ length: NEWEST_PAGE_MESSAGES }, (__, index) => index + 3),
  ])
  expect(rows.filter((row) => row.type === 'reaction')).toMatchObject([{ messageId: pinned.id }])
})

test('a new device gets unread messages that mention its owner, however old, and no others', async () => {
  const cid = await campus.register()
  const group = await campus.group(ann, ben, cid)
  const [readAlready, named, all, other, taken] = [
    send(group, 'read', { mentions: [ben] }),
    send(group, 'named', { mentions: [ben, cid] }),
    send(group, 'all', { mentionsAll: true }),
    send(group, 'other', { mentions: [cid] }),
    send(group, 'taken back', { mentions: [ben] }),
  ]
  await campus.accept(ann, readAlready, named, all, other, taken, edit(group, taken.id, 'Nobody'))
  await campus.accept(ben, read(group, 1))
  await campus.accept(ann, ...sends(NEWEST_PAGE_MESSAGES, group))
  const texts = (rows: readonly Row[]) =>
    about(rows, group)
      .flatMap((row) => (row.type === 'message' && row.n <= 5 ? [row.text] : []))
      .sort()
  expect(texts((await pullFrom(ben, 0)).rows)).toEqual(['all', 'named'])
  await campus.accept(ben, read(group, 2))
  expect(texts((await pullFrom(ben, 0)).rows)).toEqual(['all'])
})

interface Sight {
  who: 'a stranger' | 'somebody who left' | 'somebody who was removed' | 'a member of another group'
  prepare: (group: string) => Promise<string>
}
const sights: Sight[] = [
  { who: 'a stranger', prepare: () => campus.register() },
  {
    who: 'somebody who left',
    async prepare(group) {
      const cid = await campus.register()
      await campus.accept(ann, addMembers(group, cid))
      await campus.accept(cid, send(group), leaveGroup(group))
      return cid
    },
  },
  {
    who: 'somebody who was removed',
    async prepare(group) {
      const cid = await campus.register()
      await campus.accept(ann, addMembers(group, cid))
      await campus.accept(cid, send(group))
      await campus.accept(ann, removeMember(group, cid))
      return cid
    },
  },
  {
    who: 'a member of another group',
    async prepare() {
      const cid = await campus.register()
      await campus.group(ann, ben, cid)
      return cid
    },
  },
]
test.each(sights)('$who gets nothing of a group, from whatever cursor', async ({ prepare }) => {
  const group = await campus.group(ann, ben)
  const before = await campus.head()
  const who = await prepare(group)
  const message = send(group, 'for members')
  await campus.accept(ann, message, renameGroup(group, 'Of members'))
  await campus.accept(ann, edit(group, message.id, 'still for members'), pin(group, message.id))
  await campus.accept(ben, react(group, message.id), receive(group, 1), read(group, 99), setDraft(group, 'A draft'))
  await campus.accept(ben, setConversation(group, { pinned: true }))
  for (const cursor of [0, 1, before, await campus.head()]) {
    const rows = about((await pullFrom(who, cursor)).rows, group)
    expect(rows.filter((row) => !(row.type === 'member' && row.userId === who && row.removed))).toEqual([])
  }
})

test('a direct conversation is seen by its two people alone', async () => {
  const cursor = await campus.head()
  const direct = await campus.direct(ann, ben)
  await campus.accept(ann, send(direct))
  const stranger = await campus.register()
  expect(
    about((await pullFrom(ben, cursor)).rows, direct)
      .map(({ type }) => type)
      .sort(),
  ).toEqual(['conversation', 'member', 'member', 'message'])
  expect(about((await pullFrom(stranger, cursor)).rows, direct)).toEqual([])
  expect(about((await pullFrom(stranger, 0)).rows, direct)).toEqual([])
})

test.each([
  ['not long ago', 0],
  ['long ago', 10_000],
])(
  'who was last here %s, and was added to a group since, hears nothing from before, whatever it is',
  async (_, later) => {
    const [cid, dan] = [await campus.register('Cid'), await campus.register('Dan')]
    const cursor = await campus.head()
    // Something of a conversation that they were in all the time, from the cursor on.
    await campus.accept(ann, send())
    const group = await campus.group(ann, dan)
    const [before, ...more] = sends(3, group)
    if (before === undefined) return expect.unreachable()
    await campus.accept(ann, before, ...more, react(group, before.id), renameGroup(group, 'Before'))
    await campus.accept(dan, leaveGroup(group))
    await campus.accept(ann, ...sends(NEWEST_PAGE_MESSAGES, group), addMembers(group, cid))
    const after = send(group)
    await campus.accept(ann, after, ...sends(later, await campus.group(ann)))
    const rows = about((await pullFrom(cid, cursor)).rows, group)
    const pulled = rows.flatMap((row) => (row.type === 'message' ? [row.id] : []))
    expect(pulled).toContain(after.id)
    for (const { id } of [before, ...more]) expect(pulled).not.toContain(id)
    expect(rows.filter((row) => row.type === 'reaction')).toEqual([])
  },
)

test('a page that ends in the middle of a batch is followed by exactly the rest', async () => {
  const group = await campus.group(ann, ben)
  const cursor = await campus.head()
  await campus.accept(ann, ...sends(25, group))
  const places: number[] = []
  for (let from = cursor, more = true; more;) {
    const limits = { rows: 7, conversations: 20, users: 2_000, newest: NEWEST_PAGE_MESSAGES }
    const page = getPage(await pullCampus(campus.store, ben, { cursor: from }, limits))
    expect(page.rows.length).toBeLessThanOrEqual(7)
    places.push(...page.rows.flatMap((row) => (row.type === 'message' ? [row.n] : [])))
    from = page.to
    more = page.to < page.head
  }
  expect(places).toEqual(Array.from({ length: 25 }, (_, index) => index + 1))
})

test.each([
  ['not long ago', 0],
  ['long ago', 10_000],
])(
  'what was missed %s in many conversations comes whole, in order, over pages that end within it',
  async (_, later) => {
    const cid = await campus.register()
    const groups = await Promise.all(Array.from({ length: 130 }, () => campus.group(ann, cid)))
    const device = createDevice(campus.store, cid)
    await device.pullAll()
    const seen = device.pages.length
    const said = [1, 2].flatMap(() => groups.flatMap((group) => sends(1, group)))
    for (const message of said) await campus.accept(ann, message)
    const elsewhere = await campus.group(ann)
    await campus.accept(ann, ...sends(later, elsewhere))
    await device.pullAll({ rows: 40, conversations: 200, users: 1_000, newest: NEWEST_PAGE_MESSAGES })
    const missed = device.pages.slice(seen).flatMap(({ rows }) => rows.filter(({ type }) => type === 'message'))
    expect(missed.map((row) => 'id' in row && row.id)).toEqual(said.map(({ id }) => id))
    expect(device.pages.length - seen).toBeGreaterThan(5)
  },
)

test('somebody who is put into very many groups while away still gets them all', async () => {
  const cid = await campus.register()
  const device = createDevice(campus.store, cid)
  await device.pullAll()
  const groups = Array.from({ length: 1_200 }, () => createGroup([cid]))
  await campus.accept(ann, ...groups)
  await device.pullAll()
  expect([...device.rows.values()].filter(({ type }) => type === 'conversation')).toHaveLength(1_201)
}, 120_000)

test('a first pull over several pages ends at the head at which it began, whatever joined it meanwhile', async () => {
  const cid = await campus.register()
  const groups = await Promise.all(Array.from({ length: 5 }, () => campus.group(ann, cid)))
  const limits = { rows: 500, conversations: 2, users: 1_000, newest: NEWEST_PAGE_MESSAGES }
  const device = createDevice(campus.store, cid)
  const began = await campus.head()
  await device.pullPage(limits)
  await campus.accept(ann, ...groups.flatMap((group) => sends(2, group)))
  const late = await campus.group(ann, cid)
  while (device.cursor() === 0) await device.pullPage(limits)
  expect(device.cursor()).toBe(began)
  expect(device.pages.length).toBeGreaterThan(3)
  expect(device.messages(late)).toEqual([])
  await device.pullAll(limits)
  for (const group of groups) expect(device.messages(group).map(({ n }) => n)).toEqual([1, 2])
  expect(device.rows.has(`conversation/${late}`)).toBe(true)
})

test('the first page of a first pull names everybody whom it shows', async () => {
  const group = await campus.group(ann, ben)
  await campus.accept(ann, send(group))
  const [page] = [await pullFrom(ben, 0)]
  const named = new Set(page.rows.flatMap((row) => (row.type === 'user' ? [row.id] : [])))
  for (const row of page.rows) {
    if (row.type === 'message') expect(named).toContain(row.authorId)
    if (row.type === 'member') expect(named).toContain(row.userId)
  }
})

test.each([
  '',
  'x',
  '5',
  '1.message.',
  '1.conversation',
  '-1.user.',
  '1.user.0 or 1=1',
  `1.user.${'0'.repeat(40)}`,
  '999999999999999.user.',
  `1.conversation.${EVERYONE_ID}.`,
])('a "next" that no pull gave is refused: %j', async (next) => {
  expect(await pullCampus(campus.store, ann, { next })).toMatchObject({
    kind: 'refused',
    refusal: { code: 'bad_request' },
  })
})

test('an id that belongs to nobody sees what everybody sees', async () => {
  const { rows } = await pullFrom(uuidv7(), 0)
  const types = new Set(['user', 'conversation', 'message', 'reaction', 'revision'])
  expect(new Set(rows.map(({ type }) => type))).toEqual(types)
})
