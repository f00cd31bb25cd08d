import { sha256 } from '@oslojs/crypto/sha2'
import { constantTimeEqual } from '@oslojs/crypto/subtle'
import { decodeHex, encodeBase64urlNoPadding, encodeHexLowerCase } from '@oslojs/encoding'
import { randomBytes } from 'node:crypto'
import * as v from 'valibot'
import { id } from '../../shared/protocol/fields.ts'

/** What a device holds: the session's id, and a secret of which the database knows only the hash. */
export interface SessionToken {
  sessionId: string
  secret: string
}

const SECRET_BYTES = 32
const SECRET = /^[A-Za-z0-9_-]{43}$/

export function createToken(sessionId: string): SessionToken {
  return { sessionId, secret: encodeBase64urlNoPadding(randomBytes(SECRET_BYTES)) }
}

export function toTokenText(token: SessionToken): string {
  return `${token.sessionId}.${token.secret}`
}

/** Undefined for whatever this server cannot have given out. */
export function fromTokenText(text: string): SessionToken | undefined {
  const [sessionId = '', secret = '', ...rest] = text.split('.')
  return rest.length === 0 && v.is(id, sessionId) && SECRET.test(secret) ? { sessionId, secret } : undefined
}

/** A plain hash is enough: 256 random bits cannot be guessed, however fast one tries. */
export function toSecretHash(token: SessionToken): string {
  return encodeHexLowerCase(sha256(new TextEncoder().encode(token.secret)))
}

export function isSameHash(one: string, other: string): boolean {
  return constantTimeEqual(decodeHex(one), decodeHex(other))
}
