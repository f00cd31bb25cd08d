import { cacheNames, clientsClaim } from 'workbox-core'
import { cleanupOutdatedCaches, PrecacheController, PrecacheRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { PROTOCOL_HEADER } from '../shared/protocol/version.ts'
import { SHARE_PATH, toProblemPath } from '../shared/share-path.ts'
import { fillCache } from './precache/fill-cache.ts'
import { keepShare } from './data/files/keep-share.ts'
import { syncInBackground } from './sync/background.ts'
import { BACKGROUND_SYNC_TAG } from './sync/background-tag.ts'

/*
 * The service worker, from top to bottom:
 *
 *   install    every file of this version is put into the cache, before it may take over: what the page asked for
 *              already, then packs of many files, then each that is missing still; where a Wi-Fi that wants a sign-in
 *              answers with its own page, which would stay there, it ends and is begun anew later
 *   activate   on the first visit at once; an update waits until somebody asks for it
 *   fetch      a POST of /share   what another app shares is kept on the device, and shown by a page of the app
 *              a page under /q    the cached q.html, with network or without
 *              any other page     the cached index.html
 *              a file of ours     from the cache
 *              …/api/…            never touched: what may be old comes from IndexedDB, not from here
 *   sync       the outbox is flushed, when no tab does it
 */

/** As build/write-packs.ts has them. */
interface Listed {
  url: string
  revision: string | null
  pack?: string
  bytes?: number
}
declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: Listed[] }

/** Background Sync is not in TypeScript's library. */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string
}

/** Every page of our server has our header. */
const isOurs = ({ ok, headers }: Response) =>
  ok && (headers.has(PROTOCOL_HEADER) || headers.get('content-type')?.startsWith('text/html') !== true)

cleanupOutdatedCaches()
const files: Listed[] = self.__WB_MANIFEST
const precache = new PrecacheController({
  plugins: [{ cacheWillUpdate: async ({ response }) => (isOurs(response) ? response : null) }],
})
precache.addToCacheList(files)
registerRoute(new PrecacheRoute(precache))
const denylist = [/^\/(?:q\/)?api\//]
registerRoute(
  new NavigationRoute(precache.createHandlerBoundToURL('/q.html'), { allowlist: [/^\/q(?:[/?]|$)/], denylist }),
)
registerRoute(new NavigationRoute(precache.createHandlerBoundToURL('/index.html'), { denylist }))
registerRoute(({ url }) => url.origin === self.location.origin && url.pathname === SHARE_PATH, takeShare, 'POST')
clientsClaim()

self.addEventListener('install', (event) => event.waitUntil(install(event)))
self.addEventListener('activate', (event) => event.waitUntil(precache.activate(event)))

async function install(event: ExtendableEvent): Promise<void> {
  const cache = await caches.open(cacheNames.precache)
  const entries = files.map(({ url, pack, bytes = 0 }) => ({
    path: `/${url}`,
    bytes,
    ...(pack !== undefined && { pack }),
  }))
  await fillCache(entries, { cache, fetch: (path, init) => fetch(path, init), isOurs })
  await precache.install(event)
}

async function takeShare({ request }: { request: Request }): Promise<Response> {
  const problem = await keepShare(request, { now: () => Date.now(), onError: (error) => self.reportError(error) })
  return Response.redirect(problem === null ? SHARE_PATH : toProblemPath(problem), 303)
}

self.addEventListener('message', (event) => {
  const message: unknown = event.data
  if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'SKIP_WAITING') {
    event.waitUntil(self.skipWaiting())
  }
})

self.addEventListener('sync', (event) => {
  const { tag } = event as SyncEvent
  if (tag !== BACKGROUND_SYNC_TAG) return
  ;(event as SyncEvent).waitUntil(syncInBackground(self.navigator.locks, (path, init) => fetch(path, init)))
})
