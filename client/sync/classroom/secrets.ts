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
  return crypto.randomUUID()
}

/** 32 random bytes: a receipt, or the secret that receipts follow from. */
export function createSecret(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(32)))
}

/** The SHA-256 of the bytes behind `text`, both in base64url. */
export async function hashOf(text: string): Promise<string> {
  return toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', fromBase64url(text))))
}

/**
 * The receipt of a vote or a poll answer: HMAC-SHA-256 (RFC 2104) of this browser's secret over the id of
 * what it is for. So a browser has one for each, and who lacks the secret cannot join two.
 */
export async function deriveReceipt(secret: string, id: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', fromBase64url(secret), algorithm, false, ['sign'])
  return toBase64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(id))))
}
