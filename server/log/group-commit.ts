import { createHash } from 'node:crypto'
import type { CommandTable, Database } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { KindTypes, LogKind, Submission, Written } from './kind.ts'
import { beginLineage, followsOn, isOf, type Left, type LogPosition } from './lineage.ts'
import { lockLog, NoSuchLog, toMovedHead, type LockedLog } from './lock-log.ts'
import { listEndedLineages, type Lineage } from './log-tables.ts'

/*
 * Group commit: the one door through which a process writes to a log, whichever log it is.
 *
 *      submit            a transaction ends              commit            publish
 *   ───────────▶ queue ─────────────────────▶ batch ───────────▶ answered ─────────▶ bus
 *                  ▲                            │
 *                  └── nothing in flight: at ───┘ refused by the database: undone, then tried
 *                      once, with no timer        again, or one command at a time
 *
 * One transaction is in flight at a time. While it is, commands gather; the next one takes them all.
 * Each takes the log row first, so that writers in several processes run one after another, and:
 *
 * - seq order is commit order: who reads seq s also reads everything before it;
 * - the log has no gaps: the head moves by the number of changed rows, in the same transaction;
 * - a command is done once: its id is looked up under the lock and stored with its rows, or, where
 *   nothing of it is kept, what it makes tells that it was done;
 * - what one caller submits is decided in that order, also over several calls;
 * - an answer is given only after its rows are on disk, and `accepted` names a seq that covers them;
 * - when the store fails, everything that waits fails with it (`StoreUnavailable`), so that a later
 *   command of somebody never overtakes an earlier one that must be sent again.
 *
 * A crash between commit and publish delays the news until the hubs next look at the head; it loses
 * nothing.
 */

/** The store cannot take anything now. Whether the commands were done is unknown: sending them again finds out. */
export class StoreUnavailable extends Error {}

export interface GroupCommit<Types extends KindTypes> {
  /** Resolves with a decision about each entry, in order. Throws `StoreUnavailable`. */
  submit(entries: readonly Types['entry'][]): Promise<Decision<Types>[]>
  /** Resolves when all that was submitted is answered. */
  close(): Promise<void>
}

/** The position in the log at which a command took effect. */
export interface Accepted {
  seq: number
}

export type Decision<Types extends KindTypes> = Accepted | Types['refusal']

/** What one transaction added to a log. */
export interface Committed<Types extends KindTypes> {
  log: string
  lineage: Lineage
  from: number
  to: number
  rows: Written<Types>['rows']
}

/** Told of each batch how many commands it has; calls what it returns when their end is known. */
export type ObserveBatch = (commands: number) => () => void

export interface GroupCommitOptions<Types extends KindTypes> {
  log: string
  store: Store
  kind: Pick<LogKind<Types>, 'tables' | 'begin' | 'toKeptTime' | 'refuse'>
  /** Where this process left the log when it last wrote to it; the group commit keeps it up to date. */
  left: { get(): Left | undefined; set(left: Left | undefined): void }
  /** Called for each transaction that moved the head, once it is on disk. */
  publish(committed: Committed<Types>): void
  now: () => number
  /** Resolves once what has arrived by now is taken in, and what was answered is on its way. Left out: at once. */
  nextTurn?: (() => Promise<void>) | undefined
  /** Hears of what is a bug or the outside world; returns the id under which it was logged. */
  onError: (error: unknown) => string
  observe?: ObserveBatch | undefined
}

/**
 * A transaction stays short, and its widest statement below SQLite's 32,766 parameters: nothing writes
 * more than the eight of a member row for each 39 bytes (an id in a list) of a command.
 */
const BATCH_COMMANDS_MAX = 500
const BATCH_BYTES_MAX = 152 * 1024
const TRANSIENT_TRIES = 5

interface Waiting<Types extends KindTypes> {
  entry: Types['entry']
  /** What its sender said. */
  body: string
  /** What is written of it takes about as much. */
  size: number
  resolve(decision: Decision<Types>): void
  reject(error: StoreUnavailable): void
}

/** A rule threw: a bug in our code, not the store. */
class RuleFailure extends Error {}

function isBug(error: unknown): boolean {
  return [RuleFailure, TypeError, RangeError, ReferenceError].some((kind) => error instanceof kind)
}

function asRule<Answer>(work: () => Answer): Answer {
  try {
    return work()
  } catch (cause) {
    throw new RuleFailure('a rule threw', { cause })
  }
}

type Outcome = { kind: 'done' } | { kind: 'down' | 'statement'; error: unknown }

export function createGroupCommit<Types extends KindTypes>(options: GroupCommitOptions<Types>): GroupCommit<Types> {
  type Queued = Waiting<Types>
  const { log, store, kind } = options
  const queue: Queued[] = []
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (queue.length > 0) {
      // A store in this thread answers before anything else is read, and each command would be a batch of its own.
      if (options.nextTurn !== undefined) await options.nextTurn()
      const batch = takeBatch(queue)
      const onEnded = options.observe?.(batch.length)
      const outcome = await attempt(batch)
      onEnded?.()
      // One command that the database will not have must not fail its neighbours: each goes alone.
      if (outcome.kind === 'statement') await attemptEach(batch)
      else if (outcome.kind === 'down') giveUp(batch, outcome.error)
    }
    running = undefined
  }

  async function attemptEach(batch: readonly Queued[]): Promise<void> {
    for (const [index, waiting] of batch.entries()) {
      const outcome = await attempt([waiting])
      if (outcome.kind === 'statement') {
        const id = options.onError(outcome.error)
        waiting.resolve(kind.refuse('internal', `Something went wrong on the server (${id}).`))
      } else if (outcome.kind === 'down') return giveUp(batch.slice(index), outcome.error)
    }
  }

  function giveUp(batch: readonly Queued[], cause: unknown): void {
    options.onError(cause)
    // What answers next may be another database, or one that was put back.
    options.left.set(undefined)
    // Without its cause: what a database says may hold what somebody wrote, and whoever catches this may log it.
    const error = new StoreUnavailable('the store cannot take anything now')
    for (const waiting of [...batch, ...queue.splice(0)]) waiting.reject(error)
  }

  async function attempt(batch: readonly Queued[]): Promise<Outcome> {
    for (let tries = 1; ; tries += 1) {
      try {
        const { committed, left, decisions, onCommitted } = await store.write((db) => transact(db, batch))
        const moved = committed.to > committed.from
        if (moved) options.left.set(left)
        for (const [index, waiting] of batch.entries()) waiting.resolve(getDecision(decisions, index))
        announceLater(() => {
          if (moved) announce(() => options.publish(committed))
          if (onCommitted !== undefined) announce(onCommitted)
        })
        return { kind: 'done' }
      } catch (error) {
        if (error instanceof NoSuchLog) {
          for (const waiting of batch) waiting.resolve(kind.refuse('not_found'))
          return { kind: 'done' }
        }
        const found = isBug(error) ? 'statement' : store.classify(error)
        if (found !== 'transient') return { kind: found, error }
        if (tries >= TRANSIENT_TRIES) return { kind: 'down', error }
      }
    }
  }

  async function transact(
    db: Database,
    batch: readonly Queued[],
  ): Promise<
    { committed: Committed<Types>; left: Left; decisions: Decision<Types>[] } & Pick<Written<Types>, 'onCommitted'>
  > {
    const now = options.now()
    const kept = batch.flatMap(({ entry }) => (entry.keptFor === null ? [] : [entry.command.id]))
    const unit = kind.begin(log, now)
    for (const { entry } of batch) asRule(() => unit.need(entry))
    const locked = await lockLog(store, db, kind.tables, log, kept, unit.ask(db))
    const strangers = await findStrangers(db, locked, batch)
    await unit.load(db, locked.answers)

    const done = new Map<string, CommandTable>(locked.done)
    const fresh: CommandTable[] = []
    /** Accepted ones learn their seq when all are decided. */
    const decisions = batch.map(({ entry, body }): Decision<Types> => {
      const { command, keptFor } = entry
      if (strangers.has(entry)) return kind.refuse('lineage_ended')
      const fingerprint = keptFor === null ? '' : createHash('sha256').update(body).digest('hex')
      const before = keptFor === null ? undefined : done.get(command.id)
      if (before !== undefined) {
        return before.user_id === keptFor && before.fingerprint === fingerprint ? before : kind.refuse('id_taken')
      }
      const refused = asRule(() => unit.decide(entry))
      if (refused !== undefined) return refused
      if (keptFor === null) return { seq: 0 }
      const record = { id: command.id, user_id: keptFor, fingerprint, seq: 0, created_at: kind.toKeptTime(now) }
      done.set(command.id, record)
      fresh.push(record)
      return record
    })

    const written = await unit.write(db, locked.head)
    for (const record of fresh) record.seq = written.head
    const moved = written.head > locked.head
    const begun = moved ? await beginWhereNew(db, locked) : undefined
    await store.runLast(db, [
      ...(written.statements ?? []),
      ...store.toInserts(kind.tables.command, fresh),
      ...(moved ? [toMovedHead(db, kind.tables, log, written.head, begun)] : []),
    ])
    const lineage = begun ?? locked.lineage
    return {
      committed: { log, lineage, from: locked.head, to: written.head, rows: written.rows },
      left: { lineage: lineage.id, head: written.head, database: locked.database },
      ...(written.onCommitted !== undefined && { onCommitted: written.onCommitted }),
      decisions: decisions.map((decision) => (isRefused(decision) ? decision : toAccepted(decision, written.head))),
    }
  }

  /** Those whose clients stand in another history than the log's: what it lost of theirs has to go first. */
  async function findStrangers(
    db: Database,
    { lineage: current, head }: LockedLog,
    batch: readonly Queued[],
  ): Promise<ReadonlySet<Types['entry']>> {
    const positioned = batch.flatMap(({ entry }) => (entry.from === undefined ? [] : [{ entry, from: entry.from }]))
    const isElsewhere = ({ from }: { from: LogPosition }) => from.lineage !== '' && from.lineage !== current.id
    const lineages = positioned.some(isElsewhere) ? await listEndedLineages(db, kind.tables, log) : []
    const ended = new Map(lineages.map(({ id, end }) => [id, end]))
    return new Set(positioned.flatMap(({ entry, from }) => (isOf({ current, head, ended }, from) ? [] : [entry])))
  }

  async function beginWhereNew(db: Database, locked: LockedLog): Promise<Lineage | undefined> {
    const findEnd = async (lineage: string) =>
      (await listEndedLineages(db, kind.tables, log)).find(({ id }) => id === lineage)?.end
    if (await followsOn(locked, options.left.get(), findEnd)) return undefined
    return beginLineage(db, kind.tables, log, locked)
  }

  /** In the order of the batches; who gave a command need not wait until thousands have heard of it. */
  function announceLater(work: () => void): void {
    const turn = options.nextTurn?.()
    if (turn === undefined) work()
    else void turn.then(work)
  }

  /** The batch is on disk: whatever becomes of the news, its commands are done. */
  function announce(work: () => void): void {
    try {
      work()
    } catch (error) {
      options.onError(error)
    }
  }

  return {
    submit(entries) {
      const decisions = entries.map(
        (entry) =>
          new Promise<Decision<Types>>((resolve, reject) => {
            queue.push({ entry, ...measure(entry), resolve, reject })
          }),
      )
      // With nothing to do `run` ends before it is noted as running, and would be taken for running ever after.
      if (queue.length > 0) running ??= run()
      return Promise.all(decisions)
    },
    async close() {
      await running
    },
  }
}

/** Whether a decision about a command is a refusal. */
export function isRefused<Refusal extends { code: string }>(decision: Accepted | Refusal): decision is Refusal {
  return 'code' in decision
}

function toAccepted({ seq }: Accepted, head: number): Accepted {
  return { seq: seq === 0 ? head : seq }
}

function measure({ command, said }: Submission): { body: string; size: number } {
  const done = JSON.stringify(command)
  return said === undefined ? { body: done, size: done.length } : { body: JSON.stringify(said), size: done.length }
}

function takeBatch<Queued extends { size: number }>(queue: Queued[]): Queued[] {
  let bytes = 0
  let count = 0
  for (const { size } of queue) {
    bytes += size
    if (count > 0 && (count === BATCH_COMMANDS_MAX || bytes > BATCH_BYTES_MAX)) break
    count += 1
  }
  return queue.splice(0, count)
}

function getDecision<Decision>(decisions: readonly Decision[], index: number): Decision {
  const decision = decisions[index]
  if (decision === undefined) throw new Error('a batch answered fewer commands than it took')
  return decision
}
