import type { Store } from '../store/store.ts'
import {
  createGroupCommit,
  type Committed,
  type Decision,
  type GroupCommit,
  type ObserveBatch,
} from './group-commit.ts'
import type { KindTypes, LogKind } from './kind.ts'
import type { Left } from './lineage.ts'

/** Writes to the logs of one kind: a group commit (see there) for each log that is written to. */
export interface Sequencer<Types extends KindTypes> {
  /** Resolves with a decision about each entry, in order. Throws `StoreUnavailable`. */
  submit(log: string, entries: readonly Types['entry'][]): Promise<Decision<Types>[]>
  /** Resolves when all that was submitted is answered and published. */
  close(): Promise<void>
}

export interface SequencerOptions<Types extends KindTypes> {
  store: Store
  kind: Pick<LogKind<Types>, 'tables' | 'begin' | 'toKeptTime' | 'refuse'>
  publish(committed: Committed<Types>): void
  now: () => number
  /** See the group commit's. */
  nextTurn?: (() => Promise<void>) | undefined
  /** Hears of what is a bug or the outside world; returns the id under which it was logged. */
  onError: (error: unknown) => string
  observe?: ObserveBatch | undefined
}

const LOGS_KNOWN_MAX = 5_000

export function createSequencer<Types extends KindTypes>(options: SequencerOptions<Types>): Sequencer<Types> {
  // One that has nothing to do holds nothing, and is made again when it is needed.
  const busy = new Map<string, { commits: GroupCommit<Types>; submissions: number }>()
  // Of those written to longest ago it is forgotten: then a new lineage begins, which does no harm.
  const lefts = new Map<string, Left>()

  function open(log: string): GroupCommit<Types> {
    const left = {
      get: () => lefts.get(log),
      set(value: Left | undefined) {
        // A store that was away may be another one for all logs.
        if (value === undefined) return lefts.clear()
        lefts.delete(log)
        lefts.set(log, value)
        const [oldest] = lefts.keys()
        if (lefts.size > LOGS_KNOWN_MAX && oldest !== undefined) lefts.delete(oldest)
      },
    }
    return createGroupCommit({ ...options, log, left })
  }

  return {
    async submit(log, entries) {
      const found = busy.get(log) ?? { commits: open(log), submissions: 0 }
      busy.set(log, found)
      found.submissions += 1
      try {
        return await found.commits.submit(entries)
      } finally {
        found.submissions -= 1
        if (found.submissions === 0) busy.delete(log)
      }
    },
    async close() {
      await Promise.all([...busy.values()].map(({ commits }) => commits.close()))
      // By then all of it is published too.
      await options.nextTurn?.()
    },
  }
}
