import { HISTORY_PAGE_MESSAGES } from '../../shared/protocol/limits.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { Api, HistoryRequest } from './api.ts'
import { applyHistory } from './apply.ts'
import type { ClientStore, ClientTables } from './tables.ts'

export type HistoryOutcome = 'loaded' | 'offline' | 'refused'

interface Place {
  store: ClientStore
  api: Api
  me: string
}

/**
 * A message that was changed comes alone, without the reactions and revisions that it had before. Where
 * one stands above a hole, the page that fills the hole brings it once more with all of them.
 */
const OVERLAP_MESSAGES = 10

/** Fetches the messages next below `before` and keeps them, with their reactions and revisions. */
export async function loadHistory(place: Place, conversationId: string, before: number): Promise<HistoryOutcome> {
  return load(place, { conversation: conversationId, before: before + OVERLAP_MESSAGES, limit: HISTORY_PAGE_MESSAGES })
}

/**
 * Fetches the first messages sent at or after a moment, or the last ones when there are none, and keeps
 * them likewise.
 */
export async function loadHistoryAt(place: Place, conversationId: string, atMs: number): Promise<HistoryOutcome> {
  return load(place, { conversation: conversationId, at: atMs, limit: HISTORY_PAGE_MESSAGES })
}

/**
 * What comes beside the log may have changed since: then it comes, or came, by pull with a greater seq,
 * and that wins. Kept only if this is still the same membership as when it was asked for: an answer may
 * arrive after one was removed.
 */
async function load({ store, api, me }: Place, request: HistoryRequest): Promise<HistoryOutcome> {
  const { conversation } = request
  const asked = await store.transact((tables) => getMembership(tables, conversation, me))
  const answer = await api.history(request)
  if (answer.kind !== 'ok') return answer.kind === 'refused' ? 'refused' : 'offline'
  const page = answer.value
  return store.transact(async (tables) => {
    const now = await getMembership(tables, conversation, me)
    if (now.since !== asked.since || now.epoch !== page.epoch) return 'refused'
    await applyHistory(tables, me, page.rows)
    return 'loaded'
  })
}

async function getMembership(
  tables: ClientTables,
  conversationId: string,
  me: string,
): Promise<{ epoch: string; since: number | undefined }> {
  const [member] = await tables.members.bulkGet([[conversationId, me]])
  const { epoch } = await tables.getPosition()
  return { epoch, since: conversationId === EVERYONE_ID ? 0 : member?.since }
}
