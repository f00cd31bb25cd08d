import { uuidv7 } from 'uuidv7'
import type { Clock } from '../../shared/clock.ts'
import { RECEIPT_MEMBERS_MAX, RECEIVED_MAX } from '../../shared/protocol/limits.ts'
import type { MessageRow, LiveRow } from '../../shared/protocol/rows.ts'
import type { OutboxEntry } from './database.ts'
import { enqueueIn } from './outbox.ts'
import type { ClientStore, ClientTables } from './tables.ts'

/*
 * Receipts: a device says which of others' messages it holds, with `receive`.
 *
 *   rows came ──▶ a second later ──▶ what is held, and neither known as received, read, nor on its way
 *                                     │
 *                                     └─▶ one `receive` in the outbox
 *
 * What to say is worked out from what lies here and never kept, so a receipt that is lost or refused is
 * made again with the next occasion. A read says more than a receipt: the second is for whoever looks
 * at the conversation. Nothing follows from the `delivery` row that comes of it.
 */

export type Receipt = { conversationId: string; n: number }

const DELAY_MS = 1_000
const WALK_MESSAGES = 100

export interface Receipts {
  /** These rows were applied. */
  note(rows: readonly LiveRow[]): void
  /** Anything may have been applied. */
  noteAll(): void
  stop(): void
}

/** Says what was received soon after it was noted. */
export function createReceipts(options: {
  clock: Clock
  store: ClientStore
  me: string
  onQueued(): void
  onError(error: unknown): void
}): Receipts {
  const { clock, store, me } = options
  let noted = new Set<string>()
  let isAllNoted = false
  let cancel: (() => void) | undefined
  let stopped = false

  async function say(): Promise<void> {
    const among = isAllNoted ? undefined : noted
    noted = new Set()
    isAllNoted = false
    cancel = undefined
    const queued = await store.transact((tables) => queueReceipts(tables, me, clock.now(), among))
    if (queued) options.onQueued()
  }

  function begin(): void {
    if (!stopped) cancel ??= clock.after(DELAY_MS, () => void say().catch(options.onError))
  }

  return {
    note(rows) {
      const others = rows.filter((row) => row.type === 'message' && row.authorId !== me)
      if (others.length === 0) return
      for (const row of others) if (row.type === 'message') noted.add(row.conversationId)
      begin()
    },
    noteAll() {
      isAllNoted = true
      begin()
    },
    stop() {
      stopped = true
      cancel?.()
    },
  }
}

/** Queues what is to be said, of these conversations or of all; says whether there was anything. */
export async function queueReceipts(
  tables: ClientTables,
  me: string,
  now: number,
  among?: ReadonlySet<string>,
): Promise<boolean> {
  const receipts = await listReceipts(tables, me, among)
  for (let from = 0; from < receipts.length; from += RECEIVED_MAX) {
    const positions = receipts.slice(from, from + RECEIVED_MAX)
    await enqueueIn(tables, [{ type: 'receive', id: uuidv7(), positions }], now)
  }
  return receipts.length > 0
}

async function listReceipts(tables: ClientTables, me: string, among?: ReadonlySet<string>): Promise<Receipt[]> {
  // Before the last page of a first pull it is not known what was said before.
  if ((await tables.getPosition()).next !== null) return []
  const latest =
    among === undefined
      ? await tables.latest.toArray()
      : (await tables.latest.bulkGet([...among])).filter((row) => row !== undefined)
  const ids = latest.map((row) => row.conversationId)
  const conversations = await tables.conversations.bulkGet(ids)
  const deliveries = await tables.deliveries.bulkGet(ids.map((id) => [id, me]))
  const readings = await tables.readings.bulkGet(ids)
  const onTheirWay = toPositions(await tables.outbox.toArray())
  const receipts: Receipt[] = []
  for (const [index, { conversationId, n }] of latest.entries()) {
    const kind = conversations[index]?.kind
    if (kind === undefined || kind === 'everyone') continue
    const said = Math.max(deliveries[index]?.n ?? 0, readings[index]?.n ?? 0, onTheirWay.get(conversationId) ?? 0)
    if (said >= n) continue
    if (kind === 'group' && (await tables.countMembers(conversationId)) > RECEIPT_MEMBERS_MAX) continue
    const held = await findLastReceived(tables, me, conversationId, said)
    if (held !== undefined) receipts.push({ conversationId, n: held.n })
  }
  return receipts
}

/** Up to where reads and receipts that the log has not brought back yet will say. */
function toPositions(entries: readonly OutboxEntry[]): Map<string, number> {
  const positions = new Map<string, number>()
  for (const { command, state } of entries) {
    if (state.kind === 'refused') continue
    const reported = command.type === 'read' ? [command] : command.type === 'receive' ? command.positions : []
    for (const { conversationId, n } of reported) {
      positions.set(conversationId, Math.max(n, positions.get(conversationId) ?? 0))
    }
  }
  return positions
}

/** The last message of somebody else's up to which all that follow on `above` are here: behind a hole nothing was received. */
async function findLastReceived(
  tables: ClientTables,
  me: string,
  conversationId: string,
  above: number,
): Promise<MessageRow | undefined> {
  let last: MessageRow | undefined
  let n = above
  for (;;) {
    const rows = await tables.listMessagesAbove(conversationId, n, WALK_MESSAGES)
    for (const row of rows) {
      if (row.n !== n + 1) return last
      n = row.n
      if (row.authorId !== me) last = row
    }
    if (rows.length < WALK_MESSAGES) return last
  }
}
