import { expect, test } from 'vitest'
import { simulate } from './simulate.ts'

const seed = Number(process.env.SEED ?? 8)

test(`seed ${seed} alone comes to rest, the same way each time`, async () => {
  const { wrong, digest } = await simulate(seed)
  expect(wrong).toEqual([])
  expect((await simulate(seed)).digest).toBe(digest)
})
