import {
  getLimit,
  type LimitName,
  LIMIT_PERIOD_MS,
  type LimitSetting,
  toLimitSetting,
} from '../../shared/operate/limits.ts'
import type { LimitValue } from '../../shared/operate/limits.ts'
import type { Command } from '../../shared/protocol/commands.ts'
import { StoreUnavailable } from '../log/group-commit.ts'
import type { Buckets, Draw } from './buckets.ts'
import type { Callers, LimitedCaller } from './callers.ts'
import { type Demand, toDemands } from './demands.ts'
import type { Line } from './line.ts'

/*
 * What somebody may do how often. Commands are asked about before they come to the sequencer, so that nothing is counted while
 * the log is held; they come out in the order in which they went in.
 */

/** It was not done, and can be after so long. */
export interface Slowed {
  retryAfterMs: number
}

type Counted = Pick<LimitedCaller, 'userId' | 'isNewcomer'>

export interface Limits {
  /** For each command of one connection whether it may go; undefined when it may. */
  admit(userId: string, commands: readonly Command[], line: Line): Promise<(Slowed | undefined)[]>
  /** Takes so much of what one person may; undefined when there was enough. */
  take(userId: string, name: LimitName, amount: number): Promise<Slowed | undefined>
  /** The same of what is counted by something else, such as an address. */
  takeOf(of: string, name: LimitName, amount: number): Promise<Slowed | undefined>
}

export function createLimits(options: {
  buckets: Buckets
  callers: Callers
  /** What holds now. */
  getValue: (setting: LimitSetting) => LimitValue
  /** Seconds between two messages of somebody in a conversation; 0 is none. */
  findSlowSeconds: (conversationId: string, caller: LimitedCaller) => number
  now: () => number
  onError: (error: unknown) => void
}): Limits {
  const { buckets, callers, getValue, now, onError } = options

  function toDraw({ name, amount, of }: Demand, { userId, isNewcomer }: Counted): Draw[] {
    const { per, burst } = getLimit(name)
    const value = getValue(toLimitSetting(name, isNewcomer))
    if (value === 'off') return []
    const periodMs = LIMIT_PERIOD_MS[per]
    // Somebody who is no newcomer any more has a bucket of another size: what was taken is counted in its time.
    const key = `${name}:${userId}${of === undefined ? '' : `:${of}`}`
    return [{ key, takesMs: (amount * periodMs) / value, depthMs: burst * periodMs }]
  }

  function toDraws(command: Command, caller: LimitedCaller): Draw[] {
    const draws = toDemands(command, caller).flatMap((demand) => toDraw(demand, caller))
    const seconds = command.type === 'message.send' ? options.findSlowSeconds(command.conversationId, caller) : 0
    if (seconds === 0 || command.type !== 'message.send') return draws
    const slowMs = seconds * 1000
    return [...draws, { key: `slow:${command.conversationId}:${caller.userId}`, takesMs: slowMs, depthMs: slowMs }]
  }

  async function judgeAll(userId: string, commands: readonly Command[], line: Line, before: Promise<unknown>) {
    const caller = await callers.find(userId)
    const draws = commands.map((command) => toDraws(command, caller))
    const waits = await buckets.take(draws)
    await before
    if (line.isBroken) throw new StoreUnavailable()
    const time = now()
    return commands.map((command, index): Slowed | undefined => {
      const taken = draws[index] ?? []
      const waitMs = waits[index] ?? 0
      const stepMs = Math.max(0, ...taken.map(({ takesMs }) => takesMs))
      const until = line.judge(command, waitMs, stepMs, time)
      if (until === 0) return undefined
      if (waitMs === 0) buckets.giveBack(taken).catch(onError)
      return { retryAfterMs: Math.max(1, Math.ceil(until - time)) }
    })
  }

  async function takeOne(name: LimitName, amount: number, counted: Counted): Promise<Slowed | undefined> {
    const [waitMs = 0] = await buckets.take([toDraw({ name, amount }, counted)])
    return waitMs === 0 ? undefined : { retryAfterMs: waitMs }
  }

  return {
    admit(userId, commands, line) {
      const judged = judgeAll(userId, commands, line, line.last)
      line.last = judged.catch(() => undefined)
      return judged
    },
    take: async (userId, name, amount) => takeOne(name, amount, await callers.find(userId)),
    takeOf: (of, name, amount) => takeOne(name, amount, { userId: of, isNewcomer: false }),
  }
}
