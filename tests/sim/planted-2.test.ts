import { expect, test } from 'vitest'
import { IN_THE_CAMPUS } from './planted/campus.ts'
import { testCaught } from './planted/catch.ts'
import { CAUGHT_BY } from './planted/caught-by.ts'
import { IN_A_CLASSROOM } from './planted/classroom.ts'
import { PLANTED } from './planted/all.ts'

testCaught({ ...IN_THE_CAMPUS, ...IN_A_CLASSROOM })

test('each seed that is tried first is one for a mistake', () => {
  expect(Object.keys(CAUGHT_BY).filter((name) => !(name in PLANTED))).toEqual([])
})
