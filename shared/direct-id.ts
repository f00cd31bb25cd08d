import { sha256 } from '@oslojs/crypto/sha2'
import { toUuid } from './uuid.ts'

/**
 * The id of the conversation of two people: the same whoever begins it, on whatever device, offline
 * or not. A version 8 UUID (RFC 9562) over the SHA-256 of both ids in order.
 */
export function directId(oneUserId: string, otherUserId: string): string {
  const [first, second] = [oneUserId, otherUserId].sort()
  return toUuid(sha256(new TextEncoder().encode(`chatbox:direct:${first}:${second}`)), 8)
}
