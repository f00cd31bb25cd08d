import { repeat } from '../../../shared/clock.ts'
import type { Account } from '../account.ts'
import type { Environment } from '../environment.ts'
import { pullAll } from '../log/exchange.ts'
import { singleFlight } from '../single-flight.ts'
import { rowTable } from '../log/dexie-table.ts'
import { deleteDatabase, listDatabases } from '../storage/delete-database.ts'
import { liveQuery } from '../storage/live-query.ts'
import { AccountClassroomsDatabase, type Staffed } from './account-classrooms.ts'
import { createDeskApi } from './api.ts'
import { getConnection } from './find-connection.ts'
import { ClassroomDatabase, type ClassroomProblem, deskDatabaseName } from './database.ts'
import { createDexieStorage } from './dexie-storage.ts'
import { createClassroomKind } from './kind.ts'
import { loadUnsent } from './load-unsent.ts'
import { followDesk } from './follow-desk.ts'
import { refreshClassrooms } from './refresh.ts'
import type { Classroom } from './tables.ts'

const REFRESH_EVERY_MS = 10 * 60_000
/** A wake asks again only after this: a page is focused often. */
const REFRESH_AT_MOST_EVERY_MS = 60_000

interface Desk {
  db: ClassroomDatabase
  stop(): void
}

/**
 * Keeps the classrooms of an account on its device: those it staffs are followed while they run, so that
 * their questions are here with no network and counted in the list; those that ended are pulled once.
 * Returns the function that ends it.
 */
export function startClassrooms(environment: Environment, account: Pick<Account, 'userId'>): () => void {
  const { clock } = environment
  const desks = new Map<string, Desk>()
  const pulled = new Set<string>()
  let listed: string[] = []
  const known = new AccountClassroomsDatabase(account.userId)
  let stopped = false
  let refreshedAt = -Infinity

  const refresh = singleFlight(
    async () => {
      refreshedAt = clock.now()
      await arrange()
      const refreshed = await refreshClassrooms(environment, account)
      await arrange()
      if (refreshed !== 'nothing') await removeLeft()
    },
    (error) => environment.onError(error),
  )
  const stopRepeating = repeat(clock, REFRESH_EVERY_MS, refresh)
  const stopListening = environment.onWake(() => {
    if (clock.now() - refreshedAt >= REFRESH_AT_MOST_EVERY_MS) refresh()
  })
  refresh()
  // Whoever deletes one takes it out of the list.
  const watchingList = liveQuery(() => known.staffed.toCollection().primaryKeys()).subscribe((ids) => {
    if (listed.some((id) => !ids.includes(id))) refresh()
  })

  async function arrange(): Promise<void> {
    if (stopped) return
    const staffed = await known.staffed.toArray()
    const running = new Set(staffed.filter(isRunning).map(({ id }) => id))
    for (const [id, desk] of desks) if (!running.has(id)) close(id, desk)
    for (const id of running) if (!desks.has(id)) open(id)
    for (const { id } of staffed) if (!running.has(id) && !pulled.has(id)) await pullOnce(id)
    listed = staffed.map(({ id }) => id)
  }

  /** Who staffs a classroom no more keeps nothing of what only its staff see, but their own words, and which files were not sent, until they have seen to them. */
  async function removeLeft(): Promise<void> {
    if (stopped) return
    const staffed = new Set((await known.staffed.toArray()).map(({ id }) => deskDatabaseName(account.userId, id)))
    const desksHere = (await listDatabases()).filter((name) => name.startsWith(deskDatabaseName(account.userId, '')))
    for (const name of desksHere) if (!staffed.has(name)) await leave(name)
  }

  async function leave(name: string): Promise<void> {
    const db = new ClassroomDatabase(name)
    const [classroom] = await db.classroom.toArray()
    const unsent = await loadUnsent(db)
    const id = name.slice(deskDatabaseName(account.userId, '').length)
    // Before it goes: a crash in between keeps them twice at most.
    if (unsent !== undefined) await known.left.put({ id, title: classroom?.title ?? '', ...unsent })
    db.close()
    await deleteDatabase(name)
  }

  function isRunning({ endsAt }: Staffed): boolean {
    return endsAt === null || endsAt > environment.serverClock.now()
  }

  function open(id: string): void {
    if (stopped) return
    const db = new ClassroomDatabase(deskDatabaseName(account.userId, id))
    const stop = followDesk(environment, db, account.userId, id)
    let before: ClassroomProblem | null = null
    // Deleted, or staffed no more: what there is to follow is asked again at once.
    const watching = liveQuery(() => getConnection({ meta: rowTable(db.meta) })).subscribe(({ problem }) => {
      if (problem !== before && (problem === 'not_found' || problem === 'only_staff')) refresh()
      before = problem
    })
    desks.set(id, {
      db,
      stop() {
        watching.unsubscribe()
        stop()
      },
    })
  }

  function close(id: string, desk: Desk): void {
    desks.delete(id)
    desk.stop()
    desk.db.close()
  }

  async function pullOnce(id: string): Promise<void> {
    const db = new ClassroomDatabase(deskDatabaseName(account.userId, id))
    const part = {
      store: createDexieStorage(db),
      kind: createClassroomKind(clock),
      api: createDeskApi(environment.fetch, account.userId, id),
    }
    const ending = await pullAll<Classroom>(part, { isOver: () => stopped })
    if (ending === 'done') pulled.add(id)
    db.close()
  }

  return () => {
    stopped = true
    stopRepeating()
    stopListening()
    watchingList.unsubscribe()
    for (const [id, desk] of desks) close(id, desk)
    known.close()
  }
}
