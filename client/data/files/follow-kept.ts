import { liveQuery } from '../../sync/storage/live-query.ts'
import type { Session } from '../session.ts'
import { fetchKept } from './kept-offline.ts'

/** Brings to this device what comes to conversations whose files are to stay on it, until it is over. */
export function followKept(session: Session, over: AbortSignal, onError: (error: unknown) => void): void {
  if (over.aborted) return
  const { db } = session
  const subscription = liveQuery(async () => {
    const all = (await db.keptOffline.toArray()).filter(({ fileId }) => fileId === '')
    const ids = all.map(({ conversationId }) => conversationId)
    // What is new in one of them changes what is asked for here.
    await db.latest.bulkGet(ids)
    return ids
  }).subscribe((ids) => {
    for (const id of ids) fetchKept(session, id).catch(onError)
  })
  over.addEventListener('abort', () => subscription.unsubscribe())
}
