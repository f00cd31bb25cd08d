import { HISTORY_PAGE_MESSAGES } from '../../shared/protocol/limits.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { Api } from './api.ts'
import { putMessages } from './apply.ts'
import type { ClientStore, ClientTables } from './tables.ts'

export type HistoryOutcome = 'loaded' | 'offline' | 'refused'

/**
 * Fetches the messages next below `before` and keeps them. They come beside the log: one that changed
 * since comes, or came, by pull with a greater seq, and wins. Kept only if this is still the same
 * membership as when they were asked for: an answer may arrive after one was removed.
 */
export async function loadHistory(
  { store, api, me }: { store: ClientStore; api: Api; me: string },
  conversationId: string,
  before: number,
): Promise<HistoryOutcome> {
  const asked = await store.transact((tables) => getMembership(tables, conversationId, me))
  const answer = await api.history({ conversation: conversationId, before, limit: HISTORY_PAGE_MESSAGES })
  if (answer.kind !== 'ok') return answer.kind === 'refused' ? 'refused' : 'offline'
  const page = answer.value
  return store.transact(async (tables) => {
    const now = await getMembership(tables, conversationId, me)
    if (now.since !== asked.since || now.epoch !== page.epoch) return 'refused'
    await putMessages(tables, page.rows)
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
