import type { Holding } from '../files/budget.ts'
import type { ClassroomDatabase } from './database.ts'

/** What photos and files of one classroom may take of a device; what is larger by itself is kept alone. */
export const CLASSROOM_BUDGET_BYTES = 50_000_000

/** What a classroom's photos and files hold. What is about to be sent stays. */
export function classroomHolding(db: ClassroomDatabase): Holding {
  return { db, findKept: async () => new Set(await db.uploads.toCollection().primaryKeys()), keptBy: [db.uploads] }
}
