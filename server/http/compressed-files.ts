import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

export interface Compressed {
  gzip: Uint8Array<ArrayBuffer>
  brotli: Uint8Array<ArrayBuffer>
}

export interface CompressedFiles {
  /** A content as it was compressed before, or compresses it now. */
  get(content: Buffer): Compressed
  /** Compresses these for all that come later, and drops what was kept until now. */
  keep(contents: readonly Buffer[]): void
}

/**
 * Of what a build compresses once for all, of the few files there that are so large that this would take longer than
 * the rest of it, and of what a server whose files no build compressed does each time that it starts.
 */
const BROTLI_QUALITY = { once: 11, onceLarge: 9, atStart: 4 }
const LARGE_BYTES = 250_000

/**
 * What a folder's files are when compressed: half a second of work for each start of a server, so the
 * build does it and keeps it beside the folder. By a hash of the content, so that it is never another
 * content's.
 */
export function compressedFiles(folder: string): CompressedFiles {
  const kept = `${folder}-compressed`
  const pathOf = (content: Buffer, extension: string) =>
    join(kept, `${createHash('sha256').update(content).digest('base64url')}.${extension}`)
  return {
    get(content) {
      const [gzip, brotli] = [pathOf(content, 'gz'), pathOf(content, 'br')]
      if (!existsSync(gzip) || !existsSync(brotli)) return compress(content, 'atStart')
      return { gzip: readFileSync(gzip), brotli: readFileSync(brotli) }
    },
    keep(contents) {
      rmSync(kept, { recursive: true, force: true })
      mkdirSync(kept, { recursive: true })
      for (const content of contents) {
        const { gzip, brotli } = compress(content, content.length > LARGE_BYTES ? 'onceLarge' : 'once')
        writeFileSync(pathOf(content, 'gz'), gzip)
        writeFileSync(pathOf(content, 'br'), brotli)
      }
    },
  }
}

function compress(content: Buffer, when: keyof typeof BROTLI_QUALITY): Compressed {
  return {
    gzip: gzipSync(content),
    brotli: brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY[when] } }),
  }
}
