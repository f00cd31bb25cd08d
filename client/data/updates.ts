import type { Observable } from 'dexie'
import { createObservable } from '../sync/observable.ts'

/** The first screen need not wait for it. */
const loadUpdates = () => import('../sync/updates.ts')

/** How many newer versions have been found since this page was opened. */
export function watchUpdates(): Observable<number> {
  return createObservable((sink) => {
    let isStopped = false
    let stop: () => void = () => undefined
    loadUpdates().then(
      (updates) => {
        if (isStopped) return
        const subscription = updates.watchUpdates().subscribe(sink.next)
        stop = () => subscription.unsubscribe()
      },
      // With no network there is nothing newer to be had.
      () => undefined,
    )
    return () => {
      isStopped = true
      stop()
    }
  })
}

/** Changes to the newest version and reloads this page. */
export async function applyUpdate(): Promise<void> {
  const updates = await loadUpdates()
  await updates.applyUpdate()
}

/** Installs the service worker, and looks for a newer one now and then. With no network the next visit does. */
export async function registerServiceWorker(): Promise<void> {
  const updates = await loadUpdates().catch(() => undefined)
  await updates?.registerServiceWorker()
}
