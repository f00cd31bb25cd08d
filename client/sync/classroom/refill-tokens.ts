import { findAccount } from '../account.ts'
import { AccountClassroomsDatabase } from './account-classrooms.ts'
import type { ClassroomDatabase } from './database.ts'
import { findIssuer } from './held-key.ts'
import { refreshClassrooms, type RefreshEnvironment } from './refresh.ts'

/** A page asks again only after this: who is no member has none however often it asks. */
const AGAIN_AFTER_MS = 60_000

/** Tokens are here; there are none to be had; the server was not reached, or did not answer. */
export type RefillOutcome = 'fetched' | 'none' | 'unreachable'

export interface Refill {
  /** Fetches tokens where this device has none, unless it asked a moment ago. Never throws. */
  begin(): void
  /** What came of it, once what is under way has ended. */
  outcome(): Promise<RefillOutcome>
  /** When tokens came last, by the clock of this device; -Infinity where they did not. */
  fetchedAt(): number
}

/** Where nobody asks anything, as on the wall. */
export const NO_REFILL: Refill = {
  begin: () => undefined,
  outcome: () => Promise.resolve('none'),
  fetchedAt: () => -Infinity,
}

/**
 * Fetches the tokens of a limited classroom when its own page is opened and has none: whoever opens it right after
 * signing in, or after being added to its group, was not waited for. It does what the account's app does by itself, for
 * all of its classrooms at once, so that the server hears nothing of which one is open; and never because somebody asks.
 * With no network nothing changes.
 */
export function createRefill(
  environment: RefreshEnvironment,
  db: Pick<ClassroomDatabase, 'meta' | 'tokens'>,
  id: string,
): Refill {
  let answeredAt = -Infinity
  let fetchedAt = -Infinity
  let last: Promise<RefillOutcome> = Promise.resolve('none')
  let isRunning = false

  async function refill(): Promise<RefillOutcome> {
    const issuer = await findIssuer(db)
    if (issuer === undefined || issuer.issuer === null) return 'none'
    if ((await db.tokens.count()) > 0) return 'fetched'
    const account = await findAccount()
    if (account === null || environment.clock.now() - answeredAt < AGAIN_AFTER_MS) return 'none'
    await db.meta.put({ key: 'tokens', state: 'fetching' })
    let isAnswered = false
    try {
      // Another tab may be fetching them already: then there is nothing left to do after it.
      isAnswered = (await refreshClassrooms(environment, account, { waits: true })) === 'all'
    } finally {
      await db.meta.put({ key: 'tokens', state: await findState(account.userId) })
    }
    if (isAnswered) answeredAt = environment.clock.now()
    if ((await db.tokens.count()) === 0) return isAnswered ? 'none' : 'unreachable'
    fetchedAt = environment.clock.now()
    return 'fetched'
  }

  async function findState(userId: string): Promise<'none' | 'spent'> {
    const known = new AccountClassroomsDatabase(userId)
    try {
      const kind = (await known.limited.get(id))?.tokens.kind
      return kind === 'fetched' || kind === 'refused' ? 'spent' : 'none'
    } finally {
      known.close()
    }
  }

  return {
    begin() {
      if (isRunning) return
      isRunning = true
      last = refill()
        .catch((error: unknown): RefillOutcome => {
          environment.onError(error)
          return 'unreachable'
        })
        .finally(() => (isRunning = false))
    },
    outcome: () => last,
    fetchedAt: () => fetchedAt,
  }
}
