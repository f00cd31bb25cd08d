import { solveChallenge, type Challenge, type Solution } from 'altcha-lib'
import { deriveKey as derivePbkdf2 } from 'altcha-lib/algorithms/web/pbkdf2'
import { deriveKey as deriveSha } from 'altcha-lib/algorithms/web/sha'
import * as v from 'valibot'

const challengeSchema = v.looseObject({
  parameters: v.looseObject({
    algorithm: v.string(),
    nonce: v.string(),
    salt: v.string(),
    cost: v.number(),
    keyLength: v.number(),
    keyPrefix: v.string(),
  }),
  signature: v.optional(v.string()),
})

const SOLVE_WITHIN_MS = 60_000

/**
 * Solves a challenge of altcha, and returns what is to be sent along; undefined when it cannot be solved.
 * The browser's own cryptography does the sums on a thread of its own, so typing goes on meanwhile.
 */
export async function solveWork(asked: unknown): Promise<string | undefined> {
  const parsed = v.safeParse(challengeSchema, asked)
  if (!parsed.success) return undefined
  const challenge = parsed.output as Challenge
  const deriveKey = challenge.parameters.algorithm.startsWith('PBKDF2/') ? derivePbkdf2 : deriveSha
  const solution: Solution | null = await solveChallenge({ challenge, deriveKey, timeout: SOLVE_WITHIN_MS })
  return solution === null ? undefined : btoa(JSON.stringify({ challenge, solution }))
}
