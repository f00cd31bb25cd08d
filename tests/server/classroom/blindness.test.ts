import { RSABSSA } from '@cloudflare/blindrsa-ts'
import { constants, createPrivateKey, createPublicKey, randomBytes, randomInt, sign } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { createIssuerKeys, isTokenOf, signBlinded } from '../../../server/classroom/issuer.ts'

/*
 * Whoever has the whole server, the private key and every blinded message ever signed, tries to join tokens
 * that were spent to signings. A blinded message is B = m·r^e, a token is s = m^d, so for a pair of them there
 * is exactly one r = B^d / s that would join them: if that r could have been drawn for every pair alike, the
 * pairs cannot be told apart, and only what is beside the numbers (order, time) could tell.
 */

const STUDENTS = 25
const TOKENS_EACH = 40
const TRIALS = STUDENTS * TOKENS_EACH

interface Pair {
  student: number
  /** When it was signed, and when it was spent. */
  signedAt: number
  spentAt: number
  blinded: bigint
  symbol: number
  /** B^d, which the server computed. */
  blindSignature: bigint
  /** The token's signature, s. */
  signature: bigint
}

let issuer: { n: bigint; e: bigint; public: string; private: string }
beforeAll(async () => {
  const keys = await createIssuerKeys()
  const key = createPublicKey({ key: Buffer.from(keys.issuerPublic, 'base64url'), format: 'der', type: 'spki' })
  const { n = '', e = '' } = key.export({ format: 'jwk' })
  issuer = {
    n: fromBytes(fromText(n)),
    e: fromBytes(fromText(e)),
    public: keys.issuerPublic,
    private: keys.issuerPrivate,
  }
})

const fromText = (text: string) => Buffer.from(text, 'base64url')
const fromBytes = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
const toText = (number: bigint) => Buffer.from(number.toString(16).padStart(512, '0'), 'hex').toString('base64url')
const times = (one: bigint, other: bigint) => (one * other) % issuer.n

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = times(square, square)) {
    if ((rest & 1n) === 1n) result = times(result, square)
  }
  return result
}

/** By Euclid; undefined when there is none. */
function inverse(number: bigint): bigint | undefined {
  let [a, b, x, y] = [number, issuer.n, 1n, 0n]
  while (b > 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y]
  return a === 1n ? ((x % issuer.n) + issuer.n) % issuer.n : undefined
}

function getInverse(number: bigint): bigint {
  const found = inverse(number)
  if (found === undefined) throw new Error('this number has no inverse')
  return found
}

/** The Jacobi symbol of a number and the modulus, which multiplying by r^e carries over from r. */
function jacobi(number: bigint): number {
  let [a, n, sign] = [number % issuer.n, issuer.n, 1]
  while (a > 0n) {
    while ((a & 1n) === 0n) {
      a >>= 1n
      if ([3n, 5n].includes(n & 7n)) sign = -sign
    }
    ;[a, n] = [n, a]
    if ((a & 3n) === 3n && (n & 3n) === 3n) sign = -sign
    a %= n
  }
  return n === 1n ? sign : 0
}

/** A number below the modulus, each as likely as any other. */
function drawBelowModulus(): bigint {
  for (;;) {
    const drawn = fromBytes(randomBytes(256))
    if (drawn > 0n && drawn < issuer.n) return drawn
  }
}

/**
 * Every student's device has its tokens signed by the server, blinded with an r of `drawR`. A token is made
 * with the private key here, which comes to the same as unblinding and is checked to.
 */
async function issueAll(tokensEach: number, drawR: () => bigint): Promise<Pair[]> {
  const key = createPrivateKey({ key: fromText(issuer.private), format: 'der', type: 'pkcs8' })
  const drawn = Array.from({ length: STUDENTS * tokensEach }, (_, index) => {
    const message = randomBytes(64)
    const bytes = sign('sha384', message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 })
    const r = drawR()
    const signature = fromBytes(bytes)
    return { index, message, r, signature, blinded: times(power(signature, issuer.e), power(r, issuer.e)) }
  })
  const signed = await signBlinded(
    issuer.private,
    drawn.map(({ blinded }) => toText(blinded)),
  )
  const order = shuffle(drawn.map(({ index }) => index))
  return drawn.map(({ index, message, r, signature, blinded }) => {
    const blindSignature = fromBytes(fromText(signed?.[index] ?? ''))
    if (times(signature, r) !== blindSignature) throw new Error('unblinding gives another signature')
    if (index % 100 === 0) {
      expect(isTokenOf(issuer.public, { message: message.toString('base64url'), signature: toText(signature) })).toBe(
        true,
      )
    }
    const student = Math.floor(index / tokensEach)
    return {
      student,
      signedAt: index,
      spentAt: order[index] ?? 0,
      blinded,
      symbol: jacobi(blinded),
      blindSignature,
      signature,
    }
  })
}

function shuffle<Item>(items: readonly Item[]): Item[] {
  const shuffled = [...items]
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1)
    const moved = shuffled[last] as Item
    shuffled[last] = shuffled[other] as Item
    shuffled[other] = moved
  }
  return shuffled
}

interface Joined {
  /** What would have been drawn, were this pair one. */
  r: bigint
  /** The encoded message of the token, s^e. */
  encoded: bigint
  symbol: number
  signing: Pair
  token: Pair
}

/** Scores of a pair: whoever attacks takes the signing whose score is the lowest. */
const ATTACKS: Record<string, (joined: Joined) => bigint | number> = {
  'the smallest r': ({ r }) => r,
  'the greatest r': ({ r }) => -r,
  'the r of the fewest ones': ({ r }) => countOnes(r),
  'the r with the smallest remainders': ({ r }) =>
    [3n, 5n, 7n, 11n, 13n, 65_537n].reduce((sum, p) => sum + (r % p), 0n),
  'the r whose last bits are the smallest': ({ r }) => r & 0xffff_ffffn,
  'the blinded message nearest to the encoded one': ({ signing, encoded }) => distance(signing.blinded, encoded),
  'the blinded message most alike in bits': ({ signing, encoded }) => countOnes(signing.blinded ^ encoded),
  'the blind signature nearest to the token’s': ({ signing, token }) =>
    distance(signing.blindSignature, token.signature),
  'the blind signature most alike in bits': ({ signing, token }) => countOnes(signing.blindSignature ^ token.signature),
  'the same Jacobi symbol': ({ signing, symbol }) => -signing.symbol * symbol,
  'the same place in the order': ({ signing, token }) => Math.abs(signing.signedAt - token.spentAt),
}

function distance(one: bigint, other: bigint): bigint {
  return one > other ? one - other : other - one
}

const ONES_OF = Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length)
function countOnes(number: bigint): number {
  let ones = 0
  for (const byte of Buffer.from(number.toString(16).padStart(512, '0'), 'hex')) ones += ONES_OF[byte] ?? 0
  return ones
}

/**
 * In each trial one token was spent, and whoever attacks chooses among 25 signings, one of each student, of
 * which one is the right one. Returns how many were found, by attack.
 */
function attack(pairs: readonly Pair[]): Record<string, number> {
  const tokensEach = pairs.length / STUDENTS
  const found = Object.fromEntries(Object.keys(ATTACKS).map((name) => [name, 0]))
  for (const token of pairs) {
    const encoded = power(token.signature, issuer.e)
    const symbol = jacobi(encoded)
    const undo = getInverse(token.signature)
    const signings = Array.from({ length: STUDENTS }, (_, student) =>
      student === token.student ? token : pairs[student * tokensEach + randomInt(tokensEach)],
    )
    // Ties are broken by chance.
    const joined = shuffle(signings.flatMap((signing) => signing ?? [])).map((signing) => ({
      r: times(signing.blindSignature, undo),
      encoded,
      symbol,
      signing,
      token,
    }))
    for (const [name, score] of Object.entries(ATTACKS)) {
      const scores = joined.map(score)
      const best = scores.reduce((lowest, one) => (one < lowest ? one : lowest))
      if (joined[scores.indexOf(best)]?.signing === token) found[name] = (found[name] ?? 0) + 1
    }
  }
  return found
}

const BY_CHANCE = TRIALS / STUDENTS
/** Five standard deviations: by chance alone more are found once in three million runs. */
const MUCH = BY_CHANCE + 5 * Math.sqrt(BY_CHANCE * (1 - 1 / STUDENTS))

test('joining tokens to signings does no better than chance over 1,000 trials', { timeout: 60_000 }, async () => {
  const pairs = await issueAll(TOKENS_EACH, drawBelowModulus)
  const found = attack(pairs)
  expect(Object.keys(found)).toHaveLength(11)
  for (const [name, count] of Object.entries(found)) expect(count, name).toBeLessThan(MUCH)
  // Spent in the order of their signing, the order finds everybody, whatever the numbers hide.
  const inOrder = attack(pairs.map((pair) => ({ ...pair, spentAt: pair.signedAt })))
  expect(inOrder['the same place in the order']).toBe(TRIALS)
})

test('with devices that blind badly the same attacks find everybody', { timeout: 60_000 }, async () => {
  const few = 4
  const small = attack(await issueAll(few, () => fromBytes(randomBytes(16)) | 1n))
  expect(small['the smallest r']).toBe(few * STUDENTS)
  const none = attack(await issueAll(few, () => 1n))
  expect(none['the blinded message most alike in bits']).toBe(few * STUDENTS)
})

test('any token of a real device fits any signing: there is an r that it could have drawn', async () => {
  const suite = RSABSSA.SHA384.PSS.Randomized()
  const algorithm = { name: 'RSA-PSS', hash: 'SHA-384' }
  const key = await crypto.subtle.importKey('spki', fromText(issuer.public), algorithm, true, ['verify'])
  const devices = await Promise.all(
    Array.from({ length: 12 }, async () => {
      const prepared = suite.prepare(new Uint8Array(randomBytes(32)))
      return { prepared, ...(await suite.blind(key, prepared)) }
    }),
  )
  const signed = await signBlinded(
    issuer.private,
    devices.map(({ blindedMsg }) => Buffer.from(blindedMsg).toString('base64url')),
  )
  const tokens = await Promise.all(
    devices.map(async ({ prepared, inv }, index) =>
      fromBytes(await suite.finalize(key, prepared, new Uint8Array(fromText(signed?.[index] ?? '')), inv)),
    ),
  )
  for (const [spent, signature] of tokens.entries()) {
    const encoded = power(signature, issuer.e)
    const possible = devices.map(({ blindedMsg }, index) => {
      const r = times(fromBytes(fromText(signed?.[index] ?? '')), getInverse(signature))
      const fits = times(encoded, power(r, issuer.e)) === fromBytes(blindedMsg) && inverse(r) !== undefined
      return { fits, r }
    })
    expect(possible.every(({ fits }) => fits)).toBe(true)
    // The one that was drawn is among them, and nothing marks it.
    expect(possible[spent]?.r).toBe(getInverse(fromBytes(devices[spent]?.inv ?? new Uint8Array())))
  }
})
