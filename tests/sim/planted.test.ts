import { expect, test } from 'vitest'
import { PLANTED } from './planted.ts'
import { simulate } from './simulate.ts'

const TRIES = 120

/** Seeds that caught what few of them catch: tried first, and if they do not any more, all the others are. */
const CAUGHT_BY = new Map([
  ['the outbox is dropped on a 401', 3],
  ['a command is answered before it is stored', 4],
  ['a receipt claims more than the device holds', 5],
  ['who keeps to themselves what they have seen is told what others have', 36],
  ['who lets others know again is not told what they have seen meanwhile', 7],
  ['an older reaction replaces a newer one', 104],
  ['an older version of an edit comes back after its deletion', 42],
])

// A simulation that cannot fail proves nothing: each of these mistakes must be caught by some seed.
for (const [name, planted] of Object.entries(PLANTED)) {
  test(`it is caught when ${name}`, async () => {
    const first = CAUGHT_BY.get(name) ?? 1
    let caught: string[] = []
    for (let tries = 0; tries < TRIES && caught.length === 0; tries += 1) {
      caught = await simulate(((first - 1 + tries) % TRIES) + 1, planted)
    }
    expect(caught, `${TRIES} seeds did not notice`).not.toEqual([])
  })
}

test('each seed that is tried first is one for a mistake', () => {
  expect([...CAUGHT_BY.keys()].filter((name) => !(name in PLANTED))).toEqual([])
})
