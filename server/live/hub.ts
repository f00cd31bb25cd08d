import type { Clock } from '../../shared/clock.ts'
import { LONG_POLL_MS, PULL_PAGE_ROWS, SOCKETS_PER_SESSION_MAX } from '../../shared/protocol/limits.ts'
import type { MemberRow, PreferenceRow } from '../../shared/protocol/rows.ts'
import type { Bus, PublishedBatch } from '../bus/bus.ts'
import { loadView } from '../log/view.ts'
import type { Store } from '../store/store.ts'
import { createBatchEncoder, encode } from './frames.ts'
import { createLogFollower } from './log-follower.ts'
import { createRecentRows } from './recent-rows.ts'
import { createRoster } from './roster.ts'
import { type Attended, createSignals } from './signals.ts'

/*
 * The hub: tells each subscriber of this process what the log brings, as long as it can be sure.
 *
 *             resume: the cursor is within recent memory,
 *             and no membership or preference of the user changed since
 *     behind ─────────────────────────────────────────────▶ live
 *       ▲                                                     │
 *       └─────────────────────────────────────────────────────┘
 *         a membership or the preference of the user changed ·
 *         the log was lost · the subscriber does not drain
 *
 * Live, a subscriber has a position: everything visible up to there has been told to it, in order.
 * Behind, it gets no rows, and has to pull. A change of one's own membership or preference always puts
 * behind, so the rules of arriving and leaving, and of who learns what others have seen, stand in one
 * place, the pull. It is noted before any row of the same batch is told, so whoever is removed hears
 * nothing of it.
 */

/** Whoever listens: a socket or a waiting request. None of these may throw. */
export interface Subscriber {
  readonly userId: string
  readonly sessionId: string
  /** Whether it has too much unsent to take more. */
  isFull(): boolean
  send(frame: Buffer): void
  /** The session was ended: nothing more may be sent. */
  end(): void
}

export interface Subscription {
  /** Resolves when the subscriber is live or behind, and has been told which. Throws when the store is away. */
  resume(epoch: string, cursor: number): Promise<void>
  /** Sends a ping, with the position as far as the subscriber may move on to it. */
  ping(): void
  remove(): void
}

export interface Hub {
  readonly log: string
  /** The log's epoch, as far as this process has heard. */
  readonly epoch: string
  /** Whether this is the log's epoch; if not, it looks whether there is a new one. */
  isEpoch(epoch: string): boolean
  /** The log's position, likewise. */
  readonly position: number
  start(): Promise<void>
  /** Undefined when the session has too many open already. */
  subscribe(subscriber: Subscriber): Subscription | undefined
  /** A socket said hello: from here on its user is there, and it may type and watch, see signals. */
  attend(subscriber: Subscriber): Attended
  /** Resolves when there may be something after the cursor, when nothing came for `LONG_POLL_MS`, or when aborted. */
  waitForNews(userId: string, sessionId: string, cursor: number, signal: AbortSignal): Promise<void>
  /** Ends what these sessions have open in this process. */
  sessionsEnded(sessionIds: readonly string[]): void
  /** The sessions that have something open here. */
  listSessions(): string[]
  close(): void
}

interface Entry {
  subscriber: Subscriber
  /** Undefined while behind. */
  position: number | undefined
}

export function createHub(options: {
  log: string
  store: Store
  bus: Bus
  clock: Clock
  /** The last socket of a session that was here went at this moment. */
  onLeft?: (sessionId: string) => void
  onError: (error: unknown) => void
}): Hub {
  const { log, store, bus, clock } = options
  const byUser = new Map<string, Set<Entry>>()
  const recent = createRecentRows()
  const roster = createRoster(async (userId) => {
    const view = await loadView(store.db, log, userId)
    if (view === undefined) throw new Error(`there is no log "${log}"`)
    const { preference } = view
    const members = [...view.ended, ...view.places.flatMap(({ member }) => member ?? [])]
    return {
      changedAt: Math.max(preference.seq, ...members.map((member) => member.seq)),
      seen: preference.seen === 1,
      presence: preference.presence === 1,
      conversations: view.places.flatMap(({ member }) => member?.conversation_id ?? []),
    }
  })
  const signals = createSignals({ ...options, roster, learn, onLeft: options.onLeft ?? (() => undefined) })
  const follower = createLogFollower({ ...options, listener: { onBatch, onLost } })
  const behindFrame = encode({ type: 'behind', log })
  const liveFrame = encode({ type: 'live', log })

  function onBatch(batch: PublishedBatch): void {
    recent.add(batch)
    for (const { row, audience } of batch.rows) {
      if (row.type === 'member') {
        signals.onMembersChanged(row.conversationId)
        noteStanding(row.userId, row)
      } else if (row.type === 'preference' && audience.kind === 'user') {
        noteStanding(audience.userId, row)
        signals.onPreference(audience.userId, row)
      }
    }
    const everybody: number[] = []
    const somebody = new Map<string, number[]>()
    const add = (userId: string, index: number) => {
      if (byUser.has(userId)) somebody.set(userId, [...(somebody.get(userId) ?? []), index])
    }
    batch.rows.forEach(({ audience }, index) => {
      if (audience.kind === 'all') everybody.push(index)
      else if (audience.kind === 'user') add(audience.userId, index)
      else for (const userId of roster.listIn(audience)) add(userId, index)
    })
    const encodeRows = createBatchEncoder(batch)
    for (const userId of everybody.length > 0 ? byUser.keys() : somebody.keys()) {
      const indices = [...everybody, ...(somebody.get(userId) ?? [])].sort((one, other) => one - other)
      byUser.get(userId)?.forEach((entry) => tell(entry, batch, indices, encodeRows))
    }
  }

  function noteStanding(userId: string, row: MemberRow | PreferenceRow): void {
    if (roster.apply(userId, row)) byUser.get(userId)?.forEach(putBehind)
  }

  async function learn(userId: string): Promise<void> {
    await roster.learn(userId)
    if (!byUser.has(userId)) roster.forget(userId)
  }

  function tell(
    entry: Entry,
    batch: PublishedBatch,
    indices: readonly number[],
    encodeRows: (indices: readonly number[]) => Buffer,
  ): void {
    if (entry.position === undefined || batch.to <= entry.position) return
    if (entry.subscriber.isFull()) return putBehind(entry)
    if (entry.position > batch.from) {
      // It pulled past the beginning of this batch before we heard of it.
      const after = entry.position
      const rows = indices.flatMap((index) => batch.rows[index] ?? []).filter(({ row }) => row.seq > after)
      entry.subscriber.send(encode({ type: 'rows', log, from: after, to: batch.to, rows: rows.map(({ row }) => row) }))
    } else {
      // The small step first, so that the large frame is the same for all.
      if (entry.position < batch.from) sendPosition(entry, entry.position, batch.from)
      entry.subscriber.send(encodeRows(indices))
    }
    entry.position = batch.to
  }

  function onLost(): void {
    recent.clear()
    roster.clear()
    signals.onLost()
    for (const entries of byUser.values()) entries.forEach(putBehind)
  }

  function putBehind(entry: Entry): void {
    if (entry.position === undefined) return
    entry.position = undefined
    entry.subscriber.send(behindFrame)
  }

  function sendPosition(entry: Entry, from: number, to: number): void {
    entry.subscriber.send(encode({ type: 'ping', log, from, to }))
    entry.position = to
  }

  function isEpoch(epoch: string): boolean {
    if (epoch === follower.epoch) return true
    follower.look()
    return false
  }

  function findMissed(userId: string, epoch: string, cursor: number) {
    const standing = roster.find(userId)
    if (standing === undefined || !isEpoch(epoch)) return undefined
    if (cursor === 0 || standing.changedAt > cursor) return undefined
    if (cursor >= follower.position) return []
    const rows = recent.findSince(cursor)?.filter(({ audience }) => roster.mayHear(userId, audience))
    return rows !== undefined && rows.length <= PULL_PAGE_ROWS ? rows : undefined
  }

  function goLive(entry: Entry, epoch: string, cursor: number): void {
    const missed = findMissed(entry.subscriber.userId, epoch, cursor)
    if (missed === undefined) {
      entry.position = undefined
      entry.subscriber.send(behindFrame)
      return
    }
    entry.position = cursor
    entry.subscriber.send(liveFrame)
    const to = follower.position
    if (to <= cursor) return
    entry.subscriber.send(encode({ type: 'rows', log, from: cursor, to, rows: missed.map(({ row }) => row) }))
    entry.position = to
  }

  function subscribe(subscriber: Subscriber): Subscription | undefined {
    const entries = byUser.get(subscriber.userId) ?? new Set<Entry>()
    const open = [...entries].filter((entry) => entry.subscriber.sessionId === subscriber.sessionId)
    if (open.length >= SOCKETS_PER_SESSION_MAX) return undefined
    const entry: Entry = { subscriber, position: undefined }
    byUser.set(subscriber.userId, entries.add(entry))
    return {
      async resume(epoch, cursor) {
        await learn(subscriber.userId)
        if (entries.has(entry)) goLive(entry, epoch, cursor)
      },
      ping() {
        if (entry.position === undefined) subscriber.send(encode({ type: 'ping', log, from: null, to: null }))
        // Still ahead of the log after a whole heartbeat: this cursor is from the future.
        else if (entry.position > follower.position) putBehind(entry)
        else sendPosition(entry, entry.position, follower.position)
      },
      remove() {
        entries.delete(entry)
        if (entries.size > 0 || byUser.get(subscriber.userId) !== entries) return
        byUser.delete(subscriber.userId)
        roster.forget(subscriber.userId)
      },
    }
  }

  function sessionsEnded(sessionIds: readonly string[]): void {
    const ended = new Set(sessionIds)
    for (const entries of byUser.values()) {
      for (const { subscriber } of [...entries]) if (ended.has(subscriber.sessionId)) subscriber.end()
    }
  }

  let stopListening: (() => void) | undefined
  return {
    log,
    get epoch() {
      return follower.epoch
    },
    isEpoch,
    get position() {
      return follower.position
    },
    async start() {
      stopListening = bus.listen({
        onBatch: () => undefined,
        onSessionsEnded: sessionsEnded,
        onResumed: () => undefined,
      })
      await follower.start()
    },
    subscribe,
    attend: signals.attend,
    async waitForNews(userId, sessionId, cursor, signal) {
      let subscription: Subscription | undefined
      let cancel: () => void = () => undefined
      await new Promise<void>((resolve) => {
        const done = () => resolve()
        cancel = clock.after(LONG_POLL_MS, done)
        signal.addEventListener('abort', done)
        const send = (frame: Buffer) => {
          if (frame !== liveFrame) done()
        }
        subscription = subscribe({ userId, sessionId, isFull: () => false, send, end: done })
        // With too many open already it only waits: answering at once would make the client ask in circles.
        subscription?.resume(follower.epoch, cursor).catch(done)
        if (signal.aborted) done()
      })
      cancel()
      subscription?.remove()
    },
    sessionsEnded,
    listSessions: () => [
      ...new Set([...byUser.values()].flatMap((entries) => [...entries].map(({ subscriber }) => subscriber.sessionId))),
    ],
    close() {
      stopListening?.()
      follower.stop()
      signals.close()
    },
  }
}
