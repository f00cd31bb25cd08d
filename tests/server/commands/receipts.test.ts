import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { RECEIPT_MEMBERS_MAX, SEEN_STEPS_MAX } from '../../../shared/protocol/limits.ts'
import type { DeliveryRow, SeenRow } from '../../../shared/protocol/rows.ts'
import { toRuns } from '../../../shared/runs.ts'
import { fromReceipt } from '../../../server/campus/receipts.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  addMembers,
  type Campus,
  createCampus,
  createGroup,
  dump,
  leaveGroup,
  read,
  receive,
  registerUser,
  removeMember,
  send,
  setPreference,
} from '../../support/campus.ts'

const NOW = 1_800_000_000_000
let now = NOW
let backend: Backend
let campus: Campus
/** As many as are one too many for receipts, Ann included. */
let crowd: string[]
let ann: string
let ben: string
let group: string
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store, now: () => now })
  crowd = Array.from({ length: RECEIPT_MEMBERS_MAX }, () => uuidv7())
  await campus.accept(uuidv7(), ...crowd.map((id) => registerUser(id, 'One of many')))
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  now = NOW
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  group = await campus.group(ann, ben)
})

/** What is told of a member, once all that gathered is. */
async function listReceipts(conversationId: string, userId: string): Promise<(DeliveryRow | SeenRow)[]> {
  await campus.publishReceipts(conversationId)
  const records = await campus.store.db
    .selectFrom('receipt')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('user_id', '=', userId)
    .execute()
  return records.flatMap(fromReceipt).map(({ row }) => row)
}
const findDelivery = async (userId: string, conversationId = group) =>
  (await listReceipts(conversationId, userId)).flatMap((row) => (row.type === 'delivery' ? [row.n] : []))[0]
const findSteps = async (userId: string, conversationId = group) =>
  (await listReceipts(conversationId, userId)).flatMap((row) => (row.type === 'seen' ? [row.steps] : []))[0]
const findSince = async (userId: string) => {
  const member = await campus.store.db
    .selectFrom('member')
    .select('since')
    .where('user_id', '=', userId)
    .where('conversation_id', '=', group)
    .executeTakeFirstOrThrow()
  return member.since
}
const findReading = async (userId: string, conversationId = group) => {
  const found = await campus.store.db
    .selectFrom('reading')
    .select('n')
    .where('user_id', '=', userId)
    .where('conversation_id', '=', conversationId)
    .executeTakeFirst()
  return found?.n
}
const countMembers = async (conversationId: string) => {
  const found = await campus.store.db
    .selectFrom('conversation')
    .select('member_count')
    .where('id', '=', conversationId)
    .executeTakeFirstOrThrow()
  return found.member_count
}
const sends = (count: number, conversationId = group) => Array.from({ length: count }, () => send(conversationId))

test('what a device received is told to the members, and moves only forward', async () => {
  await campus.accept(ann, ...sends(3))
  await campus.accept(ben, receive(group, 2))
  await campus.publishReceipts(group)
  const expanded = [{ type: 'delivery', conversationId: group, userId: ben, n: 2 }]
  const received = [[2, toRuns([await findSince(ben)])]]
  expect(campus.published.at(-1)?.rows).toMatchObject([
    {
      row: { type: 'receipts', conversationId: group, received, seen: [], expanded },
      audience: { kind: 'members', conversationId: group },
    },
  ])
  await campus.accept(ben, receive(group, 1))
  expect(await findDelivery(ben)).toBe(2)
  await campus.accept(ben, receive(group, 3), receive(group, 2))
  expect(await findDelivery(ben)).toBe(3)
})

test('nothing is received beyond the newest message', async () => {
  await campus.accept(ann, ...sends(2))
  await campus.accept(ben, receive(group, Number.MAX_SAFE_INTEGER))
  expect(await findDelivery(ben)).toBe(2)
  await campus.accept(ann, send(group))
  expect(await findDelivery(ben)).toBe(2)
})

test('in a conversation without messages nothing is received, seen or written', async () => {
  const before = await listReceipts(group, ben)
  const { length } = campus.published
  await campus.accept(ben, receive(group, 5), read(group, 5))
  expect(await listReceipts(group, ben)).toEqual(before)
  expect(campus.published).toHaveLength(length)
})

test('a command tells of several conversations, and of the same one twice', async () => {
  const direct = await campus.direct(ann, ben)
  await campus.accept(ann, ...sends(3), ...sends(2, direct))
  await campus.accept(ben, receive(group, 3, { conversationId: direct, n: 2 }, { conversationId: group, n: 1 }))
  expect([await findDelivery(ben), await findDelivery(ben, direct)]).toEqual([3, 2])
})

test('who reads has received it, and is told to have seen it', async () => {
  await campus.accept(ann, ...sends(3))
  await campus.accept(ben, read(group, 2))
  expect(await listReceipts(group, ben)).toMatchObject([
    { type: 'delivery', n: 2 },
    { type: 'seen', steps: [{ n: 2, at: NOW }] },
  ])
  expect(campus.published.at(-1)?.rows.map(({ row, audience }) => [row.type, audience.kind])).toEqual([
    ['receipts', 'seers'],
    ['receipts', 'non-seers'],
  ])
  const [forSeers, forOthers] = campus.published.at(-1)?.rows ?? []
  const members = toRuns([await findSince(ben)])
  expect(forSeers?.row).toMatchObject({ received: [[2, members]], seen: [[2, NOW, members]] })
  expect(forOthers?.row).toMatchObject({ received: [[2, members]], seen: [] })
})

test('receiving is not seeing', async () => {
  await campus.accept(ann, send(group))
  await campus.accept(ben, receive(group, 1))
  expect(await findSteps(ben)).toBeUndefined()
})

test('each step says when one had come so far, and steps only move forward', async () => {
  await campus.accept(ann, ...sends(5))
  await campus.accept(ben, read(group, 2))
  await campus.publishReceipts(group)
  now += 1_000
  await campus.accept(ben, read(group, 4))
  now += 1_000
  await campus.accept(ben, read(group, 3), read(group, 4))
  expect(await findSteps(ben)).toEqual([
    { n: 2, at: NOW },
    { n: 4, at: NOW + 1_000 },
  ])
})

test('of the steps that gather until they are told the last one is told', async () => {
  await campus.accept(ann, ...sends(5))
  await campus.accept(ben, read(group, 2))
  now += 1_000
  await campus.accept(ben, read(group, 4))
  expect(await findSteps(ben)).toEqual([{ n: 4, at: NOW + 1_000 }])
})

test('nobody has seen beyond the newest message', async () => {
  await campus.accept(ann, send(group))
  await campus.accept(ben, read(group, Number.MAX_SAFE_INTEGER))
  expect(await findSteps(ben)).toEqual([{ n: 1, at: NOW }])
})

test(`the last ${SEEN_STEPS_MAX} steps are kept`, async () => {
  await campus.accept(ann, ...sends(SEEN_STEPS_MAX + 3))
  for (let n = 1; n <= SEEN_STEPS_MAX + 3; n += 1) {
    await campus.accept(ben, read(group, n))
    await campus.publishReceipts(group)
  }
  expect((await findSteps(ben))?.map(({ n }) => n)).toEqual(
    Array.from({ length: SEEN_STEPS_MAX }, (_, index) => index + 4),
  )
})

test('who writes has seen no more than they read', async () => {
  await campus.accept(ann, ...sends(2))
  await campus.accept(ben, send(group))
  expect(await listReceipts(group, ben)).toEqual([])
})

test('who joins has received and seen nothing of what was said before', async () => {
  await campus.accept(ann, ...sends(2))
  const cid = await campus.register()
  await campus.accept(ann, addMembers(group, cid))
  await campus.accept(cid, read(group, 2))
  expect(await findReading(cid)).toBe(2)
  expect(await listReceipts(group, cid)).toEqual([])
})

test.each([
  ['leaves', () => campus.accept(ben, leaveGroup(group))],
  ['is put out', () => campus.accept(ann, removeMember(group, ben))],
])('what was gathered of a member is told as they go, when one %s', async (_, go) => {
  await campus.accept(ann, send(group, 'the first'), send(group, 'the second'))
  await campus.accept(ben, receive(group, 1), read(group, 1))
  await listReceipts(group, ben)
  await campus.accept(ben, receive(group, 2), read(group, 2))
  await go()
  const record = await campus.store.db
    .selectFrom('receipt')
    .selectAll()
    .where('conversation_id', '=', group)
    .where('user_id', '=', ben)
    .executeTakeFirstOrThrow()
  const { head } = await campus.store.db
    .selectFrom('log')
    .select('head')
    .where('id', '=', 'campus')
    .executeTakeFirstOrThrow()
  // Who pulls afresh and who was there all the time hold the same of whoever is gone.
  expect(record).toMatchObject({ unpublished: 0, delivered_n: 2 })
  expect(head - record.seq).toBeLessThan(3)
  expect([record.delivered_seq, record.seen_seq]).toEqual([record.seq, record.seq])
})

test('who keeps to themselves what they have seen reads and receives, and is not told to have seen', async () => {
  await campus.accept(ben, setPreference({ seen: false }))
  await campus.accept(ann, ...sends(2))
  await campus.accept(ben, read(group, 2))
  expect(await findReading(ben)).toBe(2)
  expect(await listReceipts(group, ben)).toMatchObject([{ type: 'delivery', n: 2 }])
})

test('what was seen before one switched it off stays, and what is seen after switching it on is told', async () => {
  await campus.accept(ann, ...sends(5))
  await campus.accept(ben, read(group, 1))
  await campus.accept(ben, setPreference({ seen: false }), read(group, 3))
  expect(await findSteps(ben)).toEqual([{ n: 1, at: NOW }])
  now += 1_000
  await campus.accept(ben, setPreference({ seen: true }))
  expect(await findSteps(ben)).toEqual([{ n: 1, at: NOW }])
  await campus.accept(ben, read(group, 5))
  expect(await findSteps(ben)).toEqual([
    { n: 1, at: NOW },
    { n: 5, at: NOW + 1_000 },
  ])
})

test('switching off counts for what stands behind it in the same batch, and not for what stands before', async () => {
  await campus.accept(ann, ...sends(2))
  await campus.accept(ben, read(group, 1), setPreference({ seen: false }), read(group, 2))
  expect(await findSteps(ben)).toEqual([{ n: 1, at: NOW }])
})

test('in Everyone nothing is told of receiving and seeing', async () => {
  await campus.accept(ann, send())
  const { length } = campus.published
  await campus.accept(ben, receive(EVERYONE_ID, 1), read(EVERYONE_ID, Number.MAX_SAFE_INTEGER))
  expect(campus.published.slice(length).flatMap(({ rows }) => rows.map(({ row }) => row.type))).toEqual(['reading'])
  expect(await listReceipts(EVERYONE_ID, ben)).toEqual([])
})

/** Begins a group of so many, Ann and Ben among them. */
async function beginLarge(size: number): Promise<string> {
  const large = await campus.group(ann, ben, ...crowd.slice(0, size - 2))
  expect(await countMembers(large)).toBe(size)
  await campus.accept(ann, ...sends(5, large))
  return large
}

test(`a group of ${RECEIPT_MEMBERS_MAX} tells who received and saw what, one of one more does not`, async () => {
  const [small, large] = [await beginLarge(RECEIPT_MEMBERS_MAX), await beginLarge(RECEIPT_MEMBERS_MAX + 1)]
  await campus.accept(ben, read(small, 5), receive(large, 5), read(large, 5))
  expect(await listReceipts(small, ben)).toHaveLength(2)
  expect(await findReading(ben, large)).toBe(5)
  expect(await listReceipts(large, ben)).toEqual([])
})

const shrinkings: [how: string, shrink: (large: string, who: string) => Promise<unknown>][] = [
  ['was removed', (large, who) => campus.accept(ann, removeMember(large, who))],
  ['left', (large, who) => campus.accept(who, leaveGroup(large))],
]
test.each(shrinkings)(
  'a group that grew too large tells nothing, and tells again when somebody %s',
  async (_, shrink) => {
    const large = await beginLarge(RECEIPT_MEMBERS_MAX)
    const cid = await campus.register()
    await campus.accept(ben, read(large, 1))
    await campus.publishReceipts(large)
    await campus.accept(ann, addMembers(large, cid))
    await campus.accept(ben, read(large, 2))
    expect([await findDelivery(ben, large), await findSteps(ben, large)]).toEqual([1, [{ n: 1, at: NOW }]])
    await shrink(large, cid)
    expect(await countMembers(large)).toBe(RECEIPT_MEMBERS_MAX)
    await campus.accept(ben, read(large, 3))
    expect(await findDelivery(ben, large)).toBe(3)
    await campus.accept(ann, addMembers(large, cid))
    expect(await countMembers(large)).toBe(RECEIPT_MEMBERS_MAX + 1)
    await campus.accept(ben, read(large, 4))
    expect(await findDelivery(ben, large)).toBe(3)
  },
)

test('what gathered in a group that grew too large is told once it is small enough again', async () => {
  const large = await beginLarge(RECEIPT_MEMBERS_MAX)
  const cid = await campus.register()
  await campus.accept(ben, read(large, 1))
  await campus.accept(ann, addMembers(large, cid))
  expect(await listReceipts(large, ben)).toEqual([])
  await campus.accept(ann, removeMember(large, cid))
  expect([await findDelivery(ben, large), await findSteps(ben, large)]).toEqual([1, [{ n: 1, at: NOW }]])
})

test('members are counted once, however often and in whatever order they are named', async () => {
  const command = createGroup([ben, ben, ann])
  const { conversationId } = command
  const [cid, dora] = [await campus.register(), await campus.register()]
  await campus.accept(ann, command, addMembers(conversationId, ben, cid, cid), addMembers(conversationId, cid, dora))
  expect(await countMembers(conversationId)).toBe(4)
  await campus.accept(ann, removeMember(conversationId, cid), removeMember(conversationId, cid))
  expect(await countMembers(conversationId)).toBe(3)
  await campus.accept(
    ann,
    addMembers(conversationId, cid),
    removeMember(conversationId, cid),
    leaveGroup(conversationId),
  )
  expect(await countMembers(conversationId)).toBe(2)
  const others = [campus.accept(ben, leaveGroup(conversationId)), campus.accept(dora, leaveGroup(conversationId))]
  await Promise.all(others)
  expect(await countMembers(conversationId)).toBe(0)
})

test('a direct conversation has two members', async () => {
  const direct = await campus.direct(ann, ben)
  await campus.direct(ben, ann)
  expect(await countMembers(direct)).toBe(2)
})

test('a refused command counts nobody', async () => {
  const before = await dump(campus.store)
  expect(await campus.codeOf(ann, addMembers(group, crowd[0] ?? '', uuidv7()))).toBe('not_found')
  expect(await dump(campus.store)).toEqual(before)
})
