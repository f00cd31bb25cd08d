import { loadChangesSince, type Changes } from '../log/changes.ts'
import type { Committed } from '../log/group-commit.ts'
import type { AddressedOf, KindTypes, LogKind } from '../log/kind.ts'
import { type History, isOf } from '../log/lineage.ts'
import { NoSuchLog } from '../log/lock-log.ts'
import { findHead, listEndedLineages, type Lineage, type LogHead } from '../log/log-tables.ts'
import type { Store } from '../store/store.ts'

/*
 * Hears a log without ever missing a change: what comes from the bus is only taken when it starts
 * where the last batch ended; whatever is missing is read from the log.
 *
 *   batch.from = position   →  passed on
 *   batch.to  <= position   →  old news, dropped
 *   without its rows, or
 *   otherwise               →  a gap: everything after the position is read and passed on as one batch
 *   head ahead at a poll,
 *   and a moment later      →  a publisher died before it spoke, or the bus is away: read likewise
 *   too much was missed, or
 *   the log was put back    →  lost: the listener starts again at the new position
 *   there is no such log    →  gone: it was deleted
 */

/** Every row that changed after `from`, up to and with `to`. */
export interface LogBatch<Types extends KindTypes> {
  lineage: Lineage
  from: number
  to: number
  rows: readonly AddressedOf<Types>[]
}

export interface LogListener<Types extends KindTypes> {
  onBatch(batch: LogBatch<Types>): void
  /** What came before this position is unknown. */
  onLost(): void
  /** The log was deleted. */
  onGone(): void
}

export interface LogFollower<Types extends KindTypes> {
  /** The log's history, as far as it was heard. */
  readonly history: History
  /** Of clients without lineages. */
  readonly epoch: string
  /** Throws when the store is away, or there is no such log. */
  start(): Promise<void>
  /** What the bus says. */
  hear(committed: Committed<Types>): void
  /** Where the log stands, as a poll found it: what is not ahead of what was heard says whether the log was put back. */
  poll(head: LogHead): void
  /** Where the log stood at a poll, when all that was on its way by then should have come. */
  miss(head: LogHead): void
  /** Looks at the log now, since somebody knows more than has been heard here; resolves when that is done. Never throws. */
  look(): Promise<void>
  stop(): void
}

const MISSED_ROWS_MAX = 2_000

export function createLogFollower<Types extends KindTypes>(options: {
  log: string
  kind: Pick<LogKind<Types>, 'tables' | 'loadChanges'>
  store: Pick<Store, 'db' | 'read'>
  listener: LogListener<Types>
  onError: (error: unknown) => void
  /** Rows were read from the log that had not been heard. */
  onGap?: (() => void) | undefined
}): LogFollower<Types> {
  const { log, kind, store, listener } = options
  let epoch = ''
  let history: History = { current: { id: '', start: 0 }, head: 0, ended: new Map() }
  /** Until `start` has read where the log stands. */
  let reading = true
  /** Those who asked while it was read: what they know may be newer than that. */
  let waiting: (() => void)[] = []
  let stopped = false
  const heard: Committed<Types>[] = []

  function takeHeard(): void {
    for (let batch = heard.shift(); batch !== undefined; batch = heard.shift()) {
      const { lineage, from, to, rows } = batch
      const isCurrent = lineage.id === history.current.id
      if (isCurrent && to <= history.head) continue
      const follows = from === history.head && (isCurrent || lineage.start === from)
      if (!follows || rows === null) return void readMissing()
      const { current, head, ended } = history
      history = { current: lineage, head: to, ended: isCurrent ? ended : new Map(ended).set(current.id, head) }
      listener.onBatch({ lineage, from, to, rows })
    }
  }

  async function readMissing(): Promise<void> {
    if (stopped) return
    if (reading) return new Promise((resolve) => waiting.push(resolve))
    reading = true
    try {
      const changes = await loadChangesSince(store, kind, log, history.head, MISSED_ROWS_MAX)
      if (!isStopped()) take(changes)
    } catch (error) {
      if (error instanceof NoSuchLog) listener.onGone()
      else options.onError(error)
    }
    goOn()
  }

  /** TypeScript takes it that nothing stops while one awaits. */
  function isStopped(): boolean {
    return stopped
  }

  function goOn(): void {
    reading = false
    takeHeard()
    if (waiting.length === 0) return
    const waited = waiting
    waiting = []
    void readMissing().then(() => waited.forEach((resolve) => resolve()))
  }

  function take({ lineage, ended, head, rows }: Changes<Types>): void {
    const before = history
    history = { current: lineage, head, ended }
    const follows = isOf(history, { lineage: before.current.id, cursor: before.head })
    if (!follows || rows === null) listener.onLost()
    else if (head > before.head) {
      options.onGap?.()
      listener.onBatch({ lineage, from: before.head, to: head, rows })
    }
  }

  return {
    get history() {
      return history
    },
    get epoch() {
      return epoch
    },
    async start() {
      const found = await findHead(store.db, kind.tables, log)
      if (found === undefined) throw new Error(`there is no log "${log}"`)
      const ended = await listEndedLineages(store.db, kind.tables, log)
      epoch = found.epoch
      history = { current: found.lineage, head: found.head, ended: new Map(ended.map(({ id, end }) => [id, end])) }
      goOn()
    },
    hear(committed) {
      heard.push(committed)
      if (!reading) takeHeard()
    },
    poll(current) {
      const { head } = history
      const isOther = current.lineage.id !== history.current.id && current.head <= head
      if (isOther || current.head < head) void readMissing()
    },
    miss({ head }) {
      if (head > history.head) void readMissing()
    },
    look: readMissing,
    stop: () => (stopped = true),
  }
}
