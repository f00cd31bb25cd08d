import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromRuns, toRuns } from '../../shared/runs.ts'

test('numbers that follow on each other are one run', () => {
  expect(toRuns([9, 4, 3, 5])).toEqual([3, 3, 4, 1])
  expect(toRuns([])).toEqual([])
  expect(toRuns([0, 1])).toEqual([0, 2])
})

test('what went into runs comes out of them, ascending and once', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300)), (numbers) => {
      const ascending = [...new Set(numbers)].sort((one, other) => one - other)
      expect(fromRuns(toRuns(numbers), 301)).toEqual(ascending)
    }),
  )
})

test('runs that would hold more numbers than there can be are refused before they are made', () => {
  expect(fromRuns([1, 50], 50)).toHaveLength(50)
  expect(() => fromRuns([1, 51], 50)).toThrow('more than 50')
  expect(() => fromRuns([1, 1, 5, 1_000_000_000], 50)).toThrow('more than 50')
})
