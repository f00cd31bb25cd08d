import type { Observable, Subscription } from 'dexie'

/*
 * A new version of the app, from the moment that the browser finds it:
 *
 *   looked for ──▶ installing ──▶ waiting ── somebody asks for it ──▶ takes over ──▶ this page reloads
 *   on a start,                      │                                    │
 *   every hour                       ▼                                    ▼
 *                                 announced                     every other page: announced
 *
 * The browser's own registration is asked each time, and no copy of it kept: a page stays open for
 * days, and sees one version after another come by.
 */

const CHECK_EVERY_MS = 60 * 60 * 1000
const INSTALL_AGAIN_MS = 60 * 1000

let registration: ServiceWorkerRegistration | undefined
let found = 0
let isAsked = false
/** Another page asked: what controls this one is newer than it. */
let isOvertaken = false
const listeners = new Set<(found: number) => void>()

/**
 * How many newer versions have been found since this page was opened. One waits until somebody asks
 * for it: a page is never reloaded by itself, over whatever its person is writing.
 */
export function watchUpdates(): Observable<number> {
  const subscribe = (next: (found: number) => void): Subscription => {
    listeners.add(next)
    next(found)
    return {
      closed: false,
      unsubscribe: () => {
        listeners.delete(next)
      },
    }
  }
  const observable: Observable<number> = {
    subscribe: (observer) =>
      subscribe((value) => (typeof observer === 'function' ? observer(value) : observer?.next?.(value))),
    [Symbol.observable]: () => observable,
  }
  return observable
}

/** Changes to the newest version and reloads this page. */
export async function applyUpdate(): Promise<void> {
  if (registration === undefined || isOvertaken) return location.reload()
  // A page that is too old for its server may be the first to ask whether there is a newer one.
  if (registration.waiting === null) await registration.update().catch(() => undefined)
  const next = registration.waiting ?? registration.installing
  if (next === null) return location.reload()
  isAsked = true
  next.postMessage({ type: 'SKIP_WAITING' })
}

/** Installs the service worker, and looks for a newer one now and then. */
export async function registerServiceWorker(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  // What the first screen needs comes first.
  if (document.readyState !== 'complete') {
    await new Promise((resolve) => addEventListener('load', resolve, { once: true }))
  }
  const { serviceWorker } = navigator
  let isControlled = serviceWorker.controller !== null
  serviceWorker.addEventListener('controllerchange', () => {
    if (isAsked) return location.reload()
    if (isControlled) {
      isOvertaken = true
      announce()
    }
    // The first service worker of all takes over a page that is as new as itself.
    isControlled = true
  })
  setInterval(() => void registration?.update().catch(() => undefined), CHECK_EVERY_MS)
  await install()
}

/** The network may fail here, or in the middle; then it is done again while this page is open. */
async function install(): Promise<void> {
  try {
    follow(await navigator.serviceWorker.register('/sw.js'))
  } catch {
    installLater()
  }
}

function installLater(): void {
  setTimeout(() => void install(), INSTALL_AGAIN_MS)
}

function follow(followed: ServiceWorkerRegistration): void {
  registration = followed
  const watchInstalling = () => {
    const { installing } = followed
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed' && followed.active !== null) announce()
      // A file did not arrive, and the browser gave the first installation up.
      if (installing.state === 'redundant' && followed.active === null) installLater()
    })
  }
  followed.addEventListener('updatefound', watchInstalling)
  watchInstalling()
  if (followed.waiting !== null) announce()
}

function announce(): void {
  found += 1
  listeners.forEach((listener) => listener(found))
}
