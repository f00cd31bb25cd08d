import { sha256 } from '@oslojs/crypto/sha2'
import { encodeHexLowerCase } from '@oslojs/encoding'

/**
 * The id of the conversation of two people: the same whoever begins it, on whatever device, offline
 * or not. A version 8 UUID (RFC 9562) over the SHA-256 of both ids in order.
 */
export function directId(oneUserId: string, otherUserId: string): string {
  const [first, second] = [oneUserId, otherUserId].sort()
  const digest = sha256(new TextEncoder().encode(`chatbox:direct:${first}:${second}`)).slice(0, 16)
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80
  const hex = encodeHexLowerCase(digest)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
