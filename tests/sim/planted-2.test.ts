import { expect, test } from 'vitest'
import { PLANTED } from './planted/all.ts'
import { testCaughtInPart } from './planted/catch.ts'
import { CAUGHT_BY, SHOWS_AFTER } from './planted/caught-by.ts'

testCaughtInPart(PLANTED, 1)

test('each seed that is tried first is one for a mistake', () => {
  const named = [...Object.keys(CAUGHT_BY), ...Object.keys(SHOWS_AFTER)]
  expect(named.filter((name) => !(name in PLANTED))).toEqual([])
})
