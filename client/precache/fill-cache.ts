import { readPack } from './read-pack.ts'

/** A file that has to be in the cache, by its path; `pack` is where it also is, among others, and `bytes` its length. */
export interface CacheEntry {
  path: string
  pack?: string
  bytes: number
}

export interface FillOptions {
  /** What has all files in the end, whatever fails here: see client/sw.ts. */
  cache: Pick<Cache, 'match' | 'put'>
  fetch: (path: string, init?: RequestInit) => Promise<Response>
  /** Whether an answer comes from our own server. */
  isOurs: (response: Response) => boolean
}

/** Of a pack so much has to be missing that it is worth while: an update changes some files, and not their neighbours. */
const WORTH_WHILE = 0.5

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  woff2: 'font/woff2',
}

/**
 * Puts into the cache what can be had with few requests, ahead of who fetches file by file what is missing then:
 *
 *   not in the cache ──▶ kept by the browser since the page asked for it ──▶ cache
 *         └──▶ missing still ──▶ most of its pack is ──▶ the pack ──▶ each file, as soon as it has come
 *
 * What breaks off leaves the files that came; the next time they are not missing. Never throws.
 */
export async function fillCache(entries: readonly CacheEntry[], options: FillOptions): Promise<void> {
  const packed = entries.filter(({ pack }) => pack !== undefined)
  const missing = new Set<CacheEntry>()
  await Promise.all(
    packed.map(async (entry) => {
      const isThere = await takeKept(entry, options).catch(() => false)
      if (!isThere) missing.add(entry)
    }),
  )
  for (const pack of new Set(packed.map((entry) => entry.pack ?? ''))) {
    const all = packed.filter((entry) => entry.pack === pack)
    const lacking = all.filter((entry) => missing.has(entry))
    if (count(lacking) < WORTH_WHILE * count(all) || lacking.length < 2) continue
    await takePack(pack, new Set(lacking.map(({ path }) => path)), options).catch(() => undefined)
  }
}

function count(entries: readonly CacheEntry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** From the browser's own cache, without a word to the server; whether the file is in ours then. */
async function takeKept({ path }: CacheEntry, { cache, fetch, isOurs }: FillOptions): Promise<boolean> {
  if ((await cache.match(path)) !== undefined) return true
  const kept = await fetch(path, { cache: 'only-if-cached', mode: 'same-origin' })
  if (!kept.ok || !isOurs(kept)) return false
  await cache.put(path, kept)
  return true
}

async function takePack(pack: string, paths: ReadonlySet<string>, { cache, fetch, isOurs }: FillOptions) {
  const answer = await fetch(pack)
  if (!answer.ok || answer.body === null || !isOurs(answer)) return
  for await (const { path, bytes } of readPack(answer.body)) {
    const type = TYPES[path.slice(path.lastIndexOf('.') + 1)]
    if (type === undefined || !paths.has(path)) continue
    // With what our server says of each file, as where scripts may come from; its length and its form are other ones.
    const headers = new Headers(answer.headers)
    for (const name of ['content-encoding', 'content-length', 'etag', 'vary']) headers.delete(name)
    headers.set('content-type', type)
    await cache.put(path, new Response(bytes, { headers }))
  }
}
