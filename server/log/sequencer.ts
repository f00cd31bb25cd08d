import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { CommandResult } from '../../shared/protocol/results.ts'
import type { Bus } from '../bus/bus.ts'
import type { Store } from '../store/store.ts'
import { createBatch, createNeeds, type Batch, type Needs } from './batch.ts'
import { createGroupCommit, type Submission, type UnitOfWork } from './group-commit.ts'
import { loadRecords } from './load-records.ts'
import { writeBatch } from './write-batch.ts'

export { StoreUnavailable } from './group-commit.ts'

/** The sequencer of the campus: a group commit (see there) of what people with an account do, as its rules decide it. */
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

interface Entry<Command> extends Submission {
  command: Command & { id: string }
  keptFor: string
}

export function createSequencer<Command extends { id: string }>(
  options: SequencerOptions<Command>,
): Sequencer<Command> {
  const commits = createGroupCommit<Entry<Command>, Refusal>({
    ...options,
    begin: (now) => beginUnit(options, now),
    refuse: refusal,
  })
  return {
    async submit(userId, commands) {
      const decisions = await commits.submit(commands.map((command) => ({ command, keptFor: userId })))
      return commands.map(({ id }, index): CommandResult => {
        const decision = decisions[index]
        if (decision === undefined) throw new Error('the log decided fewer commands than it took')
        return 'code' in decision
          ? { status: 'refused', id, code: decision.code, message: decision.message }
          : { status: 'accepted', id, seq: decision.seq }
      })
    },
    close: commits.close,
  }
}

function beginUnit<Command>(
  { log, store, bus, rules }: SequencerOptions<Command>,
  now: number,
): UnitOfWork<Entry<Command>, Refusal> {
  const state = createBatch(now)
  const needs = createNeeds()
  return {
    need: ({ keptFor, command }) => rules.needs(needs, keptFor, command),
    async load(db) {
      state.load(await loadRecords(db, needs))
    },
    decide: ({ keptFor, command }) => rules.decide(state, keptFor, command),
    async write(db, { epoch, head: from }) {
      const stamped = state.stamp(from)
      await writeBatch(store, db, stamped)
      const { head: to, rows } = stamped
      return { head: to, publish: () => bus.publishBatch({ log, epoch, from, to, rows }) }
    },
  }
}
