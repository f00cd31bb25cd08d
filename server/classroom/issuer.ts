import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { Token } from '../../shared/classroom/commands.ts'

/*
 * The issuer of a classroom's tokens, RSABSSA-SHA384-PSS-Randomized of RFC 9474:
 *
 *     device of a member                              server
 *     Prepare, Blind ── 40 blinded messages, cookie ──▶ BlindSign     (tokens are issued)
 *     Finalize       ◀── 40 blind signatures ───────────
 *          ⋮  days, at least a random while
 *     a question     ── token, no cookie ──────────────▶ RSASSA-PSS-VERIFY (a token is spent)
 *
 * A blinded message is the encoded one times r^e with a random r of the device's: for any token there is
 * an r that joins it to any signing, so the key and all that was ever signed tell nothing of who spends.
 * As RFC 9576 asks, issuing and spending lie apart in time, which is up to the device, and nothing but the
 * key goes into a token (an empty context): one key a classroom, and the same number of tokens for all.
 */

const MODULUS_BITS = 2048
const MODULUS_BYTES = MODULUS_BITS / 8
const HASH = 'sha384'
const SALT_BYTES = 48
/** 32 random bytes that the device put in front, and 32 of its own. */
const MESSAGE_BYTES = 64

/** Base64url of DER: SubjectPublicKeyInfo and PKCS #8. */
export interface IssuerKeys {
  issuerPublic: string
  issuerPrivate: string
}

/** Made by a thread of its own. */
export async function createIssuerKeys(): Promise<IssuerKeys> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: MODULUS_BITS,
    publicExponent: 65_537,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  return { issuerPublic: publicKey.toString('base64url'), issuerPrivate: privateKey.toString('base64url') }
}

/**
 * Signs what members' devices have blinded (RFC 9474, 4.3), in order; undefined when one of them is not
 * a number below the modulus. Lets others go on between two of them. Throws when a result is not right.
 */
export async function signBlinded(issuerPrivate: string, blinded: readonly string[]): Promise<string[] | undefined> {
  const key = createPrivateKey({ key: fromBase64url(issuerPrivate), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key)
  const messages = blinded.map(fromBase64url)
  const modulus = getModulus(publicKey)
  if (!messages.every((message) => message.length === MODULUS_BYTES && message.compare(modulus) < 0)) return undefined
  const signatures: string[] = []
  for (const message of messages) {
    signatures.push(signOne(key, publicKey, message).toString('base64url'))
    await new Promise(setImmediate)
  }
  return signatures
}

/** A fault while computing would give the key away, so the result is checked (RFC 9474, 4.3, "signing failure"). */
function signOne(key: KeyObject, publicKey: KeyObject, message: Buffer): Buffer {
  const signature = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, message)
  const again = publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, signature)
  if (!timingSafeEqual(again, message)) throw new Error('signing failure')
  return signature
}

/** Whether the token was signed with this classroom's key. */
export function isTokenOf(issuerPublic: string, token: Token): boolean {
  const message = fromBase64url(token.message)
  const signature = fromBase64url(token.signature)
  if (message.length !== MESSAGE_BYTES || signature.length !== MODULUS_BYTES) return false
  const key = createPublicKey({ key: fromBase64url(issuerPublic), format: 'der', type: 'spki' })
  return verify(HASH, message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: SALT_BYTES }, signature)
}

/** By which a token is known once it was spent: SHA-256 of its prepared message, in base64url. */
export function toTokenHash(token: Token): string {
  return createHash('sha256').update(fromBase64url(token.message)).digest('base64url')
}

function getModulus(publicKey: KeyObject): Buffer {
  const { n } = publicKey.export({ format: 'jwk' })
  if (n === undefined) throw new Error('the issuer has no RSA key')
  return fromBase64url(n)
}

function fromBase64url(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}
