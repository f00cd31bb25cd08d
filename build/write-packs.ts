import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

export interface ManifestEntry {
  url: string
  revision: string | null
}

/** With the pack that a file is in too, see client/precache/fill-cache.ts. */
export type PackedEntry = ManifestEntry & { pack?: string; bytes?: number }

/** What both pages begin with: who installs a service worker has it. */
const HELD = /^(?:first|sync|texts)-[^.]{8}\./
/** What is fetched together: whoever visits one of the two pages has most of its files, and lacks most of the other's. */
const PACKS: readonly (readonly [name: string, of: RegExp])[] = [
  ['campus', /^(?:campus|entrance|conversation|shared|threads|ahead)-[^.]{8}\./],
  ['classroom', /^(?:classroom|asking|questions|classrooms)-[^.]{8}\./],
  // Apart: who has drawn a formula has most of the one, and a few of the other.
  ['formulas', /^katex-/],
  ['fonts', /^KaTeX_/],
  ['data', /^(?:emoji-data|lowlight)-/],
  ['parts', /^/],
]

/**
 * Writes packs of all files in the assets of a built client whose names carry a hash, and notes in the entries of its
 * service worker which is where. How a pack is written is said in client/precache/read-pack.ts.
 */
export function writePacks(folder: string, entries: readonly ManifestEntry[]): PackedEntry[] {
  const isAsset = ({ url, revision }: ManifestEntry) =>
    url.startsWith('assets/') && revision === null && !HELD.test(basename(url))
  const packed = new Map<string, { pack: string; bytes: number }>()
  for (const [name, of] of PACKS) {
    const files = entries
      .filter((entry) => isAsset(entry) && !packed.has(entry.url) && of.test(basename(entry.url)))
      .map(({ url }) => ({ url, content: readFileSync(join(folder, url)) }))
    if (files.length === 0) continue
    const list = files.map(({ url, content }) => [`/${url}`, content.length])
    const content = Buffer.concat([
      Buffer.from(`${JSON.stringify(list)}\n`),
      ...files.map(({ content: bytes }) => bytes),
    ])
    const hash = createHash('sha256').update(content).digest('base64url').slice(0, 8)
    const pack = `/assets/pack-${name}-${hash}.bin`
    writeFileSync(join(folder, pack), content)
    for (const { url, content: bytes } of files) packed.set(url, { pack, bytes: bytes.length })
  }
  return entries.map((entry) => ({ ...entry, ...packed.get(entry.url) }))
}
