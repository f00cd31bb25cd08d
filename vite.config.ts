import { svelte } from '@sveltejs/vite-plugin-svelte'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin, type Rolldown } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { compressClientFiles } from './server/http/client-files.ts'

const FIRST_SCREEN_MAX_BYTES = 90_000

/** Fails the build when a page's first JavaScript, its entry and all that this imports statically, weighs too much. */
function limitFirstScreens(): Plugin {
  return {
    name: 'chatbox:limit-first-screens',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
        for (const entry of chunks.filter((chunk) => chunk.isEntry)) {
          const names = new Set([entry.fileName])
          for (const name of names) {
            for (const chunk of chunks) if (chunk.fileName === name) chunk.imports.forEach((next) => names.add(next))
          }
          const sizes = chunks
            .filter((chunk) => names.has(chunk.fileName))
            .map((chunk) => ({ name: chunk.fileName, bytes: gzipSync(chunk.code).byteLength }))
          const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
          const list = sizes.map(({ name, bytes }) => `  ${(bytes / 1000).toFixed(1)} kB ${name}`).join('\n')
          const sentence = `The first JavaScript of the page “${entry.name}” is ${(total / 1000).toFixed(1)} kB gzipped, of at most ${FIRST_SCREEN_MAX_BYTES / 1000}`
          if (total > FIRST_SCREEN_MAX_BYTES) {
            this.error(`${sentence}. Import later, with import(), what it can do without:\n${list}`)
          }
          this.info(`${sentence}.`)
        }
      },
    },
  }
}

/** What each page loads by itself after its first screen: for whoever is not signed in, and then for everybody. */
const LOADED = {
  'index.html': {
    entrance: ['views/entrance/entrance'],
    next: [
      ...['sync/connect', 'sync/api', 'views/conversation/conversation'],
      ...['views/conversations/listed-later', 'views/conversations/first-steps'],
    ],
  },
  'q.html': {
    entrance: [],
    next: ['sync/classroom/follow-student', 'data/classroom/student-writing', 'views/student/asking-box'],
  },
}
/** What has all its parts loaded a moment later, while they can be had. */
const AHEAD = 'views/shell/shell.svelte'

const STAGES = ['first', 'entrance', 'next', 'ahead', 'rest'] as const
type Stage = (typeof STAGES)[number]

/**
 * What a page always loads together is in a few files, not in a hundred: on a bad network each costs a round trip. A
 * module's file is named by when each page needs it, so that no page's first screen waits for what only the other one,
 * or it later, asks for. What no page loads by itself, as a dialog, stays as the bundler cuts it.
 */
function nameChunks(): (id: string, context: Rolldown.ChunkingContext) => string | null {
  let pages: Map<string, Stage>[] | undefined
  return (id, context) => {
    pages ??= (['index.html', 'q.html'] as const).map((page) => findStages(page, context))
    const [campus, classroom] = pages.map((stageOf) => stageOf.get(id) ?? 'never')
    const isLoadedByItself = [campus, classroom].some((stage) => stage !== 'rest' && stage !== 'never')
    return isLoadedByItself ? `campus-${campus}-classroom-${classroom}` : null
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
  const { entrance, next } = LOADED[page]
  const first = [client(page)]
  const from = { first, entrance: entrance.map(find), next: next.map(find), ahead, rest: first }
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

/** After everything is written, the service worker too. */
function compressClient(): Plugin {
  let folder = ''
  return {
    name: 'chatbox:compress-client',
    apply: 'build',
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir)
    },
    closeBundle: {
      sequential: true,
      order: 'post',
      handler() {
        this.info(`Compressed ${compressClientFiles(folder)} files.`)
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
            injectManifest: { globPatterns: ['**/*.{js,css,html,svg,woff2}'], rollupFormat: 'iife' },
          }),
          serveClassrooms(),
          limitFirstScreens(),
          compressClient(),
        ],
      },
)
