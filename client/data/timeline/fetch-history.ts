import { createDexieStore } from '../../sync/dexie-store.ts'
import { loadHistory, loadHistoryAt, type HistoryOutcome } from '../../sync/history.ts'
import type { Session } from '../session.ts'

/** Fetches the messages right before this one from the server and keeps them on this device. */
export function fetchBefore(session: Session, conversationId: string, before: number): Promise<HistoryOutcome> {
  return loadHistory(toPart(session), conversationId, before)
}

/** Fetches the messages sent from this moment on, or the last ones when there are none. */
export function fetchAt(session: Session, conversationId: string, atMs: number): Promise<HistoryOutcome> {
  return loadHistoryAt(toPart(session), conversationId, atMs)
}

function toPart({ db, api, account }: Session): Parameters<typeof loadHistory>[0] {
  return { store: createDexieStore(db), api, me: account.userId }
}
