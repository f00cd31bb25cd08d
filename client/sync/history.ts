import { HISTORY_PAGE_MESSAGES } from '../../shared/protocol/limits.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { HistoryPage } from '../../shared/protocol/http.ts'
import type { Api, FetchedHistory, HistoryRequest } from './api.ts'
import { applyHistory } from './apply-rows.ts'
import type { Answer } from './campus-http.ts'
import { findHoles } from './holes.ts'
import { isContradiction } from './log/exchange.ts'
import { withRowsAhead } from './log/move-position.ts'
import type { DevicePosition } from './log/position.ts'
import { keepPeople } from './people.ts'
import type { ClientStore, ClientTables } from './tables.ts'

export type HistoryOutcome = 'loaded' | 'offline' | 'refused'

export interface HistorySource {
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
export async function loadHistory(
  source: HistorySource,
  conversationId: string,
  before: number,
): Promise<HistoryOutcome> {
  return load(source, { conversation: conversationId, before: before + OVERLAP_MESSAGES, limit: HISTORY_PAGE_MESSAGES })
}

/**
 * Fetches the first messages sent at or after a moment, or the last ones when there are none, and keeps
 * them likewise.
 */
export async function loadHistoryAt(
  source: HistorySource,
  conversationId: string,
  atMs: number,
): Promise<HistoryOutcome> {
  return load(source, { conversation: conversationId, at: atMs, limit: HISTORY_PAGE_MESSAGES })
}

/** What a server of a version before says of history may lack what is newer, wherever in the log it stands. */
const BEFORE_ALL = { lineage: '', cursor: 0 }

/**
 * What comes outside the log may have changed since: then it comes, or came, by pull with a greater seq,
 * and that wins. Kept only if this is still the same membership as when it was asked for, and the same history: an
 * answer may arrive after one was removed, or after the log went back in time.
 */
async function load(source: HistorySource, request: HistoryRequest): Promise<HistoryOutcome> {
  const { store, api, me } = source
  const { conversation } = request
  const asked = await store.transact((tables) => getMembership(tables, conversation, me))
  return keepPage(source, conversation, asked, await api.history(request))
}

/** Keeps what was answered to a question for history, if nothing stands against it; `asked` is how one stood by then. */
export async function keepPage(
  { store, me }: Pick<HistorySource, 'store' | 'me'>,
  conversation: string,
  asked: Standing,
  answer: Answer<FetchedHistory>,
): Promise<HistoryOutcome> {
  if (answer.kind !== 'ok') return answer.kind === 'refused' ? 'refused' : 'offline'
  const page = answer.value
  try {
    return await store.transact(async (tables) => {
      const now = await getMembership(tables, conversation, me)
      if (now.since !== asked.since || !isOfHistory(now.position, page)) return 'refused'
      const holes = await findHoles(
        tables,
        page.rows.filter((row) => row.type === 'message'),
      )
      // Read before this device left out what came then: what changed in between it never hears.
      if (holes.some(({ seq }) => seq > page.head)) return 'offline'
      await applyHistory(tables, me, page)
      await keepPeople(
        tables,
        page.rows.filter((row) => row.type === 'user'),
        page.head,
      )
      const position = withRowsAhead(
        page.isOlder === true ? { ...now.position, older: BEFORE_ALL } : now.position,
        page.lineage?.id ?? '',
        // People are kept as of the cursor.
        page.rows.filter((row) => row.type !== 'user').map(({ seq }) => seq),
      )
      if (position !== now.position) await tables.setPosition(position)
      return 'loaded'
    })
  } catch (error) {
    if (!isContradiction(error)) throw error
    // An earlier page went beyond this device's cursor, and the log has lost that since: the next pull puts it right. Until
    // then the page is as out of reach as with no network, and worth another try in the same way.
    return 'offline'
  }
}

/** Where a device stands, and since when its owner is in a conversation. */
export interface Standing {
  position: DevicePosition
  since: number | undefined
}

export async function getMembership(tables: ClientTables, conversationId: string, me: string): Promise<Standing> {
  const [member] = await tables.members.bulkGet([[conversationId, me]])
  const position = await tables.getPosition()
  return { position, since: conversationId === EVERYONE_ID ? 0 : member?.since }
}

/** A lineage that this device has not heard of yet follows on its own if it began after where it stands. */
function isOfHistory(
  { lineage: mine, cursor, path, restoring }: DevicePosition,
  { lineage }: Pick<HistoryPage, 'lineage'>,
): boolean {
  if (restoring) return false
  if (lineage === undefined || mine === '') return true
  return path.some(({ id }) => id === lineage.id) || lineage.start >= cursor
}
