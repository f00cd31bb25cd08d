import { encodeHexLowerCase } from '@oslojs/encoding'

/** A UUID of this version over 16 bytes (RFC 9562), of which six bits give way to the version and the variant. */
export function toUuid(bytes: Uint8Array, version: 4 | 8): string {
  const own = bytes.slice(0, 16)
  own[6] = ((own[6] ?? 0) & 0x0f) | (version << 4)
  own[8] = ((own[8] ?? 0) & 0x3f) | 0x80
  const hex = encodeHexLowerCase(own)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
