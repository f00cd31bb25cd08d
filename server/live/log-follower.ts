import { repeat, type Clock } from '../../shared/clock.ts'
import type { Bus, PublishedBatch } from '../bus/bus.ts'
import { getHead, loadChangesSince } from '../log/changes.ts'
import type { Store } from '../store/store.ts'

/*
 * Hears a log without ever missing a change: what comes from the bus is only taken when it starts
 * where the last batch ended; whatever is missing is read from the log.
 *
 *   batch.from = position   →  told on
 *   batch.to  <= position   →  old news, dropped
 *   otherwise               →  a gap: everything after the position is read and told on as one batch
 *   head ahead at two polls →  a publisher died before it spoke: read likewise
 *   too much was missed, or
 *   the epoch is another    →  lost: the listener starts again at the new position
 */

export interface LogListener {
  onBatch(batch: PublishedBatch): void
  /** What came before this position is unknown. */
  onLost(): void
}

export interface LogFollower {
  readonly epoch: string
  readonly position: number
  start(): Promise<void>
  /** Looks at the log now: somebody knows more than has been heard here. */
  look(): void
  stop(): void
}

const POLL_MS = 1_000
const MISSED_ROWS_MAX = 2_000

export function createLogFollower(options: {
  log: string
  store: Store
  bus: Bus
  clock: Clock
  listener: LogListener
  onError: (error: unknown) => void
}): LogFollower {
  const { log, store, bus, listener } = options
  let epoch = ''
  let position = 0
  let headAtLastPoll = 0
  let reading = false
  const heard: PublishedBatch[] = []
  const stops: (() => void)[] = []

  function hear(batch: PublishedBatch): void {
    if (batch.log !== log) return
    heard.push(batch)
    if (!reading) takeHeard()
  }

  function takeHeard(): void {
    for (let batch = heard.shift(); batch !== undefined; batch = heard.shift()) {
      if (batch.epoch === epoch && batch.to <= position) continue
      if (batch.epoch !== epoch || batch.from !== position) return readMissing()
      position = batch.to
      listener.onBatch(batch)
    }
  }

  function readMissing(): void {
    if (reading) return
    reading = true
    loadChangesSince(store, log, position, MISSED_ROWS_MAX)
      .then(({ epoch: current, head, rows }) => {
        if (current !== epoch || rows === null || head < position) {
          epoch = current
          position = head
          listener.onLost()
        } else if (head > position) {
          const batch = { log, epoch, from: position, to: head, rows }
          position = head
          listener.onBatch(batch)
        }
      })
      .catch(options.onError)
      .finally(() => {
        reading = false
        takeHeard()
      })
  }

  async function poll(): Promise<void> {
    try {
      const current = await getHead(store.db, log)
      // Once ahead may be news still on its way; twice is news that never comes.
      if (current.epoch !== epoch || current.head < position || headAtLastPoll > position) readMissing()
      headAtLastPoll = current.head
    } catch (error) {
      options.onError(error)
    }
  }

  return {
    get epoch() {
      return epoch
    },
    get position() {
      return position
    },
    async start() {
      stops.push(bus.listen({ onBatch: hear, onSessionsEnded: () => undefined, onResumed: readMissing }))
      reading = true
      const current = await getHead(store.db, log)
      epoch = current.epoch
      position = current.head
      headAtLastPoll = current.head
      reading = false
      takeHeard()
      stops.push(repeat(options.clock, POLL_MS, poll))
    },
    look: readMissing,
    stop: () => stops.forEach((stop) => stop()),
  }
}
