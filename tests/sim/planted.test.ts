import { expect, test } from 'vitest'
import { PLANTED } from './planted.ts'
import { simulate } from './simulate.ts'

const TRIES = 120

// A simulation that cannot fail proves nothing: each of these mistakes must be caught by some seed.
for (const [name, planted] of Object.entries(PLANTED)) {
  test(`it is caught when ${name}`, async () => {
    let caught: string[] = []
    for (let seed = 1; seed <= TRIES && caught.length === 0; seed += 1) caught = await simulate(seed, planted)
    expect(caught, `${TRIES} seeds did not notice`).not.toEqual([])
  })
}
