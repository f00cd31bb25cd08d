import { liveQuery } from './live-query.ts'

/**
 * Calls back when the connection becomes live, and at first where it is: the network is back, and what waits is tried at once.
 * What else is stored with it, such as a classroom's number of devices, is no reason to. Returns the function that stops it.
 */
export function watchLive(isLive: () => Promise<boolean>, listener: () => void): () => void {
  let wasLive = false
  const subscription = liveQuery(isLive).subscribe((now) => {
    if (now && !wasLive) listener()
    wasLive = now
  })
  return () => subscription.unsubscribe()
}
