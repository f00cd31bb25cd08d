import { expect, test } from 'vitest'
import { toRowKey } from '../../../server/campus/row-key.ts'
import type { Campus, CampusRow } from '../../../server/campus/types.ts'
import type { LogBatch } from '../../../server/live/log-follower.ts'
import { createRecentBatches, keepLatest, type RecentBatches } from '../../../server/live/recent-batches.ts'

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
  expect(createRecentBatches<Campus>().findSince(0)).toBeUndefined()
})
test('a cursor at the end of a batch, in the middle of one and at the beginning gets exactly what follows', () => {
  const recent = createRecentBatches<Campus>()
  recent.add(batch(10, 12))
  recent.add(batch(12, 15))
  expect(seqs(recent.findSince(10))).toEqual([11, 12, 13, 14, 15])
  expect(seqs(recent.findSince(12))).toEqual([13, 14, 15])
  expect(seqs(recent.findSince(13))).toEqual([14, 15])
  expect(seqs(recent.findSince(15))).toEqual([])
  expect(recent.findSince(9)).toBeUndefined()
})
test('the oldest batches are forgotten first, and a cursor before them is not answered', () => {
  const recent = createRecentBatches<Campus>(5)
  recent.add(batch(0, 3))
  recent.add(batch(3, 5))
  expect(seqs(recent.findSince(0))).toHaveLength(5)
  recent.add(batch(5, 6))
  expect(recent.findSince(2)).toBeUndefined()
  expect(seqs(recent.findSince(3))).toEqual([4, 5, 6])
})
test('a batch larger than memory leaves nothing to answer from', () => {
  const recent = createRecentBatches<Campus>(5)
  recent.add(batch(0, 3))
  recent.add(batch(3, 20))
  expect(recent.findSince(3)).toBeUndefined()
  expect(recent.findSince(20)).toBeUndefined()
})
test('steps without rows are remembered too, and not for ever', () => {
  const recent = createRecentBatches<Campus>()
  for (let at = 0; at < 5_000; at += 1) recent.add({ ...batch(at, at), to: at + 1 })
  expect(seqs(recent.findSince(0))).toEqual([])
  recent.add(batch(5_000, 5_001))
  expect(recent.findSince(0)).toBeUndefined()
  expect(seqs(recent.findSince(1))).toEqual([5_001])
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
  const recent = createRecentBatches<Campus>()
  recent.add(batch(0, 3))
  recent.clear()
  recent.add(batch(7, 8))
  expect(recent.findSince(0)).toBeUndefined()
  expect(seqs(recent.findSince(7))).toEqual([8])
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
