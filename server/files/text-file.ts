import { open } from 'node:fs/promises'

const LOOKED_AT_BYTES = 8_192

/** Whether a file begins as text does: in UTF-8 (RFC 3629), without a NUL. */
export async function isTextFile(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOKED_AT_BYTES), 0, LOOKED_AT_BYTES, 0)
    const begin = buffer.subarray(0, bytesRead)
    return !begin.includes(0) && isUtf8(begin)
  } finally {
    await file.close()
  }
}

/** The last character may be cut in two. */
function isUtf8(begin: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(begin, { stream: true })
    return true
  } catch {
    return false
  }
}
