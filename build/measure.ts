import type { PackedEntry } from './write-packs.ts'
import type { PageName, Spent } from './budgets.ts'

/** A file of the bundle, as its bundler tells of it. */
export interface Chunk {
  fileName: string
  /** What it cannot be run without. */
  imports: readonly string[]
  /** What it loads when it is needed. */
  later: readonly string[]
  /** By the path of each module. */
  modules: readonly string[]
  styles: readonly string[]
}

export interface Built {
  chunks: readonly Chunk[]
  /** The modules with which each page begins, and what it loads by itself soon after. */
  pages: Record<PageName, { first: readonly string[]; next: readonly string[] }>
  /** What each page's HTML names, by path without the first `/`. */
  named: Record<PageName, readonly string[]>
  precache: readonly PackedEntry[]
  /** How many bytes a file is when it is sent. */
  countSent: (path: string) => number
}

/** What the pages of a built client ask of a network. */
export function measure({ chunks, pages, named, precache, countSent }: Built): Spent {
  const scripts = (page: PageName, stages: readonly ('first' | 'next')[]) =>
    findChunks(
      chunks,
      stages.flatMap((stage) => pages[page][stage]),
    )
  const count = (paths: readonly string[]) => paths.reduce((sum, path) => sum + countSent(path), 0)
  const countScripts = (found: readonly Chunk[]) => count(found.map(({ fileName }) => fileName))
  const countRequests = (page: PageName) => {
    const loaded = scripts(page, ['first', 'next']).flatMap(({ fileName, styles }) => [fileName, ...styles])
    const unpacked = precache.filter(({ pack, revision }) => pack === undefined && revision === null)
    const packs = precache.flatMap(({ pack }) => pack ?? [])
    const again = precache.filter(({ revision }) => revision !== null)
    const once = new Set([...named[page], ...loaded, ...unpacked.map(({ url }) => url), ...packs])
    // The page and the service worker; what has no hash in its name is asked for anew by that.
    return 2 + once.size + again.length
  }
  return {
    first: {
      campus: countScripts(scripts('campus', ['first'])),
      classroom: countScripts(scripts('classroom', ['first'])),
    },
    toFirstMessage: countScripts(scripts('campus', ['first', 'next'])),
    precached: count(precache.map(({ url }) => url)),
    requests: { campus: countRequests('campus'), classroom: countRequests('classroom') },
  }
}

/** A sentence for each page that would begin the other one too, because a file of its rests on that one's first. */
export function findMixedUp({ chunks, pages }: Pick<Built, 'chunks' | 'pages'>): string[] {
  const all = (page: PageName) => findChunks(chunks, pages[page].first, ({ imports, later }) => [...imports, ...later])
  return (['campus', 'classroom'] as const).flatMap((page) => {
    const [begins = ''] = pages[page === 'campus' ? 'classroom' : 'campus'].first
    return all(page).some(({ modules }) => modules.includes(begins))
      ? [`The page that begins with ${pages[page].first.join()} loads ${begins} too. Look at FILES in vite.config.ts.`]
      : []
  })
}

/** What modules are in, and all that this needs, which is what it cannot be run without. Throws where one of them is in none. */
function findChunks(
  chunks: readonly Chunk[],
  modules: readonly string[],
  needs = ({ imports }: Chunk): readonly string[] => imports,
): Chunk[] {
  const names = new Set(
    modules.map((id) => {
      const chunk = chunks.find((one) => one.modules.includes(id))
      if (chunk === undefined) throw new Error(`${id} is in no file of the build`)
      return chunk.fileName
    }),
  )
  for (const name of names) {
    for (const chunk of chunks) if (chunk.fileName === name) needs(chunk).forEach((next) => names.add(next))
  }
  return chunks.filter(({ fileName }) => names.has(fileName))
}
