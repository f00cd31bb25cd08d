import { hmac } from '@oslojs/crypto/hmac'
import { sha256, SHA256 } from '@oslojs/crypto/sha2'
import { toUuid } from '../../../shared/uuid.ts'

/*
 * Nothing here asks for `crypto.subtle`: a page that was opened over http has none.
 */

/** Bytes in base64url without padding (RFC 4648, 5). */
export function toBase64url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Throws for what is not base64url. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

/** A random UUID (RFC 9562, version 4): it tells nothing of when. */
export function createRandomId(): string {
  return toUuid(crypto.getRandomValues(new Uint8Array(16)), 4)
}

/** 32 random bytes: a receipt, or the secret that receipts follow from. */
export function createSecret(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(32)))
}

/** The SHA-256 of the bytes behind `text`, both in base64url. */
export function hashOf(text: string): string {
  return toBase64url(sha256(fromBase64url(text)))
}

/**
 * The receipt of a vote or a poll answer: HMAC-SHA-256 (RFC 2104) of this browser's secret over the id of
 * what it is for. So a browser has one for each, and who lacks the secret cannot join two.
 */
export function deriveReceipt(secret: string, id: string): string {
  return toBase64url(hmac(SHA256, fromBase64url(secret), new TextEncoder().encode(id)))
}
