import { RSABSSA } from '@cloudflare/blindrsa-ts'
import { createPublicKey, randomBytes } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import {
  createIssuerKeys,
  isTokenOf,
  type IssuerKeys,
  signBlinded,
  toTokenHash,
} from '../../../server/classroom/issuer.ts'

// The client is Cloudflare's, the server is Node's own crypto: two implementations of RFC 9474.

const suite = RSABSSA.SHA384.PSS.Randomized()
let keys: IssuerKeys
let others: IssuerKeys
let publicKey: CryptoKey
beforeAll(async () => {
  ;[keys, others] = await Promise.all([createIssuerKeys(), createIssuerKeys()])
  publicKey = await importKey(keys)
})

function importKey({ issuerPublic }: IssuerKeys): Promise<CryptoKey> {
  const algorithm = { name: 'RSA-PSS', hash: 'SHA-384' }
  return crypto.subtle.importKey('spki', Buffer.from(issuerPublic, 'base64url'), algorithm, true, ['verify'])
}

const toText = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
const fromText = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))

async function blind(key = publicKey) {
  const prepared = suite.prepare(new Uint8Array(randomBytes(32)))
  const { blindedMsg, inv } = await suite.blind(key, prepared)
  return { prepared, blinded: toText(blindedMsg), inv }
}

async function issue() {
  const { prepared, blinded, inv } = await blind()
  const [signature = ''] = (await signBlinded(keys.issuerPrivate, [blinded])) ?? []
  const finished = await suite.finalize(publicKey, prepared, fromText(signature), inv)
  return { message: toText(prepared), signature: toText(finished) }
}

test('what a device blinds and finishes is a token of this issuer, and of no other', async () => {
  const token = await issue()
  expect(isTokenOf(keys.issuerPublic, token)).toBe(true)
  expect(isTokenOf(others.issuerPublic, token)).toBe(false)
})

test('a token of which a bit was changed is none', async () => {
  const token = await issue()
  for (const part of ['message', 'signature'] as const) {
    const bytes = fromText(token[part])
    bytes[5] = (bytes[5] ?? 0) ^ 1
    expect(isTokenOf(keys.issuerPublic, { ...token, [part]: toText(bytes) })).toBe(false)
  }
})

test.each([
  ['a shorter message', { message: toText(randomBytes(32)) }],
  ['a longer message', { message: toText(randomBytes(65)) }],
  ['an empty signature', { signature: '' }],
  ['a signature that is no number below the modulus', { signature: toText(Buffer.alloc(256, 0xff)) }],
  ['the signature of nothing', { signature: toText(Buffer.alloc(256)) }],
])('%s makes no token', async (_, change) => {
  expect(isTokenOf(keys.issuerPublic, { ...(await issue()), ...change })).toBe(false)
})

test('a token is known by its message, however it is written', async () => {
  const token = await issue()
  expect(toTokenHash(token)).toMatch(/^[\w-]{43}$/)
  // 64 bytes leave four bits of the last character unused.
  const last = token.message.slice(-1)
  const same = ['A', 'Q', 'g', 'w'].includes(last)
    ? `${token.message.slice(0, -1)}${nextCharacter(last)}`
    : token.message
  expect(same).not.toBe(token.message)
  expect(toTokenHash({ ...token, message: same })).toBe(toTokenHash(token))
})

function nextCharacter(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 1)
}

test('forty are signed in order, and others go on meanwhile', async () => {
  const made = await Promise.all(Array.from({ length: 40 }, () => blind()))
  let turns = 0
  let isOver = false
  const turn = () => {
    turns += 1
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  const signatures = await signBlinded(
    keys.issuerPrivate,
    made.map(({ blinded }) => blinded),
  )
  isOver = true
  expect(turns).toBeGreaterThanOrEqual(40)
  expect(signatures).toHaveLength(40)
  for (const [index, { prepared, inv }] of made.entries()) {
    const finished = await suite.finalize(publicKey, prepared, fromText(signatures?.[index] ?? ''), inv)
    expect(isTokenOf(keys.issuerPublic, { message: toText(prepared), signature: toText(finished) })).toBe(true)
  }
})

test('what is no number below the modulus is not signed, nor anything beside it', async () => {
  const { blinded } = await blind()
  const { n = '' } = createPublicKey({
    key: Buffer.from(keys.issuerPublic, 'base64url'),
    format: 'der',
    type: 'spki',
  }).export({ format: 'jwk' })
  for (const wrong of [n, toText(Buffer.alloc(256, 0xff)), toText(randomBytes(255)), toText(Buffer.alloc(257)), 'x']) {
    expect(await signBlinded(keys.issuerPrivate, [blinded, wrong])).toBeUndefined()
  }
})

test('the key is 2,048 bits, and fits its columns', () => {
  const key = createPublicKey({ key: Buffer.from(keys.issuerPublic, 'base64url'), format: 'der', type: 'spki' })
  expect(key.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048, publicExponent: 65_537n })
  expect(keys.issuerPublic.length).toBeLessThanOrEqual(1_024)
  expect(keys.issuerPrivate.length).toBeLessThanOrEqual(4_096)
})
