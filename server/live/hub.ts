import { type Clock } from '../../shared/clock.ts'
import { LONG_POLL_MS, PULL_PAGE_ROWS } from '../../shared/protocol/limits.ts'
import type { KindTypes, LogKind } from '../log/kind.ts'
import { isOf, type LogPosition } from '../log/lineage.ts'
import type { Lineage, LogHead } from '../log/log-tables.ts'
import type { Audiences, RightChange } from './audiences.ts'
import { createRowsEncoder, type FrameWriter } from './frames.ts'
import type { LogBatch, LogFollower, LogListener } from './log-follower.ts'
import { createRecentBatches, keepLatest } from './recent-batches.ts'
import { createTurns } from './turns.ts'

/*
 * The hub of one log: sends each follower of this process what the log brings, as long as it can be sure.
 *
 *             resume: the cursor is within recent memory,
 *             and what the follower may hear has not changed since
 *     behind ─────────────────────────────────────────────▶ live
 *       ▲                                                     │
 *       └─────────────────────────────────────────────────────┘
 *         what the follower may hear changed · the log was lost ·
 *         it does not drain · a cursor from the future
 *
 * Followers of a deleted log are disconnected.
 *
 * Live, a follower has a position: everything that it may hear up to there has been sent to it, in order.
 * Behind, it gets no rows, and has to pull. A change of what somebody may hear puts behind, so the rules of
 * arriving and leaving, and of who learns what others have seen, stand in the pull alone. It is
 * noted before any row of the same batch is sent, so whoever is removed hears nothing of it.
 */

/** Whoever follows: a socket or a waiting request. None of these may throw. */
export interface Follower<Types extends KindTypes> {
  readonly reader: Types['reader']
  readonly writer: FrameWriter<Types['row']>
  /** Whether it has too much unsent to take more. */
  isFull(): boolean
  send(frame: Buffer): void
  /** It may not follow any more, or there is nothing left to follow: nothing more may be sent. */
  end(why: 'no right' | 'no log'): void
}

export interface Following {
  /** Resolves when the follower is live or behind, and has been sent which. Throws when the store is away. */
  resume(from: LogPosition): Promise<void>
  /** Up to where everything was sent; undefined while behind. */
  readonly position: LogPosition | undefined
  /** Sends a sign of life, with the position as far as the follower may move on to it. */
  ping(isAnswered: boolean): void
  remove(): void
}

export interface Hub<Types extends KindTypes> {
  readonly log: string
  /** Resolves with where the log stands, once that is known here. Throws when the store is away. */
  findPosition(): Promise<LogHead>
  /** Where the log stands as far as this process has heard. */
  readonly position: LogHead
  /** Whether a position is of the log's history, as far as this process has heard. */
  knows(from: LogPosition): boolean
  follow(follower: Follower<Types>): Following
  /** Pings all who have resumed. */
  pingAll(): void
  /** Resolves when there may be something after the cursor, when nothing came for `LONG_POLL_MS`, or when aborted. */
  waitForNews(reader: Types['reader'], cursor: number, signal: AbortSignal): Promise<void>
  readonly isEmpty: boolean
}

/** Brought up to date in one turn of the event loop, some milliseconds' work: who sends meanwhile is heard between two. */
const RESUMES_MAX = 50

interface Entry<Types extends KindTypes> {
  readonly key: string
  follower: Follower<Types>
  /** Undefined while behind. */
  position: number | undefined
  /** The lineage that it takes what it is sent for. */
  lineage: string
  hasResumed: boolean
}

/** Told how followers catch up; none of these may throw. */
export interface HubObserver {
  onResumed(outcome: 'live' | 'behind'): void
  onPutBehind(): void
  /** Something was read from the log that the bus had not brought. */
  onGap(): void
  onLost(): void
}

/** What else wants to hear of each batch, in the same turn. */
export type Onlooker<Types extends KindTypes> = Omit<LogListener<Types>, 'onGone'>

/** One that hears what all of these hear. */
export function joinOnlookers<Types extends KindTypes>(...onlookers: Onlooker<Types>[]): Onlooker<Types> {
  return {
    onBatch: (batch) => onlookers.forEach((one) => one.onBatch(batch)),
    onLost: () => onlookers.forEach((one) => one.onLost()),
  }
}

export function createHub<Types extends KindTypes>(options: {
  log: string
  toRowKey: LogKind<Types>['toRowKey']
  audiences: Audiences<Types>
  /** Makes what hears the log. */
  createFollower: (listener: LogListener<Types>) => LogFollower<Types>
  clock: Clock
  onlooker?: Onlooker<Types> | undefined
  observer?: HubObserver | undefined
  onEmpty: () => void
}): Hub<Types> & Pick<LogFollower<Types>, 'hear' | 'poll' | 'miss' | 'look' | 'stop'> {
  const { log, audiences, clock, onlooker, observer } = options
  const byKey = new Map<string, Set<Entry<Types>>>()
  const recent = createRecentBatches<Types>(audiences.topicOf)
  const encodeRows = createRowsEncoder<Types['row']>()
  const inTurn = createTurns(RESUMES_MAX)
  const logFollower = options.createFollower({ onBatch, onLost, onGone })
  let started: Promise<void> | undefined

  const position = (): LogHead => {
    const { current: lineage, head } = logFollower.history
    return { epoch: logFollower.epoch, lineage, head }
  }

  function onBatch(batch: LogBatch<Types>): void {
    recent.add(batch)
    for (const addressed of batch.rows) {
      const change = audiences.note(addressed)
      if (change !== undefined) changeRight(change)
    }
    onlooker?.onBatch(batch)
    const toAll: Types['row'][] = []
    const toSome = new Map<string, Types['row'][]>()
    for (const { row, audience } of batch.rows) {
      const hearers = audiences.listHearers(audience)
      if (hearers === 'all') {
        toAll.push(row)
        for (const rows of toSome.values()) rows.push(row)
      } else {
        for (const key of hearers) {
          if (!byKey.has(key)) continue
          const rows = toSome.get(key) ?? [...toAll]
          toSome.set(key, rows)
          rows.push(row)
        }
      }
    }
    // Also whoever hears of no row moves on, at the latest with the next ping.
    if (toAll.length === 0) {
      for (const [key, rows] of toSome) for (const entry of byKey.get(key) ?? []) deliver(entry, batch, rows)
    } else {
      for (const [key, entries] of byKey) {
        const rows = toSome.get(key) ?? toAll
        for (const entry of entries) deliver(entry, batch, rows)
      }
    }
  }

  function changeRight({ key, becomes }: RightChange): void {
    const entries = key === 'all' ? [...byKey.values()].flatMap((some) => [...some]) : [...(byKey.get(key) ?? [])]
    for (const entry of entries) {
      if (becomes === 'behind') putBehind(entry)
      else entry.follower.end('no right')
    }
  }

  function deliver(entry: Entry<Types>, batch: LogBatch<Types>, rows: readonly Types['row'][]): void {
    const { follower } = entry
    if (entry.position === undefined || batch.to <= entry.position) return
    if (follower.isFull()) return putBehind(entry)
    enter(entry, batch.lineage)
    if (entry.position > batch.from) {
      // It pulled past the beginning of this batch before we heard of it.
      const after = entry.position
      const later = rows.filter(({ seq }) => seq > after)
      follower.send(encodeRows(follower.writer, { lineage: batch.lineage, from: after, to: batch.to }, later))
    } else {
      // The small step first, so that the large frame is the same for all.
      if (entry.position < batch.from) {
        // Whatever lineage it is in by then: that of the batch has not begun after its end.
        const step = follower.writer.nothing({ lineage: batch.lineage, from: entry.position, to: batch.from })
        if (step !== undefined) follower.send(step)
      }
      follower.send(encodeRows(follower.writer, batch, rows))
    }
    entry.position = batch.to
  }

  /** Says in which lineage what follows is, where that was another one. */
  function enter(entry: Entry<Types>, lineage: Pick<Lineage, 'id'>): void {
    if (entry.lineage === lineage.id) return
    entry.lineage = lineage.id
    const frame = entry.follower.writer.lineage(lineage)
    if (frame !== undefined) entry.follower.send(frame)
  }

  function onLost(): void {
    recent.clear()
    audiences.clear()
    onlooker?.onLost()
    observer?.onLost()
    for (const entries of byKey.values()) entries.forEach(putBehind)
  }

  function onGone(): void {
    recent.clear()
    for (const entry of [...byKey.values()].flatMap((entries) => [...entries])) entry.follower.end('no log')
  }

  function putBehind(entry: Entry<Types>): void {
    if (entry.position === undefined) return
    entry.position = undefined
    observer?.onPutBehind()
    entry.follower.send(entry.follower.writer.behind())
  }

  function findMissed(key: string, from: LogPosition): Types['row'][] | undefined {
    const changedAt = audiences.findChangedAt(key)
    const { cursor } = from
    if (changedAt === undefined || !isOf(logFollower.history, from)) return undefined
    if (cursor === 0 || changedAt > cursor) return undefined
    if (cursor === logFollower.history.head) return []
    const heard = recent
      .findSince(cursor, audiences.listTopics(key))
      ?.filter(({ audience }) => audiences.mayHear(key, audience))
    // Beyond a page it costs this process less to be asked for pages than to look for what changed twice.
    if (heard === undefined || heard.length > PULL_PAGE_ROWS) return undefined
    return keepLatest(
      heard.map(({ row }) => row),
      options.toRowKey,
    )
  }

  function goLive(entry: Entry<Types>, from: LogPosition): void {
    const { follower, key } = entry
    const { writer } = follower
    const { cursor } = from
    const missed = findMissed(key, from)
    entry.hasResumed = true
    observer?.onResumed(missed === undefined ? 'behind' : 'live')
    if (missed === undefined) {
      entry.position = undefined
      follower.send(writer.behind())
      return
    }
    const { current: lineage, head: to } = logFollower.history
    entry.position = cursor
    entry.lineage = lineage.id
    follower.send(writer.live(position(), cursor))
    if (to <= cursor) return
    follower.send(encodeRows(writer, { lineage, from: cursor, to }, missed))
    entry.position = to
  }

  function ping(entry: Entry<Types>, isAnswered: boolean): void {
    const { follower } = entry
    const { current: lineage, head: to } = logFollower.history
    // Still ahead of the log after a whole heartbeat: this cursor is from the future.
    if (entry.position !== undefined && entry.position > to) putBehind(entry)
    const span = entry.position === undefined ? null : { lineage, from: entry.position, to }
    if (span !== null) enter(entry, lineage)
    follower.writer.ping(span, position(), isAnswered).forEach(follower.send)
    if (span !== null) entry.position = to
  }

  async function findPosition(): Promise<LogHead> {
    started ??= logFollower.start().catch((error: unknown) => {
      started = undefined
      throw error
    })
    await started
    return position()
  }

  function follow(follower: Follower<Types>): Following {
    const key = audiences.keyOf(follower.reader)
    const entries = byKey.get(key) ?? new Set<Entry<Types>>()
    const entry: Entry<Types> = { key, follower, position: undefined, lineage: '', hasResumed: false }
    byKey.set(key, entries.add(entry))
    return {
      get position() {
        if (entry.position === undefined) return undefined
        return { lineage: logFollower.history.current.id, cursor: entry.position }
      },
      async resume(from) {
        await findPosition()
        // Another process may have sent it more than has been heard here; if not, it stands in another history.
        if (!isOf(logFollower.history, from)) await logFollower.look()
        await audiences.learn(key)
        await inTurn(() => {
          if (entries.has(entry)) goLive(entry, from)
        })
        if (!byKey.has(key)) audiences.release(key)
      },
      ping: (isAnswered) => ping(entry, isAnswered),
      remove() {
        entries.delete(entry)
        if (entries.size > 0 || byKey.get(key) !== entries) return
        byKey.delete(key)
        audiences.release(key)
        if (byKey.size === 0) options.onEmpty()
      },
    }
  }

  return {
    log,
    get position() {
      return position()
    },
    get isEmpty() {
      return byKey.size === 0
    },
    findPosition,
    knows: (from) => isOf(logFollower.history, from),
    follow,
    pingAll() {
      for (const entries of byKey.values()) for (const entry of entries) if (entry.hasResumed) ping(entry, true)
    },
    async waitForNews(reader, cursor, signal) {
      let following: Following | undefined
      let cancel: () => void = () => undefined
      await new Promise<void>((resolve) => {
        const done = () => resolve()
        cancel = clock.after(LONG_POLL_MS, done)
        signal.addEventListener('abort', done)
        const send = (frame: Buffer) => {
          if (frame === NEWS) done()
        }
        following = follow({ reader, writer: createWaiter<Types>(), isFull: () => false, end: done, send })
        findPosition()
          .then(({ lineage }) => following?.resume({ lineage: lineage.id, cursor }))
          .catch(done)
        if (signal.aborted) done()
      })
      cancel()
      following?.remove()
    },
    hear: logFollower.hear,
    poll: logFollower.poll,
    miss: logFollower.miss,
    look: logFollower.look,
    stop: logFollower.stop,
  }
}

const NEWS = Buffer.from('news')
const NO_NEWS = Buffer.from('no news')

/** For whoever waits, all that matters is whether there may be something to pull. */
function createWaiter<Types extends KindTypes>(): FrameWriter<Types['row']> {
  const [news, noNews] = [() => NEWS, () => NO_NEWS]
  return {
    ...{ welcome: noNews, live: noNews, nothing: noNews, lineage: noNews, behind: news, rows: news },
    row: () => '',
    ping: () => [],
  }
}
