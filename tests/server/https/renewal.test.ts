import { expect, test } from 'vitest'
import { toRenewAt, toRetryAfter } from '../../../server/https/renewal.ts'

const DAY = 24 * 60 * 60_000

test('a certificate is renewed after two thirds of its life, and up to a twentieth of it later', () => {
  const life = { notBefore: 0, notAfter: 90 * DAY }
  expect(toRenewAt(life, 0)).toBe(60 * DAY)
  expect(toRenewAt(life, 1)).toBeCloseTo(64.5 * DAY)
})

test('after a failure it waits a minute, then twice as long each time, up to six hours', () => {
  const after = [1, 2, 3, 9, 10, 50].map((failures) => toRetryAfter(failures, 30 * DAY, 0) / 60_000)
  expect(after).toEqual([1, 2, 4, 256, 360, 360])
  expect(toRetryAfter(1, 30 * DAY, 1)).toBe(75_000)
})

test('what runs out soon is asked for sooner, and what ran out goes on being asked for', () => {
  expect(toRetryAfter(10, 60_000, 0)).toBe(15_000)
  expect(toRetryAfter(10, 1, 0)).toBe(1_000)
  expect(toRetryAfter(10, -DAY, 0)).toBe(6 * 60 * 60_000)
})
