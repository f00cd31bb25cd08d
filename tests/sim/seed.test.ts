import { expect, test } from 'vitest'
import { simulate } from './simulate.ts'

const seed = Number(process.env.SEED ?? 1)

test(`seed ${seed} alone comes to rest, the same way each time`, async () => {
  expect(await simulate(seed)).toEqual([])
  expect(await simulate(seed)).toEqual([])
})
