import { randomUUID } from 'node:crypto'
import { repeat, type Clock } from '../../../shared/clock.ts'
import type { Store } from '../../store/store.ts'

/** A holder that dies is taken for gone after so long. */
export const LEASE_MS = 2 * 60_000
const RENEW_EVERY_MS = 30_000

/** Runs `work` while no other process does what has this name; undefined when another one is at it. */
export async function withLease<Answer>(
  { store, clock, onError }: { store: Store; clock: Clock; onError: (error: unknown) => void },
  name: string,
  work: () => Promise<Answer>,
): Promise<{ answer: Answer } | undefined> {
  const holder = randomUUID()
  const now = () => clock.now()
  /** One statement: of two who try at once one gets it. */
  async function take(): Promise<boolean> {
    const taken = await store.db
      .updateTable('lease')
      .set({ holder, ends_at: now() + LEASE_MS })
      .where('name', '=', name)
      .where((lease) => lease.or([lease('holder', '=', holder), lease('ends_at', '<=', now())]))
      .executeTakeFirst()
    return taken.numUpdatedRows > 0n
  }
  const known = await store.db.selectFrom('lease').select('name').where('name', '=', name).executeTakeFirst()
  if (known === undefined) {
    await store.db
      .insertInto('lease')
      .values({ name, holder: '', ends_at: 0 })
      .execute()
      .catch((error: unknown) => {
        // Another process made it meanwhile.
        if (store.classify(error) === 'down') throw error
      })
  }
  if (!(await take())) return undefined
  const stop = repeat(clock, RENEW_EVERY_MS, () => void take().catch(onError))
  try {
    return { answer: await work() }
  } finally {
    stop()
    await store.db
      .updateTable('lease')
      .set({ holder: '', ends_at: 0 })
      .where('name', '=', name)
      .where('holder', '=', holder)
      .execute()
  }
}
