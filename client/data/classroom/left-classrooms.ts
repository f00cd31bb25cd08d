import type { Observable } from 'dexie'
import type { Account } from '../../sync/account.ts'
import { AccountClassroomsDatabase, type LeftClassroom } from '../../sync/classroom/account-classrooms.ts'
import { createObservable } from '../../sync/observable.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'

/** Classrooms that one staffs no more and wrote something in that nobody else has. */
export function watchLeftClassrooms({ userId }: Pick<Account, 'userId'>): Observable<LeftClassroom[]> {
  return createObservable((sink) => {
    const db = new AccountClassroomsDatabase(userId)
    const subscription = liveQuery(() => db.left.toArray()).subscribe({
      next: (left) => sink.next(left),
      error: (error) => sink.error(error),
    })
    return () => {
      subscription.unsubscribe()
      db.close()
    }
  })
}

/** Forgets one, with what was written there. */
export async function forgetLeftClassroom({ userId }: Pick<Account, 'userId'>, id: string): Promise<void> {
  const db = new AccountClassroomsDatabase(userId)
  await db.left.delete(id)
  db.close()
}
