import { expect, test } from 'vitest'
import { simulate } from '../simulate.ts'
import { CAUGHT_BY } from './caught-by.ts'
import type { Planted } from './planted.ts'

const TRIES = 40

/** A simulation that cannot fail proves nothing: each of these mistakes must be caught by some seed, which is printed. */
export function testCaught(mistakes: Readonly<Record<string, Planted>>): void {
  for (const [name, planted] of Object.entries(mistakes)) {
    test(`it is caught when ${name}`, async () => {
      const caught = await findSeed(planted, CAUGHT_BY[name] ?? 1)
      expect(caught, `${TRIES} seeds did not notice`).toBeDefined()
      if (caught !== undefined) console.info(`seed ${caught.seed} caught that ${name}: ${caught.wrong.slice(0, 120)}`)
    })
  }
}

/** The first seed that notices, from this one on. */
async function findSeed(planted: Planted, first: number): Promise<{ seed: number; wrong: string } | undefined> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const seed = ((first - 1 + tries) % TRIES) + 1
    const [wrong] = (await simulate(seed, planted)).wrong
    if (wrong !== undefined) return { seed, wrong }
  }
  return undefined
}
