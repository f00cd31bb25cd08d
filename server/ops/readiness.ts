import type { Bus } from '../bus/bus.ts'
import { STEPS } from '../store/migrate.ts'
import type { Store } from '../store/store.ts'
import { isHealthy } from './is-healthy.ts'

/*
 * Two questions that whoever runs a server asks it, and that are not the same:
 *
 *   /api/health   does the process live?             no: start it again
 *   /api/ready    may it be sent people just now?    no: send them elsewhere, and ask again
 *
 * A database that is away is no reason to start a process again: it goes on by itself when the database is back, and knows
 * meanwhile what a new one would have to read.
 */

export interface ReadyReport {
  status: 'ready' | 'unavailable'
  parts: {
    /** Whether it answers, soon, and takes what is stored. */
    database: 'ok' | 'unavailable'
    /** Whether all steps of this version are there; a newer version may have added some. */
    schema: 'ok' | 'older' | 'unknown'
    /** Degraded, others' messages come up to a second later; nothing is lost, and people may come. */
    bus: 'ok' | 'degraded'
    process: 'ok' | 'stopping'
  }
}

export interface Readiness {
  /** Resolves within seconds, and never throws. */
  check(): Promise<ReadyReport>
  /** From here on nobody is to be sent here any more. */
  beginStopping(): void
}

/** A schema does not lose steps but by a restore, before which every process is stopped. */
const SCHEMA_KNOWN_MS = 60_000

export function createReadiness(parts: {
  store: Pick<Store, 'db' | 'canWrite' | 'listSteps'>
  bus: Pick<Bus, 'isThere'>
  now: () => number
}): Readiness {
  const { store, bus, now } = parts
  let isStopping = false
  let knownUntil = 0

  async function checkSchema(): Promise<ReadyReport['parts']['schema']> {
    if (now() < knownUntil) return 'ok'
    try {
      const steps = await store.listSteps()
      if (!STEPS.every((step) => steps.includes(step))) return 'older'
      knownUntil = now() + SCHEMA_KNOWN_MS
      return 'ok'
    } catch {
      return 'unknown'
    }
  }

  return {
    async check() {
      const answers = await isHealthy(store)
      const schema = answers ? await checkSchema() : 'unknown'
      return {
        status: answers && schema === 'ok' && !isStopping ? 'ready' : 'unavailable',
        parts: {
          database: answers ? 'ok' : 'unavailable',
          schema,
          bus: bus.isThere() ? 'ok' : 'degraded',
          process: isStopping ? 'stopping' : 'ok',
        },
      }
    },
    beginStopping() {
      isStopping = true
    },
  }
}
