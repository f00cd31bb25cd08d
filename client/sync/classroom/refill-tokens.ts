import { findAccount } from '../account.ts'
import { AccountClassroomsDatabase } from './account-classrooms.ts'
import type { ClassroomDatabase } from './database.ts'
import { findIssuer } from './held-key.ts'
import { refreshClassrooms, type RefreshEnvironment } from './refresh.ts'

/** A page asks again only after this: who is no member has none however often it asks. */
const AGAIN_AFTER_MS = 60_000

/**
 * Returns the function that fetches the tokens of a limited classroom when its own page has none: whoever opens it
 * right after signing in, or after being added to its group, was not waited for. It does what the account's app does
 * by itself, for all of its classrooms at once, so that the server hears nothing of which one is open. Never throws;
 * with no network nothing changes.
 */
export function createRefill(
  environment: RefreshEnvironment,
  db: Pick<ClassroomDatabase, 'meta' | 'tokens'>,
  id: string,
): () => Promise<void> {
  let lastAt = -Infinity
  let running: Promise<void> | undefined

  async function refill(): Promise<void> {
    if (environment.clock.now() - lastAt < AGAIN_AFTER_MS) return
    const issuer = await findIssuer(db)
    if (issuer === undefined || issuer.issuer === null || (await db.tokens.count()) > 0) return
    const account = await findAccount()
    if (account === null) return
    lastAt = environment.clock.now()
    await db.meta.put({ key: 'tokens', state: 'fetching' })
    try {
      await refreshClassrooms(environment, account)
    } finally {
      await db.meta.put({ key: 'tokens', state: await findState(account.userId) })
    }
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

  return () =>
    (running ??= refill()
      .catch((error: unknown) => environment.onError(error))
      .finally(() => (running = undefined)))
}
