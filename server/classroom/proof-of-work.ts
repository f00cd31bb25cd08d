import { createChallenge, verifySolution } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import { randomInt } from 'node:crypto'
import * as v from 'valibot'

/*
 * Proofs of work, by altcha: the device counts up until a key derived from its count begins as it was
 * told. The challenge is signed with the classroom's key, so any process can check it, it is good for
 * this classroom alone, and nothing is kept of whom it was given to.
 */

export interface ProofOfWork {
  createChallenge(key: string): Promise<unknown>
  /** Whether this solves a challenge of this key that has not expired and was not taken here before; takes it. */
  take(key: string, work: string): Promise<boolean>
}

const ALGORITHM = 'PBKDF2/SHA-256'
/** With these a laptop takes 0.1 to 0.3 s, a slow phone about a second; the server a millisecond. */
const COST = 2_000
const COUNTER_MIN = 200
const COUNTER_MAX = 500
const EXPIRES_AFTER_MS = 5 * 60_000

/** What altcha calls a payload, as far as it is looked at before its signature is checked. */
const payload = v.object({
  challenge: v.object({
    parameters: v.object({
      algorithm: v.literal(ALGORITHM),
      nonce: v.string(),
      salt: v.string(),
      cost: v.literal(COST),
      keyLength: v.number(),
      keyPrefix: v.string(),
      keySignature: v.string(),
      expiresAt: v.number(),
    }),
    signature: v.string(),
  }),
  solution: v.object({ counter: v.number(), derivedKey: v.string() }),
})

export function createProofOfWork(now: () => number): ProofOfWork {
  // When each taken challenge expires, the oldest first.
  const taken = new Map<string, number>()

  function forgetExpired(): void {
    for (const [signature, expiresAt] of taken) {
      if (expiresAt > now()) break
      taken.delete(signature)
    }
  }

  return {
    createChallenge: (key) =>
      createChallenge({
        algorithm: ALGORITHM,
        cost: COST,
        counter: randomInt(COUNTER_MIN, COUNTER_MAX),
        expiresAt: new Date(now() + EXPIRES_AFTER_MS),
        deriveKey,
        ...toSecrets(key),
      }),

    async take(key, work) {
      const parsed = v.safeParse(payload, fromBase64(work))
      if (!parsed.success) return false
      const { challenge, solution } = parsed.output
      if (challenge.parameters.expiresAt * 1000 <= now() || taken.has(challenge.signature)) return false
      const { verified } = await verifySolution({ challenge, solution, deriveKey, ...toSecrets(key) })
      // Another request may have brought the same one meanwhile.
      if (!verified || taken.has(challenge.signature)) return false
      forgetExpired()
      taken.set(challenge.signature, now() + EXPIRES_AFTER_MS)
      return true
    },
  }
}

function toSecrets(key: string) {
  return { hmacSignatureSecret: `challenge ${key}`, hmacKeySignatureSecret: `solution ${key}` }
}

function fromBase64(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString())
  } catch {
    return undefined
  }
}
