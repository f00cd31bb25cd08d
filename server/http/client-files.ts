import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { compressedFiles, type Compressed } from './compressed-files.ts'

/** A file of the built client, as it is sent. */
export interface ClientFile {
  type: string
  etag: string
  cacheControl: string
  plain: Uint8Array<ArrayBuffer>
  gzip: Uint8Array<ArrayBuffer> | undefined
  brotli: Uint8Array<ArrayBuffer> | undefined
}

/** By path, with a slash in front. */
export type ClientFiles = ReadonlyMap<string, ClientFile>

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}
const ALREADY_COMPRESSED = new Set(['.png', '.ico', '.woff2'])
const COMPRESS_FROM_BYTES = 1024
/** Vite puts a hash of their content into the names of these; everything else keeps its name when it changes. */
const HASHED = /^\/assets\//

/**
 * Reads the whole client into memory, each file compressed as the build left it, or now. It is small,
 * and a path that is no key here leads nowhere: there is no way out of the folder. Empty when nothing
 * was built.
 */
export function loadClientFiles(folder: string): ClientFiles {
  const compressed = compressedFiles(folder)
  return new Map(
    readFiles(folder).map(({ name, content }) => {
      const isCompressed = isWorthCompressing(name, content)
      return [name, toClientFile(name, content, isCompressed ? compressed.get(content) : undefined)]
    }),
  )
}

/** Compresses a built client, for every server that starts from it. Returns how many files that were. */
export function compressClientFiles(folder: string): number {
  const files = readFiles(folder).filter(({ name, content }) => isWorthCompressing(name, content))
  compressedFiles(folder).keep(files.map(({ content }) => content))
  return files.length
}

function readFiles(folder: string): { name: string; content: Buffer<ArrayBuffer> }[] {
  if (!existsSync(folder)) return []
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
  return paths
    .filter((path) => statSync(path).isFile() && extname(path) !== '.map')
    .map((path) => ({ name: `/${relative(folder, path).split(sep).join('/')}`, content: readFileSync(path) }))
}

function isWorthCompressing(name: string, content: Buffer): boolean {
  return content.length >= COMPRESS_FROM_BYTES && !ALREADY_COMPRESSED.has(extname(name))
}

function toClientFile(name: string, content: Buffer<ArrayBuffer>, compressed: Compressed | undefined): ClientFile {
  return {
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
    cacheControl: HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
    plain: content,
    gzip: compressed?.gzip,
    brotli: compressed?.brotli,
  }
}
