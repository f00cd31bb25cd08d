import { SHA256 } from '@oslojs/crypto/sha2'
import { encodeHexLowerCase } from '@oslojs/encoding'

/** So much is hashed between two turns of the event loop. */
const STEP_BYTES = 1024 * 1024

/** The SHA-256 of a content in hex, also where the page may not use the browser's own; never all of it in memory. */
export async function hashContent(content: Blob): Promise<string> {
  const hash = new SHA256()
  for (let from = 0; from < content.size; from += STEP_BYTES) {
    hash.update(new Uint8Array(await content.slice(from, from + STEP_BYTES).arrayBuffer()))
  }
  return encodeHexLowerCase(hash.digest())
}
