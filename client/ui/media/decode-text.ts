/** What is no text has bytes that no text has; so many are looked at. */
const LOOKED_AT = 8_192

/**
 * The text in a file: UTF-8, UTF-16 with the mark that begins it, or else as older programs write on Windows. Null for what
 * is no text.
 */
export function decodeText(bytes: Uint8Array): string | null {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  if (bytes.subarray(0, LOOKED_AT).includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
