import { RSABSSA } from '@cloudflare/blindrsa-ts'
import type { Token } from '../../../shared/classroom/commands.ts'
import type { Blinded } from './account-classrooms.ts'
import { fromBase64url, toBase64url } from './secrets.ts'

/*
 * Tokens by RFC 9474, RSABSSA-SHA384-PSS-Randomized: the server signs what it cannot read, and later
 * reads what it cannot join to any signing. Nothing but the key goes into a token: the message is 32
 * random bytes behind the suite's random prefix (RFC 9576: an empty context).
 */

const suite = RSABSSA.SHA384.PSS.Randomized()
const MODULUS_BITS = 2_048
const MESSAGE_BYTES = 32

/** The issuer's key; throws for anything but an RSA key of 2,048 bits with the exponent that all others have. */
export async function importIssuer(issuer: string): Promise<CryptoKey> {
  const algorithm = { name: 'RSA-PSS', hash: 'SHA-384' }
  const key = await crypto.subtle.importKey('spki', fromBase64url(issuer), algorithm, true, ['verify'])
  const { n, e } = await crypto.subtle.exportKey('jwk', key)
  const bits = n === undefined ? 0 : fromBase64url(n).length * 8
  if (bits !== MODULUS_BITS || e !== 'AQAB')
    throw new Error('the issuer has no key of the kind that every classroom has')
  return key
}

export async function createBlinded(key: CryptoKey): Promise<Blinded> {
  const message = suite.prepare(crypto.getRandomValues(new Uint8Array(MESSAGE_BYTES)))
  const { blindedMsg, inv } = await suite.blind(key, message)
  return { message: toBase64url(message), blinded: toBase64url(blindedMsg), inverse: toBase64url(inv) }
}

/** Takes the blinding off, and looks whether the signature is good; throws when it is not. */
export async function finishToken(key: CryptoKey, { message, inverse }: Blinded, signature: string): Promise<Token> {
  const finished = await suite.finalize(key, fromBase64url(message), fromBase64url(signature), fromBase64url(inverse))
  return { message, signature: toBase64url(finished) }
}
