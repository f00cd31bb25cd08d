import { type Caller, CALLERS } from './world.ts'

/** What each kind of caller gets: a status, or the code of a refusal. */
export type Gets = Record<Caller, string>

const SIGNED_OUT: readonly Caller[] = ['stranger', 'asker', 'expired']

/** The same for all, whoever they are. */
export function everybody(outcome: string): Gets {
  return Object.fromEntries(CALLERS.map((caller) => [caller, outcome])) as Gets
}

/** The same for all who have an account and may use it, but for these. */
export function signedIn(outcome: string, others: Partial<Gets> = {}): Gets {
  const refused = Object.fromEntries(SIGNED_OUT.map((caller) => [caller, 'not_signed_in']))
  return { ...everybody(outcome), ...refused, suspended: 'suspended', ...others }
}

/** One outcome for these, another for all others with an account. */
export function only(callers: readonly Caller[], outcome: string, others: string): Gets {
  return signedIn(others, Object.fromEntries(callers.map((caller) => [caller, outcome])))
}

export const moderators = (outcome: string) => only(['moderator', 'operator'], outcome, 'forbidden')
export const operators = (outcome: string) => only(['operator'], outcome, 'forbidden')
