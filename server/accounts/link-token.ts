import { sha256 } from '@oslojs/crypto/sha2'
import { encodeBase64urlNoPadding, encodeHexLowerCase } from '@oslojs/encoding'
import { randomBytes } from 'node:crypto'

const TOKEN_BYTES = 32

/** What is behind the `#` of a link that lets somebody in: it stands in no log and no `Referer`, and is kept as its hash alone. */
export function createLinkToken(): string {
  return encodeBase64urlNoPadding(randomBytes(TOKEN_BYTES))
}

/** A plain hash is enough: 256 random bits cannot be guessed. Looked up by it, a token is compared by the index, whose time tells nothing of what it hashes. */
export function toLinkHash(token: string): string {
  return encodeHexLowerCase(sha256(new TextEncoder().encode(token)))
}
