import { expect, test } from 'vitest'
import { createPieceSize } from '../../../../client/sync/files/piece-size.ts'

const KB = 1024

test('a piece begins small, and grows by four at most until it takes four seconds', () => {
  const size = createPieceSize()
  const seen: number[] = [size.bytes]
  // A megabit in a second.
  for (let piece = 0; piece < 5; piece += 1) {
    size.onCarried(size.bytes, size.bytes / 125)
    seen.push(size.bytes)
  }
  expect(seen).toEqual([64 * KB, 256 * KB, 500_000, 500_000, 500_000, 500_000])
})

test('the last piece of a file says nothing of the network', () => {
  const size = createPieceSize()
  size.onCarried(100, 10)
  expect(size.bytes).toBe(64 * KB)
})

test('a piece that did not get through halves the next one, down to a size at which something does', () => {
  const size = createPieceSize()
  const seen = Array.from({ length: 4 }, () => {
    size.onLost()
    return size.bytes
  })
  expect(seen).toEqual([32 * KB, 16 * KB, 16 * KB, 16 * KB])
})

test('however good the network, a piece is no larger than what need not be in memory', () => {
  const size = createPieceSize()
  for (let piece = 0; piece < 10; piece += 1) size.onCarried(size.bytes, 0)
  expect(size.bytes).toBe(4 * KB * KB)
})

test('a network that gets slower gets smaller pieces', () => {
  const size = createPieceSize()
  for (let piece = 0; piece < 10; piece += 1) size.onCarried(size.bytes, 0)
  size.onCarried(size.bytes, 40_000)
  expect(size.bytes).toBe(Math.round((4 * KB * KB) / 10))
})
