import { expect, test } from 'vitest'
import { simulate, type Shape } from '../simulate.ts'
import { CAUGHT_BY, SHOWS_AFTER } from './caught-by.ts'
import { WITH_CONTACTS } from './contacts.ts'
import { IN_A_CROWD } from './crowd.ts'
import { WHEN_FAR_BEHIND } from './far.ts'
import { WHEN_SLOWED_DOWN } from './limits.ts'
import { WITH_FILES } from './files.ts'
import type { Planted } from './planted.ts'

const TRIES = 40
/** Less has to happen until a mistake shows than until anything rare has happened. */
const EVENTS = 200

/** Of so many parts one is in each run, and all of them are in `npm run test:long`. */
const PARTS = 6

/** One part of these mistakes: some of each kind. */
export function testCaughtInPart(mistakes: Readonly<Record<string, Planted>>, part: number): void {
  testCaught(Object.entries(mistakes).filter((_, index) => index % PARTS === part))
}

/** A simulation that cannot fail proves nothing: each of these mistakes must be caught by some seed, which is printed. */
export function testCaught(mistakes: readonly [name: string, planted: Planted][]): void {
  for (const [name, planted] of mistakes) {
    test(`it is caught when ${name}`, async () => {
      // Others than those with files are sooner found without any.
      const shape = {
        events: SHOWS_AFTER[name] ?? EVENTS,
        files: name in WITH_FILES,
        far: name in WHEN_FAR_BEHIND,
        crowd: name in IN_A_CROWD,
        limits: name in WHEN_SLOWED_DOWN,
        contacts: name in WITH_CONTACTS,
      }
      const caught = await findSeed(planted, CAUGHT_BY[name] ?? 1, shape)
      expect(caught, `${TRIES} seeds did not notice`).toBeDefined()
      if (caught !== undefined) console.info(`seed ${caught.seed} caught that ${name}: ${caught.wrong.slice(0, 120)}`)
    })
  }
}

/** The first seed that notices, from this one on, and that finds nothing wrong without the mistake. */
async function findSeed(
  planted: Planted,
  first: number,
  shape: Shape,
): Promise<{ seed: number; wrong: string } | undefined> {
  for (let seed = first; seed < first + TRIES; seed += 1) {
    const [wrong] = (await simulate(seed, planted, shape)).wrong
    if (wrong !== undefined && (await isRightWithout(seed, shape))) return { seed, wrong }
  }
  return undefined
}

const known = new Map<string, Promise<boolean>>()

function isRightWithout(seed: number, shape: Shape): Promise<boolean> {
  const key = `${seed} ${JSON.stringify(shape)}`
  const isRight = known.get(key) ?? simulate(seed, {}, shape).then(({ wrong }) => wrong.length === 0)
  known.set(key, isRight)
  return isRight
}
