import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBackOff } from '../../../client/sync/back-off.ts'

const almostOne = 1 - Number.EPSILON
const ceilings = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]

test('the longest wait doubles from half a second to half a minute, and stays there for ever', () => {
  const backOff = createBackOff(() => almostOne)
  expect(ceilings.map(() => backOff.next())).toEqual(ceilings)
  for (let failure = 0; failure < 2_000; failure += 1) expect(backOff.next()).toBe(30_000)
})

test('any wait from nothing up to the longest is possible: full jitter', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: almostOne, noNaN: true }), fc.nat(50), (random, failures) => {
      const backOff = createBackOff(() => random)
      for (let failure = 0; failure < failures; failure += 1) backOff.next()
      const ceiling = ceilings[Math.min(failures, ceilings.length - 1)] ?? 0
      expect(backOff.next()).toBe(Math.round(random * ceiling))
    }),
  )
})

test('each wait takes its chance anew', () => {
  const chances = [0, 0.5, 0.25]
  const backOff = createBackOff(() => chances.shift() ?? 0)
  expect([backOff.next(), backOff.next(), backOff.next()]).toEqual([0, 500, 500])
})

test('after a reset waiting begins small again', () => {
  const backOff = createBackOff(() => almostOne)
  for (let failure = 0; failure < 10; failure += 1) backOff.next()
  backOff.reset()
  expect([backOff.next(), backOff.next()]).toEqual([500, 1_000])
})
