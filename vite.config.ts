import { svelte } from '@sveltejs/vite-plugin-svelte'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig, type Plugin, type Rolldown } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { findExceeded } from './build/budgets.ts'
import { findMixedUp, measure, type Built, type Chunk } from './build/measure.ts'
import { writePacks, type PackedEntry } from './build/write-packs.ts'
import { compressClientFiles, loadClientFiles } from './server/http/client-files.ts'

const CLIENT_SOURCE = resolve(import.meta.dirname, 'client')
const CLIENT_FOLDER = resolve(import.meta.dirname, 'dist/client')

/** What each page loads by itself after its first screen: for whoever is not signed in, for everybody, and what draws texts. */
const LOADED = {
  'index.html': {
    entrance: ['views/entrance/entrance'],
    next: [...['sync/connect', 'sync/api', 'views/conversation/conversation', 'views/conversations/listed-later']],
    texts: [],
  },
  'q.html': {
    entrance: [],
    next: ['sync/classroom/follow-student', 'data/classroom/student-writing', 'views/student/asking-box'],
    texts: ['ui/text/message-text'],
  },
}
/** What has all its parts loaded a moment later, while they can be had. */
const AHEAD = 'views/shell/shell.svelte'

const STAGES = ['first', 'entrance', 'next', 'texts', 'ahead', 'rest'] as const
type Stage = (typeof STAGES)[number]
/** When a classroom's page needs a module. */
type ClassroomStage = Exclude<Stage, 'entrance' | 'ahead'> | 'never'

/**
 * The file of a module, by when the campus's page needs it, and when a classroom's; null is as the bundler cuts it. What
 * one page never needs is in no file with what it needs: it may rest on the file that begins the other page.
 */
const FILES: Record<Exclude<Stage, 'texts'> | 'never', Record<ClassroomStage, string | null>> = {
  first: { first: 'first', next: 'first', texts: 'first', rest: 'first', never: 'campus' },
  entrance: { first: 'first', next: 'sync', texts: 'sync', rest: 'sync', never: 'entrance' },
  next: { first: 'first', next: 'sync', texts: 'texts', rest: 'shared', never: 'conversation' },
  ahead: { first: 'questions', next: 'classrooms', texts: 'texts', rest: 'threads', never: 'ahead' },
  rest: { first: 'questions', next: 'classrooms', texts: 'texts', rest: null, never: null },
  never: { first: 'classroom', next: 'asking', texts: 'asking', rest: null, never: null },
}

/**
 * What a page always loads together is in a few files, not in a hundred: on a bad network each costs a round trip. A
 * module's file is named by when each page needs it, so that no page's first screen waits for much that only the other
 * one, or it later, asks for. What no page loads by itself, as a dialog, stays as the bundler cuts it.
 */
function nameChunks(): (id: string, context: Rolldown.ChunkingContext) => string | null {
  let pages: { campus: Map<string, Stage>; classroom: Map<string, Stage> } | undefined
  return (id, context) => {
    pages ??= { campus: findStages('index.html', context), classroom: findStages('q.html', context) }
    const campus = pages.campus.get(id) ?? 'never'
    const classroom = pages.classroom.get(id) ?? 'never'
    return FILES[campus as keyof typeof FILES][classroom as ClassroomStage]
  }
}

/** When a page needs each module: as early as the earliest that imports it. */
function findStages(page: keyof typeof LOADED, context: Rolldown.ChunkingContext): Map<string, Stage> {
  const client = (path: string) => resolve(import.meta.dirname, 'client', path)
  const find = (path: string) => {
    const found = [`${path}.ts`, `${path}.svelte`].map(client).find((id) => context.getModuleInfo(id) !== null)
    if (found === undefined) throw new Error(`client/${path}, which a page is said to load, is not in the build`)
    return found
  }
  const ahead = page === 'index.html' ? (context.getModuleInfo(client(AHEAD))?.dynamicallyImportedIds ?? []) : []
  const stages = new Map<string, Stage>()
  const { entrance, next, texts } = LOADED[page]
  const first = [client(page)]
  const from = { first, entrance: entrance.map(find), next: next.map(find), texts: texts.map(find), ahead, rest: first }
  for (const stage of STAGES) {
    const reached = new Set(from[stage])
    for (const id of reached) {
      if (!stages.has(id)) stages.set(id, stage)
      const { importedIds = [], dynamicallyImportedIds = [] } = context.getModuleInfo(id) ?? {}
      importedIds.forEach((other) => reached.add(other))
      if (stage === 'rest') dynamicallyImportedIds.forEach((other) => reached.add(other))
    }
  }
  return stages
}

/** While developing, as the server does: every page under /q is q.html. */
function serveClassrooms(): Plugin {
  return {
    name: 'chatbox:serve-classrooms',
    configureServer({ middlewares }) {
      middlewares.use((request, _, next) => {
        if (/^\/q(?:\/(?!api\/)[^.]*)?(?:\?|$)/.test(request.url ?? '')) request.url = '/q.html'
        next()
      })
    },
  }
}

/**
 * A classroom's page has its first questions in it, which its style sheets are all that they need: its scripts leave the
 * network to those.
 */
function paintFirst(): Plugin {
  return {
    name: 'chatbox:paint-first',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { path }) {
        if (path !== '/q.html') return html
        const scripts = /<script type="module"|<link rel="modulepreload"/g
        if (!scripts.test(html)) throw new Error('q.html names no script: look how Vite writes them now')
        return html.replace(scripts, '$& fetchpriority="low"')
      },
    },
  }
}

let precache: PackedEntry[] = []

/**
 * Compresses all files after everything is written, the service worker too, and fails the build where a page asks more
 * of a network than build/budgets.ts grants it.
 */
function sendLittle(): Plugin {
  let chunks: Chunk[] = []
  return {
    name: 'chatbox:send-little',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        chunks = Object.values(bundle)
          .filter((file) => file.type === 'chunk')
          .map(({ fileName, imports, dynamicImports: later, moduleIds: modules, viteMetadata }) => {
            return { ...{ fileName, imports, later, modules }, styles: [...(viteMetadata?.importedCss ?? [])] }
          })
      },
    },
    closeBundle: {
      sequential: true,
      order: 'post',
      handler() {
        this.info(`Compressed ${compressClientFiles(CLIENT_FOLDER)} files.`)
        const sent = loadClientFiles(CLIENT_FOLDER)
        const page = (name: keyof typeof LOADED, at: string) => {
          const { entrance, next } = LOADED[name]
          const find = (path: string) => [`${path}.ts`, `${path}.svelte`].map((end) => resolve(CLIENT_SOURCE, end))
          const isBuilt = (id: string) => chunks.some(({ modules }) => modules.includes(id))
          return {
            first: [resolve(CLIENT_SOURCE, at)],
            next: [...entrance, ...next].flatMap((path) => find(path).filter(isBuilt)),
          }
        }
        const named = (name: string) =>
          Array.from(
            readFileSync(resolve(CLIENT_FOLDER, name), 'utf8').matchAll(/(?:src|href)="\/([^"]+)"/g),
            ([, path]) => path ?? '',
          )
        const built: Built = {
          ...{ chunks, precache },
          pages: { campus: page('index.html', 'main.ts'), classroom: page('q.html', 'classroom.ts') },
          named: { campus: named('index.html'), classroom: named('q.html') },
          countSent(path) {
            const file = sent.get(`/${path}`)
            if (file === undefined) throw new Error(`${path} is not in the build`)
            return (file.brotli ?? file.plain).length
          },
        }
        const spent = measure(built)
        this.info(`It asks of a network: ${JSON.stringify(spent)}`)
        const exceeded = [...findMixedUp(built), ...findExceeded(spent)]
        if (exceeded.length > 0) this.error(exceeded.join('\n'))
      },
    },
  }
}

/** What loads a part of the app is client/load-part.ts, which says why. */
function loadPartsOurselves(): Plugin {
  return {
    name: 'chatbox:load-parts-ourselves',
    apply: 'build',
    transform: {
      filter: { id: /vite\/preload-helper/ },
      handler(code) {
        if (!code.includes('export const __vitePreload')) this.error("Vite's preload helper changed: look what it is")
        const ours = resolve(import.meta.dirname, 'client/load-part.ts')
        return { code: `export { loadPart as __vitePreload } from ${JSON.stringify(ours)}`, map: { mappings: '' } }
      },
    },
  }
}

/** KaTeX's style sheet offers each font in three formats. Every browser that runs ChatBox takes the smallest. */
function keepWoff2(): Plugin {
  return {
    name: 'chatbox:keep-woff2',
    enforce: 'pre',
    transform: {
      filter: { id: /katex[^?]*\.css$/ },
      handler: (css) => css.replace(/,\s*url\([^)]+\.(?:woff|ttf)\)\s*format\("[a-z]+"\)/g, ''),
    },
  }
}

/** Of Emojibase's list only what client/ui/text/emoji-data.ts reads, which is a third. */
function keepEmojiNames(): Plugin {
  return {
    name: 'chatbox:keep-emoji-names',
    enforce: 'pre',
    transform: {
      filter: { id: /emojibase-data\/en\/compact\.json$/ },
      handler(json) {
        const entries = JSON.parse(json) as { group?: number; skins?: unknown[] }[]
        const kept = ['unicode', 'label', 'group', 'tags', 'skins']
        const grouped = entries.filter(({ group }) => group !== undefined)
        const code = JSON.stringify(
          grouped.map(({ skins, ...entry }) => (skins === undefined ? entry : { ...entry, skins: [] })),
          (key, value: unknown) => (key === '' || /^\d+$/.test(key) || kept.includes(key) ? value : undefined),
        )
        return { code, map: { mappings: '' } }
      },
    },
  }
}

const manifest = {
  name: 'ChatBox',
  short_name: 'ChatBox',
  description: 'Messages that arrive, once, in order, on any network.',
  id: '/',
  start_url: '/',
  scope: '/',
  display: 'standalone' as const,
  background_color: '#fffbf8',
  theme_color: '#9c1f60',
  categories: ['social', 'education'],
  icons: [
    { src: '/icons/192.png', sizes: '192x192', type: 'image/png' },
    { src: '/icons/512.png', sizes: '512x512', type: 'image/png' },
    { src: '/icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
  ],
  share_target: {
    action: '/share',
    method: 'POST' as const,
    enctype: 'multipart/form-data',
    params: { title: 'title', text: 'text', url: 'url', files: [{ name: 'files', accept: ['*/*'] }] },
  },
  shortcuts: [
    { name: 'New message', url: '/people', icons: [{ src: '/icons/192.png', sizes: '192x192', type: 'image/png' }] },
    { name: 'New group', url: '/groups/new', icons: [{ src: '/icons/192.png', sizes: '192x192', type: 'image/png' }] },
  ],
}

/** The server leaves its packages in node_modules; the client is everything that a browser loads. */
export default defineConfig(({ isSsrBuild }) =>
  isSsrBuild === true
    ? {
        publicDir: false,
        build: {
          ...{ outDir: 'dist/server', target: 'node20', sourcemap: true },
          rolldownOptions: { input: ['server/main.ts', 'server/serve.ts'] },
        },
      }
    : {
        root: 'client',
        // Its build for the browsers of today. The one for all, which its package names first, is larger.
        resolve: { alias: [{ find: /^dexie$/, replacement: 'dexie/dist/modern/dexie.mjs' }] },
        build: {
          outDir: '../dist/client',
          emptyOutDir: true,
          sourcemap: true,
          rolldownOptions: {
            input: { campus: 'client/index.html', classroom: 'client/q.html' },
            // Neither package says that importing one of its hashes does nothing: all would be taken along.
            output: { codeSplitting: { groups: [{ name: nameChunks(), includeDependenciesRecursively: false }] } },
            treeshake: { moduleSideEffects: [{ test: /@oslojs/, sideEffects: false }] },
          },
          // Each import() with all the files that it needs, its own too, which Vite leaves out when it is the only one.
          modulePreload: {
            resolveDependencies: (file, files, { hostType }) =>
              hostType === 'js' ? [...new Set([file, ...files])] : files,
          },
          // The content security policy takes fonts from files only.
          assetsInlineLimit: (path) => (path.endsWith('.woff2') ? false : undefined),
        },
        server: {
          port: 5173,
          proxy: Object.fromEntries(
            ['/api', '/q/api'].map((path) => [path, { target: 'http://127.0.0.1:8080', ws: true }]),
          ),
        },
        plugins: [
          svelte({ configFile: false }),
          loadPartsOurselves(),
          keepWoff2(),
          keepEmojiNames(),
          VitePWA({
            strategies: 'injectManifest',
            srcDir: '.',
            filename: 'sw.ts',
            injectRegister: null,
            manifest,
            includeManifestIcons: false,
            // It is loaded as a plain script, which knows no `import.meta`.
            injectManifest: {
              globPatterns: ['**/*.{js,css,html,svg,woff2}'],
              rollupFormat: 'iife',
              manifestTransforms: [
                (entries) => {
                  precache = writePacks(CLIENT_FOLDER, entries)
                  return { manifest: precache as typeof entries, warnings: [] }
                },
              ],
            },
          }),
          serveClassrooms(),
          paintFirst(),
          sendLittle(),
        ],
      },
)
