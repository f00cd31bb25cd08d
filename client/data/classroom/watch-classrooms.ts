import type { Observable } from 'dexie'
import type { Account } from '../../sync/account.ts'
import { AccountClassroomsDatabase, type Staffed } from '../../sync/classroom/account-classrooms.ts'
import { ClassroomDatabase, deskDatabaseName } from '../../sync/classroom/database.ts'
import type { ServerClock } from '../../sync/server-clock.ts'
import { findEarliest, expiringQuery, type Expiring } from '../expiring-query.ts'
import { createObservable } from '../../sync/observable.ts'
import { applyPending } from './apply-pending.ts'
import { listPending, pendingOf } from './pending-commands.ts'
import { phaseAt } from './phase.ts'
import type { StaffedView } from './views.ts'
import { withSettings } from './watch-classroom.ts'

/** The classrooms that an account staffs, the one with the newest question first, as far as they are on this device. */
export function watchClassrooms(account: Pick<Account, 'userId'>, clock: ServerClock): Observable<StaffedView[]> {
  return createObservable((sink) => {
    const known = new AccountClassroomsDatabase(account.userId)
    const desks = new Map<string, ClassroomDatabase>()
    const openDesk = (id: string) => {
      const db = desks.get(id) ?? new ClassroomDatabase(deskDatabaseName(account.userId, id))
      desks.set(id, db)
      return db
    }
    const all = expiringQuery(clock, async () => {
      const staffed = await known.staffed.toArray()
      const views = await Promise.all(
        staffed.map((one) => summarize(openDesk(one.id), one, account.userId, clock.now())),
      )
      return {
        value: views.map(({ value }) => value).sort((one, other) => (other.lastAt ?? 0) - (one.lastAt ?? 0)),
        expiresAt: findEarliest(
          clock.now(),
          views.map(({ expiresAt }) => expiresAt),
        ),
      }
    })
    const subscription = all.subscribe({
      next: (views) => sink.next(views),
      error: (error) => sink.error(error),
    })
    return () => {
      subscription.unsubscribe()
      for (const db of [known, ...desks.values()]) db.close()
    }
  })
}

async function summarize(
  db: ClassroomDatabase,
  { id, title, endsAt }: Staffed,
  userId: string,
  now: number,
): Promise<Expiring<StaffedView>> {
  const [held, rows, me, entries] = await Promise.all([
    db.classroom.toCollection().first(),
    db.questions.orderBy('n').toArray(),
    db.staff.get(userId),
    db.outbox.toArray(),
  ])
  const pending = listPending(entries)
  const questions = applyPending(rows, pending).filter(({ state }) => state !== 'withdrawn')
  const last = questions.reduce((one, row) => (one === undefined || row.n > one.n ? row : one), questions[0])
  const readN = Math.max(me?.readN ?? 0, ...pendingOf(pending, 'staff.read').map(({ command }) => command.n))
  const row = held === undefined ? undefined : withSettings(held, pending)
  const value: StaffedView = {
    id,
    known: held !== undefined,
    title: row?.title ?? title,
    owned: me?.role === 'owner',
    unread: questions.filter(({ n }) => n > readN).length,
    held: questions.filter(({ state }) => state === 'held').length,
    lastAt: last?.askedAt ?? row?.createdAt ?? null,
    lastText: last?.text ?? null,
    phase: phaseAt(row ?? { mode: 'open', opensAt: null, endsAt }, now),
  }
  return { value, expiresAt: findEarliest(now, row === undefined ? [endsAt] : [row.opensAt, row.endsAt]) }
}
