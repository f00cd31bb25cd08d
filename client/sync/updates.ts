import type { Observable, Subscription } from 'dexie'
import { Workbox } from 'workbox-window'

const CHECK_EVERY_MS = 60 * 60 * 1000

let available = false
let reloading = false
const listeners = new Set<(available: boolean) => void>()
const workbox = import.meta.env.PROD && 'serviceWorker' in navigator ? new Workbox('/sw.js') : undefined

/**
 * Whether a newer version of the app is there. It waits until somebody asks for it: a page is never
 * reloaded by itself, over whatever its person is writing.
 */
export function watchUpdate(): Observable<boolean> {
  const subscribe = (next: (available: boolean) => void): Subscription => {
    listeners.add(next)
    next(available)
    return {
      closed: false,
      unsubscribe: () => {
        listeners.delete(next)
      },
    }
  }
  const observable: Observable<boolean> = {
    subscribe: (observer) =>
      subscribe((value) => (typeof observer === 'function' ? observer(value) : observer?.next?.(value))),
    [Symbol.observable]: () => observable,
  }
  return observable
}

/** Changes to the new version and reloads this page. */
export function applyUpdate(): void {
  reloading = true
  // Without one that waits, another tab has changed over already.
  if (workbox === undefined) location.reload()
  else
    void workbox
      .getSW()
      .then((worker) => (worker.state === 'installed' ? workbox.messageSkipWaiting() : location.reload()))
}

/** Installs the service worker, and looks for a newer one now and then. */
export async function registerServiceWorker(): Promise<void> {
  if (workbox === undefined) return
  workbox.addEventListener('waiting', () => announce())
  workbox.addEventListener('controlling', (event) => {
    if (reloading) location.reload()
    else if (event.isUpdate === true) announce()
  })
  await workbox.register()
  setInterval(() => void workbox.update().catch(() => undefined), CHECK_EVERY_MS)
}

function announce(): void {
  available = true
  listeners.forEach((listener) => listener(true))
}
