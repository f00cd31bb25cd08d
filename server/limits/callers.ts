import { NEWCOMER_MS } from '../../shared/operate/limits.ts'
import type { Store } from '../store/store.ts'

/** Somebody, as far as limits ask. */
export interface LimitedCaller {
  userId: string
  /** Registered less than a day ago, and has no role. */
  isNewcomer: boolean
  /** Operates this ChatBox or moderates it. */
  isModerator: boolean
}

export interface Callers {
  find(userId: string): Promise<LimitedCaller>
}

/** Roles change, and are asked for again after so long. */
const KEPT_MS = 60_000
const KEPT_MAX = 10_000

/** What is known of somebody: in whom nothing changes but their role. */
interface Known {
  createdAt: number
  hasRole: boolean
}

/** Looks at the database once a minute for whoever does something. Who asks several times at once is answered in that order. */
export function createCallers(store: Store, now: () => number): Callers {
  const kept = new Map<string, { known: Promise<Known>; at: number }>()

  async function load(userId: string): Promise<Known> {
    const found = await store.db
      .selectFrom('user')
      .leftJoin('standing', 'standing.user_id', 'user.id')
      .select(['user.created_at as createdAt', 'standing.role as role'])
      .where('user.id', '=', userId)
      .executeTakeFirst()
      // Where the store is away, the log says so.
      .catch(() => undefined)
    // Whoever is about to be in the log is new.
    return { createdAt: found?.createdAt ?? now(), hasRole: (found?.role ?? 'member') !== 'member' }
  }

  function keep(userId: string): Promise<Known> {
    const known = load(userId)
    kept.delete(userId)
    kept.set(userId, { known, at: now() })
    const [oldest] = kept.keys()
    if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest)
    return known
  }

  return {
    async find(userId) {
      const before = kept.get(userId)
      // A clock may be set back.
      const isFresh = before !== undefined && Math.abs(now() - before.at) < KEPT_MS
      const { createdAt, hasRole } = await (isFresh ? before.known : keep(userId))
      return { userId, isModerator: hasRole, isNewcomer: !hasRole && now() - createdAt < NEWCOMER_MS }
    },
  }
}
