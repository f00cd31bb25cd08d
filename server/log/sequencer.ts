import { createHash } from 'node:crypto'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { CommandResult } from '../../shared/protocol/results.ts'
import type { Bus, PublishedBatch } from '../bus/bus.ts'
import type { CommandTable, Database } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { createBatch, createNeeds, type Batch, type Needs } from './batch.ts'
import { loadRecords } from './load-records.ts'
import { lockLog, writeBatch } from './write-batch.ts'

/*
 * The sequencer: the one door through which a process writes to a log.
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
 * - a command is done once: its id is looked up under the lock and stored with its rows;
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

export interface Sequencer<Command> {
  /** Resolves with a result for each command, in order. Throws `StoreUnavailable`. */
  submit(userId: string, commands: readonly Command[]): Promise<CommandResult[]>
  /** Resolves when all that was submitted is answered. */
  close(): Promise<void>
}

export interface Rules<Command> {
  needs(needs: Needs, userId: string, command: Command): void
  decide(batch: Batch, userId: string, command: Command): Refusal | undefined
}

export interface SequencerOptions<Command> {
  log: string
  store: Store
  bus: Pick<Bus, 'publishBatch'>
  rules: Rules<Command>
  now: () => number
  /** Hears of what is a bug or the outside world; returns the id under which it was logged. */
  onError: (error: unknown) => string
}

/**
 * A transaction stays short, and its widest statement below SQLite's 32,766 parameters: nothing writes
 * more than the six of a member row for each 39 bytes (an id in a list) of a command.
 */
const BATCH_COMMANDS_MAX = 500
const BATCH_BYTES_MAX = 192 * 1024
const TRANSIENT_TRIES = 5

interface Waiting<Command> {
  userId: string
  command: Command
  body: string
  resolve(result: CommandResult): void
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

export function createSequencer<Command extends { id: string }>(
  options: SequencerOptions<Command>,
): Sequencer<Command> {
  const { store, bus, rules } = options
  const queue: Waiting<Command>[] = []
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const batch = takeBatch(queue)
      const outcome = await attempt(batch)
      // One command that the database will not have must not fail its neighbours: each goes alone.
      if (outcome.kind === 'statement') await attemptEach(batch)
      else if (outcome.kind === 'down') giveUp(batch, outcome.error)
    }
    running = undefined
  }

  async function attemptEach(batch: readonly Waiting<Command>[]): Promise<void> {
    for (const [index, waiting] of batch.entries()) {
      const outcome = await attempt([waiting])
      if (outcome.kind === 'statement') {
        const id = options.onError(outcome.error)
        waiting.resolve(refused(waiting.command.id, refusal('internal', `Something went wrong on the server (${id}).`)))
      } else if (outcome.kind === 'down') return giveUp(batch.slice(index), outcome.error)
    }
  }

  function giveUp(batch: readonly Waiting<Command>[], cause: unknown): void {
    options.onError(cause)
    const error = new StoreUnavailable('the store cannot take anything now', { cause })
    for (const waiting of [...batch, ...queue.splice(0)]) waiting.reject(error)
  }

  async function attempt(batch: readonly Waiting<Command>[]): Promise<Outcome> {
    for (let tries = 1; ; tries += 1) {
      try {
        const { published, results } = await store.write((db) => transact(db, batch))
        publish(published)
        for (const [index, waiting] of batch.entries()) waiting.resolve(getResult(results, index))
        return { kind: 'done' }
      } catch (error) {
        const kind = isBug(error) ? 'statement' : store.classify(error)
        if (kind !== 'transient') return { kind, error }
        if (tries >= TRANSIENT_TRIES) return { kind: 'down', error }
      }
    }
  }

  async function transact(db: Database, batch: readonly Waiting<Command>[]) {
    const now = options.now()
    const locked = await lockLog(
      db,
      options.log,
      batch.map((waiting) => waiting.command.id),
    )
    const state = createBatch(now)
    const needs = createNeeds()
    for (const { userId, command } of batch) {
      if (!locked.done.has(command.id)) asRule(() => rules.needs(needs, userId, command))
    }
    state.load(await loadRecords(db, needs))

    const done = new Map<string, CommandTable>(locked.done)
    const fresh: CommandTable[] = []
    const decisions = batch.map(({ userId, command, body }): CommandTable | Refusal => {
      const fingerprint = createHash('sha256').update(body).digest('hex')
      const before = done.get(command.id)
      if (before !== undefined) {
        return before.user_id === userId && before.fingerprint === fingerprint ? before : refusal('id_taken')
      }
      const refused = asRule(() => rules.decide(state, userId, command))
      if (refused !== undefined) return refused
      const record = { id: command.id, user_id: userId, fingerprint, seq: 0, created_at: now }
      done.set(command.id, record)
      fresh.push(record)
      return record
    })

    const stamped = state.stamp(locked.head)
    for (const record of fresh) record.seq = stamped.head
    await writeBatch(store, db, options.log, locked.head, stamped, fresh)
    return {
      published: { log: options.log, epoch: locked.epoch, from: locked.head, to: stamped.head, rows: stamped.rows },
      results: decisions.map((decision, index) => toResult(batch[index]?.command.id ?? '', decision)),
    }
  }

  /** The batch is on disk: whatever becomes of the news, its commands are done. */
  function publish(batch: PublishedBatch): void {
    if (batch.to === batch.from) return
    try {
      bus.publishBatch(batch)
    } catch (error) {
      options.onError(error)
    }
  }

  return {
    submit(userId, commands) {
      const results = commands.map(
        (command) =>
          new Promise<CommandResult>((resolve, reject) => {
            queue.push({ userId, command, body: JSON.stringify(command), resolve, reject })
          }),
      )
      // With nothing to do `run` ends before it is noted as running, and would be taken for running ever after.
      if (queue.length > 0) running ??= run()
      return Promise.all(results)
    },
    async close() {
      await running
    },
  }
}

function takeBatch<Command>(queue: Waiting<Command>[]): Waiting<Command>[] {
  let bytes = 0
  let count = 0
  for (const { body } of queue) {
    bytes += body.length
    if (count > 0 && (count === BATCH_COMMANDS_MAX || bytes > BATCH_BYTES_MAX)) break
    count += 1
  }
  return queue.splice(0, count)
}

function toResult(id: string, decision: CommandTable | Refusal): CommandResult {
  return 'code' in decision ? refused(id, decision) : { status: 'accepted', id, seq: decision.seq }
}

function refused(id: string, { code, message }: Refusal): CommandResult {
  return { status: 'refused', id, code, message }
}

function getResult(results: readonly CommandResult[], index: number): CommandResult {
  const result = results[index]
  if (result === undefined) throw new Error('a batch answered fewer commands than it took')
  return result
}
