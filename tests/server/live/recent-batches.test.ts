import { expect, test } from 'vitest'
import type { PublishedBatch } from '../../../server/bus/bus.ts'
import { createRecentRows } from '../../../server/live/recent-rows.ts'

const batch = (from: number, to: number): PublishedBatch => ({
  log: 'campus',
  epoch: 'one',
  from,
  to,
  rows: Array.from({ length: to - from }, (_, index) => ({
    row: { type: 'reading', seq: from + 1 + index, conversationId: 'c', n: 1 },
    audience: { kind: 'all' },
  })),
})
const seqs = (rows: ReturnType<ReturnType<typeof createRecentRows>['findSince']>) => rows?.map(({ row }) => row.seq)

test('memory that holds nothing reaches back to nowhere', () => {
  expect(createRecentRows().findSince(0)).toBeUndefined()
})
test('a cursor at the end of a batch, in the middle of one and at the beginning gets exactly what follows', () => {
  const recent = createRecentRows()
  recent.add(batch(10, 12))
  recent.add(batch(12, 15))
  expect(seqs(recent.findSince(10))).toEqual([11, 12, 13, 14, 15])
  expect(seqs(recent.findSince(12))).toEqual([13, 14, 15])
  expect(seqs(recent.findSince(13))).toEqual([14, 15])
  expect(seqs(recent.findSince(15))).toEqual([])
  expect(recent.findSince(9)).toBeUndefined()
})
test('the oldest batches are forgotten first, and a cursor before them is not answered', () => {
  const recent = createRecentRows(5)
  recent.add(batch(0, 3))
  recent.add(batch(3, 5))
  expect(seqs(recent.findSince(0))).toHaveLength(5)
  recent.add(batch(5, 6))
  expect(recent.findSince(2)).toBeUndefined()
  expect(seqs(recent.findSince(3))).toEqual([4, 5, 6])
})
test('a batch larger than memory leaves nothing to answer from', () => {
  const recent = createRecentRows(5)
  recent.add(batch(0, 3))
  recent.add(batch(3, 20))
  expect(recent.findSince(3)).toBeUndefined()
  expect(recent.findSince(20)).toBeUndefined()
})
test('after clear memory begins anew', () => {
  const recent = createRecentRows()
  recent.add(batch(0, 3))
  recent.clear()
  recent.add(batch(7, 8))
  expect(recent.findSince(0)).toBeUndefined()
  expect(seqs(recent.findSince(7))).toEqual([8])
})
