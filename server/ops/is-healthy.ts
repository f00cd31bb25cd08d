import { sql } from 'kysely'
import type { Store } from '../store/store.ts'

const ANSWER_WITHIN_MS = 2_000

/** Whether the database answers, soon, and takes what is stored. */
export async function isHealthy(store: Pick<Store, 'db' | 'canWrite'>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ANSWER_WITHIN_MS)
  })
  const healthy = await Promise.race([answers(store), tooLate])
  clearTimeout(timer)
  return healthy
}

async function answers(store: Pick<Store, 'db' | 'canWrite'>): Promise<boolean> {
  try {
    await sql`select 1`.execute(store.db)
    return await store.canWrite()
  } catch {
    return false
  }
}
