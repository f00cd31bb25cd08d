import { history } from '../../server/campus/history.ts'
import type { PageLimits } from '../../server/campus/page-limits.ts'
import type { Campus, CampusRow } from '../../server/campus/types.ts'
import type { Page } from '../../server/log/kind.ts'
import type { LogPosition } from '../../server/log/lineage.ts'
import type { LogHead } from '../../server/log/log-tables.ts'
import type { PullOutcome } from '../../server/log/pull.ts'
import type { Store } from '../../server/store/store.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import type { Hole } from '../../shared/protocol/http.ts'
import type { MemberRow, MessageRow, Row } from '../../shared/protocol/rows.ts'
import { pullCampus } from './campus.ts'

export type PulledPage = Page<Row> & LogHead

/**
 * A client reduced to what the contract says of applying: rows are upserted by their key, a newer
 * `since` of one's own voids what is held of the conversation, and one's own tombstone drops it. Who
 * does not let others know what they have seen holds nothing of what others have.
 */
export interface Device {
  readonly userId: string
  readonly rows: Map<string, Row>
  readonly pages: PulledPage[]
  cursor(): number
  /** Where it stands, as it says it to a server. */
  position(): LogPosition
  /** Pulls one page; true when there is more. */
  pullPage(limits?: PageLimits): Promise<boolean>
  pullAll(limits?: PageLimits): Promise<void>
  /** What was left out, because it was far behind. */
  readonly holes: Hole[]
  /** From which message on all of a conversation is here once its holes are filled. */
  readonly begins: ReadonlyMap<string, number>
  /** Fills what was left out, and nothing else. */
  fillHoles(limit?: number): Promise<void>
  /** Loads older messages of a conversation until there are no more. */
  loadHistory(conversationId: string, limit?: number): Promise<void>
  apply(rows: readonly Row[]): void
  messages(conversationId: string): MessageRow[]
}

export function keyOf(row: Row): string {
  switch (row.type) {
    case 'user':
    case 'conversation':
    case 'message':
      return `${row.type}/${row.id}`
    case 'member':
      return `member/${row.conversationId}/${row.userId}`
    case 'revision':
      return `revision/${row.messageId}/${row.k}`
    case 'reaction':
      return `reaction/${row.messageId}/${row.userId}`
    case 'event':
      return `event/${row.conversationId}/${row.id}`
    case 'delivery':
    case 'seen':
      return `${row.type}/${row.conversationId}/${row.userId}`
    case 'reading':
    case 'setting':
    case 'draft':
      return `${row.type}/${row.conversationId}`
    case 'block':
      return `block/${row.userId}`
    case 'request':
      return `request/${row.conversationId}`
    case 'hidden':
      return `hidden/${row.messageId}`
    case 'preference':
    case 'standing':
      return row.type
  }
}

/** Whoever was let in again, and what was answered, is as if it never was. */
function isSettled(row: Row): boolean {
  return (row.type === 'block' && !row.blocked) || (row.type === 'request' && row.state === 'answered')
}

const conversationOf = (row: Row) =>
  row.type === 'conversation' ? row.id : 'conversationId' in row ? row.conversationId : undefined

/** With `far`, one that knows holes, and wants them when it has missed more messages than so many. */
export function createDevice(store: Store, userId: string, far?: number): Device {
  const rows = new Map<string, Row>()
  const holes: Hole[] = []
  const begins = new Map<string, number>()
  const pages: PulledPage[] = []
  let lineage = ''
  let cursor = 0
  let next: string | null = null

  function dropConversation(conversationId: string): void {
    for (const [key, row] of rows) if (conversationOf(row) === conversationId) rows.delete(key)
    removeWhere(holes, (hole) => hole.conversationId === conversationId)
    begins.delete(conversationId)
  }

  function dropSeen(): void {
    for (const [key, row] of rows) if (row.type === 'seen') rows.delete(key)
  }

  /** What is held there may have changed, and what hangs on it. */
  function openHole(hole: Hole): void {
    const gone = messages(hole.conversationId).filter(({ n }) => n > hole.after && n < hole.before)
    const ids = new Set(gone.map(({ id }) => id))
    for (const [key, row] of rows) {
      const isHanging = row.type === 'reaction' || row.type === 'revision'
      if (ids.has(isHanging ? row.messageId : row.type === 'message' ? row.id : '')) rows.delete(key)
    }
    holes.push(hole)
    const begin = begins.get(hole.conversationId)
    if (begin !== undefined) begins.set(hole.conversationId, Math.min(begin, hole.after + 1))
  }

  function apply(arrived: readonly Row[], opened: readonly Hole[] = []): void {
    const own = arrived.filter((row): row is MemberRow => row.type === 'member' && row.userId === userId)
    for (const row of own) {
      const held = rows.get(keyOf(row))
      if (row.removed || (held?.type === 'member' && held.since < row.since)) dropConversation(row.conversationId)
    }
    opened.forEach(openHole)
    for (const row of arrived) {
      const held = rows.get(keyOf(row))
      if (held !== undefined && held.seq > row.seq) throw new Error(`an older ${keyOf(row)} came after a newer one`)
      const isOver = (row.type === 'member' && row.removed) || (row.type === 'hidden' && !row.hidden) || isSettled(row)
      if (isOver) rows.delete(keyOf(row))
      else rows.set(keyOf(row), row)
      if (row.type === 'preference' && !row.seen) dropSeen()
    }
  }

  async function pullPage(limits?: PageLimits): Promise<boolean> {
    const page = getPage(await pullCampus(store, userId, { lineage, cursor, next, far }, limits))
    if (page.from !== cursor) throw new Error('a page begins elsewhere')
    pages.push(page)
    apply(page.rows, page.holes)
    noteBegins(page)
    lineage = page.lineage.id
    cursor = page.to
    next = page.next
    return next !== null || cursor < page.head
  }

  /**
   * A conversation that is new begins with its newest page, or with what was left out below that. What of the newest page
   * was changed since the page's moment comes by the log: if that is all of it, it begins with the first that comes.
   */
  function noteBegins({ rows: arrived, holes: opened = [] }: PulledPage): void {
    for (const row of arrived) if (row.type === 'conversation' && !begins.has(row.id)) begins.set(row.id, Infinity)
    for (const [id, known] of begins) {
      if (known !== Infinity) continue
      const held = messages(id).map(({ n }) => n)
      const [hole] = opened.filter(({ conversationId }) => conversationId === id)
      let begin = held.at(-1) ?? Infinity
      while (held.includes(begin - 1)) begin -= 1
      begins.set(id, hole === undefined ? begin : hole.after + 1)
    }
  }

  const messages = (conversationId: string) =>
    [...rows.values()]
      .filter((row): row is MessageRow => row.type === 'message' && row.conversationId === conversationId)
      .sort((one, other) => one.n - other.n)

  return {
    userId,
    rows,
    holes,
    begins,
    pages,
    cursor: () => cursor,
    position: () => ({ lineage, cursor }),
    apply,
    messages,
    pullPage,
    async pullAll(limits) {
      while (await pullPage(limits)) continue
    },
    async fillHoles(limit = 3) {
      for (const { conversationId, after, before } of holes.splice(0)) {
        for (let to = before; to > after + 1;) {
          const from = { before: to }
          const outcome = await history(store, userId, { log: CAMPUS_LOG, conversation: conversationId, from, limit })
          if (outcome.kind !== 'page') break
          apply(outcome.page.rows)
          to = outcome.page.rows.find((row) => row.type === 'message')?.n ?? 0
        }
      }
    },
    async loadHistory(conversationId, limit = 200) {
      let before = (messages(conversationId).at(-1)?.n ?? 0) + 1
      for (;;) {
        const from = { before }
        const outcome = await history(store, userId, { log: CAMPUS_LOG, conversation: conversationId, from, limit })
        if (outcome.kind !== 'page') throw new Error(outcome.refusal.code)
        // People are kept as of the cursor: what the log brings later wins.
        apply(outcome.page.rows.map((row) => (row.type === 'user' ? { ...row, seq: Math.min(row.seq, cursor) } : row)))
        const first = outcome.page.rows.find((row) => row.type === 'message')
        if (first === undefined) return
        before = first.n
      }
    },
  }
}

function removeWhere<Item>(items: Item[], isGone: (item: Item) => boolean): void {
  items.splice(0, items.length, ...items.filter((item) => !isGone(item)))
}

export function getPage(outcome: PullOutcome<Campus>): PulledPage {
  switch (outcome.kind) {
    case 'page':
      return { ...outcome.page, rows: outcome.page.rows.map(toRow) }
    case 'reset':
      throw new Error('the log was put back')
    case 'refused':
      throw new Error(outcome.refusal.code)
  }
}

/** What many members did is one row only when it is told live. */
function toRow(row: CampusRow): Row {
  if (row.type === 'receipts') throw new Error('a page holds a row of each member')
  return row
}
