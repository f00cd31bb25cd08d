import { Dexie } from 'dexie'
import { systemClock } from '../shared/clock.ts'
import { BACKGROUND_SYNC_TAG } from './sync/background-tag.ts'
import type { Environment } from './sync/environment.ts'
import { CLASSROOM_HEADER } from '../shared/classroom/version.ts'
import { PROTOCOL_HEADER } from '../shared/protocol/version.ts'
import { createServerClock, type OffsetStore } from './sync/server-clock.ts'
import { createOwnLocks } from './sync/own-locks.ts'
import { standInForMissing } from './sync/storage/backend.ts'
import { deviceStorage } from './sync/storage/device-storage.ts'

/** The browser as sync sees it. This is the only file that touches `window`. */
export function createEnvironment(): Environment {
  const serverClock = createServerClock(systemClock, offsetStore)
  return {
    ...{ clock: systemClock, serverClock },
    random: () => Math.random(),
    async fetch(path, init) {
      const sentAt = systemClock.now()
      const response = await fetch(path, init)
      // A captive portal's clock is not our server's.
      const isOurs = response.headers.has(PROTOCOL_HEADER) || response.headers.has(CLASSROOM_HEADER)
      if (isOurs) serverClock.note(response.headers.get('date'), sentAt)
      return response
    },
    locks: isSecureContext && !isStorageForbidden() ? navigator.locks : createOwnLocks(),
    isVisible: () => document.visibilityState === 'visible',
    onWake: (listener) =>
      listen(WAKING, () => {
        if (document.visibilityState === 'visible') listener()
      }),
    onFreeze: (listener) => listen([[document, 'freeze']], listener),
    openSocket(events, path = '/api/socket') {
      const address = new URL(path, window.location.href)
      address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
      const socket = new WebSocket(address)
      socket.binaryType = 'arraybuffer'
      socket.onopen = () => events.onOpen()
      socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) =>
        events.onMessage(typeof data === 'string' ? data : new Uint8Array(data))
      socket.onclose = (event) => events.onClose(event.code)
      return {
        send(content) {
          // What we make lies in memory that nobody shares.
          if (socket.readyState === WebSocket.OPEN) socket.send(content as string | Uint8Array<ArrayBuffer>)
        },
        close: () => socket.close(),
      }
    },
    openChannel(name, onMessage) {
      if (typeof BroadcastChannel === 'undefined') return { post: () => undefined, close: () => undefined }
      const channel = new BroadcastChannel(name)
      channel.onmessage = (event: MessageEvent<unknown>) => onMessage(event.data)
      return { post: (message) => channel.postMessage(message), close: () => channel.close() }
    },
    persistStorage() {
      // A browser may say no: then the data is kept as long as its space allows.
      persist().catch(() => undefined)
    },
    isNetworkPoor() {
      const { saveData = false, effectiveType = '' } = (navigator as WithConnection).connection ?? {}
      return saveData || effectiveType.endsWith('2g')
    },
    async estimateFree() {
      if (!('storage' in navigator)) return undefined
      const { quota, usage } = await navigator.storage.estimate()
      return quota === undefined || usage === undefined ? undefined : quota - usage
    },
    requestBackgroundSync() {
      // Firefox and Safari have none, and a person can forbid it: then the app flushes when it is next open.
      requestSync().catch(() => undefined)
    },
    onError: report,
  }
}

/** Network Information is not in TypeScript's library, nor in every browser. */
interface WithConnection extends Navigator {
  connection?: { saveData?: boolean; effectiveType?: string }
}

const OFFSET_KEY = 'chatbox-clock-offset'

const offsetStore: OffsetStore = {
  read() {
    try {
      return Number(localStorage.getItem(OFFSET_KEY) ?? 0) || 0
    } catch {
      return 0
    }
  },
  write(offsetMs) {
    try {
      localStorage.setItem(OFFSET_KEY, String(offsetMs))
    } catch {
      // Then each page learns it by itself.
    }
  },
  onChange(listener) {
    window.addEventListener('storage', ({ key }) => {
      if (key === OFFSET_KEY) listener()
    })
  },
}

/** Whether a person forbade this site to keep data: then even to ask for most of what keeps some is an error. */
function isStorageForbidden(): boolean {
  try {
    localStorage.getItem(OFFSET_KEY)
    return false
  } catch {
    return true
  }
}

/** What the address bar says. */
export function readAddress(): string {
  return window.location.pathname + window.location.search
}

/**
 * Whoever signs out, here or in another tab, closes the database under whatever a screen or the engine
 * still did with it: that ends without a word. What failed because nothing can be stored is said where the connection
 * is, and that a part of the app did not come by `onNotLoaded`. Everything else that nobody caught stays an error.
 */
export function handleUncaught(onNotLoaded: () => void): void {
  sayNotLoaded = onNotLoaded
  window.addEventListener('unhandledrejection', (event) => {
    if (isHandled(event.reason)) event.preventDefault()
  })
}

/** A file that is dropped beside everything that takes one would be opened by the browser in place of this page. */
export function stayWhenFilesAreDropped(): void {
  for (const name of ['dragover', 'drop'] as const) {
    window.addEventListener(name, (event) => {
      if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault()
    })
  }
}

/**
 * A key that takes part in composing a letter does nothing but that. Safari ends the composition before it reports the
 * key that ended it; what is left to know it by is the code 229 (UI Events, 8.3).
 */
export function leaveKeysToComposition(): void {
  const hide = (event: KeyboardEvent) => {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else says it in Safari
    if (event.isComposing || event.keyCode === 229) event.stopImmediatePropagation()
  }
  window.addEventListener('keydown', hide, { capture: true })
}

function report(error: unknown): void {
  if (!isHandled(error)) reportError(error)
}

function isHandled(error: unknown): boolean {
  if (deviceStorage.note(error) || isClosed(error)) return true
  if (!(error instanceof Error && notLoaded.has(error))) return false
  sayNotLoaded()
  return true
}

/** What said that a part of the app did not come. */
const notLoaded = new WeakSet<Error>()
let sayNotLoaded = (): void => undefined

/** A transaction of a database that was closed, or that the browser took away, ends as aborted. */
function isClosed(error: unknown): boolean {
  return error instanceof Dexie.DatabaseClosedError || error instanceof Dexie.AbortError
}

/** Going offline too: whether the socket is still there is then worth asking. */
const WAKING = [
  [window, 'online'],
  [window, 'offline'],
  [window, 'focus'],
  [window, 'pageshow'],
  [document, 'resume'],
  [document, 'visibilitychange'],
] as const

function listen(targets: readonly (readonly [EventTarget, string])[], listener: () => void): () => void {
  for (const [target, event] of targets) target.addEventListener(event, listener)
  return () => {
    for (const [target, event] of targets) target.removeEventListener(event, listener)
  }
}

/** Whether the browser keeps from this page what it keeps for those that came encrypted, or from this very machine. */
export function isInsecure(): boolean {
  return !window.isSecureContext
}

async function persist(): Promise<void> {
  if ('storage' in navigator && !(await navigator.storage.persisted())) await navigator.storage.persist()
}

/**
 * After a new version was installed on the server a page without a service worker still names the files of its own,
 * which are gone: whatever it wants to show next it gets with the new version. With a service worker they are all here.
 */
export function loadNewVersions(): void {
  window.addEventListener('vite:preloadError', ({ payload }) => {
    notLoaded.add(payload)
    reloadIfReplaced().catch(report)
  })
}

async function reloadIfReplaced(): Promise<void> {
  if ('serviceWorker' in navigator && navigator.serviceWorker.controller !== null) return
  const own = document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.getAttribute('src')
  // The file may be missing because the network is: then there is no newer page to be had either.
  const answer = await fetch(window.location.pathname, { cache: 'no-store', redirect: 'manual' }).catch(() => undefined)
  if (own === null || own === undefined || answer?.ok !== true) return
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const served = page.querySelector('script[type="module"][src]')?.getAttribute('src')
  // A page of a captive portal is none of ours.
  if (page.getElementById('app') !== null && served !== undefined && served !== own) window.location.reload()
}

/** Background Sync is not in TypeScript's library. */
interface SyncRegistration extends ServiceWorkerRegistration {
  sync: { register(tag: string): Promise<void> }
}

async function requestSync(): Promise<void> {
  const registration = await navigator.serviceWorker.ready
  if ('sync' in registration) await (registration as SyncRegistration).sync.register(BACKGROUND_SYNC_TAG)
}

/** Calls back when the databases hold something else than before, as after the browser took them away. */
export function onStorageExchange(listener: () => Promise<void>): void {
  deviceStorage.onExchange(() => void listener().catch(report))
}

/** While this device stores nothing, its databases live in memory. */
export function goOnWithoutSpace(mayStore?: (name: string) => Promise<boolean>): void {
  standInForMissing()
  deviceStorage.goOnInMemory(() => import('./sync/storage/emergency.ts'), mayStore)
}
