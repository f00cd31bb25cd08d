import { sql } from 'kysely'
import type { Store } from '../store/store.ts'

const ANSWER_WITHIN_MS = 2_000

/** Whether the database answers, and soon: what a load balancer wants to know. */
export async function isHealthy(store: Store): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ANSWER_WITHIN_MS)
  })
  const answers = sql`select 1`.execute(store.db).then(
    () => true,
    () => false,
  )
  const healthy = await Promise.race([answers, tooLate])
  clearTimeout(timer)
  return healthy
}
