import { expect, test } from 'vitest'
import { toRowKey } from '../../../server/campus/row-key.ts'
import type { Campus, CampusRow } from '../../../server/campus/types.ts'
import type { LogBatch } from '../../../server/live/log-follower.ts'
import { createRecentBatches, keepLatest, type RecentBatches } from '../../../server/live/recent-batches.ts'

const topicOf = (audience: Campus['audience']) => (audience.kind === 'user' ? audience.userId : audience.kind)
const batch = (from: number, to: number): LogBatch<Campus> => ({
  lineage: { id: 'one', start: 0 },
  from,
  to,
  rows: Array.from({ length: to - from }, (_, index) => ({
    row: { type: 'reading', seq: from + 1 + index, conversationId: 'c', n: 1 },
    audience: { kind: 'all' },
  })),
})
const seqs = (rows: ReturnType<RecentBatches<Campus>['findSince']>) => rows?.map(({ row }) => row.seq)

test('memory that holds nothing reaches back to nowhere', () => {
  expect(createRecentBatches<Campus>(topicOf).findSince(0, ['all'])).toBeUndefined()
})
test('a cursor at the end of a batch, in the middle of one and at the beginning gets exactly what follows', () => {
  const recent = createRecentBatches<Campus>(topicOf)
  recent.add(batch(10, 12))
  recent.add(batch(12, 15))
  expect(seqs(recent.findSince(10, ['all']))).toEqual([11, 12, 13, 14, 15])
  expect(seqs(recent.findSince(12, ['all']))).toEqual([13, 14, 15])
  expect(seqs(recent.findSince(13, ['all']))).toEqual([14, 15])
  expect(seqs(recent.findSince(15, ['all']))).toEqual([])
  expect(recent.findSince(9, ['all'])).toBeUndefined()
})
test('the oldest batches are forgotten first, and a cursor before them is not answered', () => {
  const recent = createRecentBatches<Campus>(topicOf, 5)
  recent.add(batch(0, 3))
  recent.add(batch(3, 5))
  expect(seqs(recent.findSince(0, ['all']))).toHaveLength(5)
  recent.add(batch(5, 6))
  expect(recent.findSince(2, ['all'])).toBeUndefined()
  expect(seqs(recent.findSince(3, ['all']))).toEqual([4, 5, 6])
})
test('a batch larger than memory leaves nothing to answer from', () => {
  const recent = createRecentBatches<Campus>(topicOf, 5)
  recent.add(batch(0, 3))
  recent.add(batch(3, 20))
  expect(recent.findSince(3, ['all'])).toBeUndefined()
  expect(recent.findSince(20, ['all'])).toBeUndefined()
})
test('steps without rows are remembered too, and not for ever', () => {
  const recent = createRecentBatches<Campus>(topicOf)
  for (let at = 0; at < 5_000; at += 1) recent.add({ ...batch(at, at), to: at + 1 })
  expect(seqs(recent.findSince(0, ['all']))).toEqual([])
  recent.add(batch(5_000, 5_001))
  expect(recent.findSince(0, ['all'])).toBeUndefined()
  expect(seqs(recent.findSince(1, ['all']))).toEqual([5_001])
})
test('whoever asks for some topics is told of these alone, in the order of the log', () => {
  const recent = createRecentBatches<Campus>(topicOf)
  const { rows, ...rest } = batch(0, 6)
  const readers = ['ann', 'ben', 'ann', 'cid', 'ben', 'ann']
  recent.add({
    ...rest,
    rows: rows.map(({ row }, index) => ({ row, audience: { kind: 'user', userId: readers[index] ?? '' } })),
  })
  expect(seqs(recent.findSince(0, ['ann', 'ben', 'nobody']))).toEqual([1, 2, 3, 5, 6])
  expect(seqs(recent.findSince(3, ['ben', 'ann']))).toEqual([5, 6])
  expect(seqs(recent.findSince(0, ['cid']))).toEqual([4])
  expect(seqs(recent.findSince(0, []))).toEqual([])
})
test('of each topic as much is forgotten as of memory', () => {
  const recent = createRecentBatches<Campus>(topicOf, 1_000)
  for (let at = 0; at < 3_000; at += 1) {
    const { rows, ...rest } = batch(at, at + 1)
    const userId = at % 2 === 0 ? 'ann' : 'ben'
    recent.add({ ...rest, rows: rows.map(({ row }) => ({ row, audience: { kind: 'user', userId } })) })
  }
  expect(recent.findSince(1_999, ['ann'])).toBeUndefined()
  expect(seqs(recent.findSince(2_000, ['ann']))).toEqual(Array.from({ length: 500 }, (_, index) => 2_001 + 2 * index))
  recent.add(batch(3_000, 4_000))
  expect(seqs(recent.findSince(3_000, ['ann', 'ben']))).toEqual([])
})
test('of the states of one row the last one is kept, in its place', () => {
  const rows = [
    { id: 'a', seq: 1 },
    { id: 'b', seq: 2 },
    { id: 'a', seq: 3 },
    { id: 'c', seq: 4 },
    { id: 'a', seq: 5 },
  ]
  expect(keepLatest(rows, ({ id }) => id).map(({ seq }) => seq)).toEqual([2, 4, 5])
})
test('after clear memory begins anew', () => {
  const recent = createRecentBatches<Campus>(topicOf)
  recent.add(batch(0, 3))
  recent.clear()
  recent.add(batch(7, 8))
  expect(recent.findSince(0, ['all'])).toBeUndefined()
  expect(seqs(recent.findSince(7, ['all']))).toEqual([8])
})

test('receipts that are told late find the membership that they name, also when who is named left and came back', () => {
  const [conversationId, userId] = ['a group', 'ben']
  const joined: CampusRow = { type: 'member', seq: 40, since: 40, removed: false, conversationId, userId }
  const left: CampusRow = { ...joined, seq: 64, removed: true }
  const back: CampusRow = { ...joined, seq: 71, since: 71 }
  const received: [number, number[]][] = [[2, [40, 1]]]
  const receipts: CampusRow = { type: 'receipts', seq: 61, conversationId, received, seen: [], expanded: [] }
  expect(keepLatest<CampusRow>([joined, receipts, left, back], toRowKey)).toEqual([receipts, left, back])
})
