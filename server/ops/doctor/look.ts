import type { Config } from '../../config.ts'
import type { Store } from '../../store/store.ts'
import type { Ask } from './ask.ts'

/*
 * A look at one thing that a ChatBox rests on. It changes nothing but what it takes back, resolves within some seconds, and says what
 * to do in words that an operator can follow. To add one: a file in `looks/`, and its line in `doctor.ts`.
 */

export interface Verdict {
  status: 'ok' | 'warn' | 'fail' | 'skipped'
  /** What was found. No password is in it. */
  sentence: string
  /** What to do; null where nothing is to be done. */
  advice: string | null
}

export interface DoctorParts {
  config: Config
  /** The names of what is set in the environment, whatever it is. */
  environment: readonly string[]
  /** Undefined where there is none that answers, or one of another version: what is said of the database says why. */
  store: Store | undefined
  now: () => number
  /** Asks a website, or a server of ours. */
  ask: Ask
}

export interface Look {
  name: string
  look(parts: DoctorParts): Promise<readonly Verdict[]>
}

export const ok = (sentence: string): Verdict => ({ status: 'ok', sentence, advice: null })
export const skipped = (sentence: string): Verdict => ({ status: 'skipped', sentence, advice: null })
export const warn = (sentence: string, advice: string): Verdict => ({ status: 'warn', sentence, advice })
export const fail = (sentence: string, advice: string): Verdict => ({ status: 'fail', sentence, advice })

export const NO_DATABASE = skipped('Not looked at: that needs a database of this version that answers.')

/** What broke, as a code or in the words of whoever threw it. */
export function toReason(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
