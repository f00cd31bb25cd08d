import type { Store } from '../store/store.ts'
import type { LogTables } from './log-tables.ts'

/** So many go in one statement: nobody waits for long behind it. */
const AT_ONCE = 1_000

/**
 * Forgets the commands that were done before a moment, in milliseconds since 1970, in every log of these tables. A client
 * keeps nothing for so long that it sends by itself and that a second time would do something else. Returns the greatest
 * position at which one of them took effect: every position up to it is older than that moment.
 */
export async function pruneCommands(
  { db }: Pick<Store, 'db'>,
  { command }: LogTables,
  before: number,
): Promise<number> {
  let reached = 0
  for (;;) {
    const some = await db
      .selectFrom(command)
      .select(['id', 'seq'])
      .where('created_at', '<', before)
      .orderBy('created_at')
      .limit(AT_ONCE)
      .execute()
    if (some.length === 0) return reached
    reached = Math.max(reached, ...some.map(({ seq }) => seq))
    await db
      .deleteFrom(command)
      .where(
        'id',
        'in',
        some.map(({ id }) => id),
      )
      .execute()
  }
}
