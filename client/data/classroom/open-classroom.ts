import { liveQuery } from '../../sync/storage/live-query.ts'
import type { Account } from '../../sync/account.ts'
import { getConnection } from '../../sync/classroom/find-connection.ts'
import { ClassroomDatabase, deskDatabaseName, studentDatabaseName } from '../../sync/classroom/database.ts'
import { createDexieStorage } from '../../sync/classroom/dexie-storage.ts'
import { findIssuer } from '../../sync/classroom/held-key.ts'
import { noteVisit } from '../../sync/classroom/visited.ts'
import type { Environment } from '../../sync/environment.ts'
import type { ClassroomConnection, OpenedClassroom } from './opened-classroom.ts'
import { startLater } from './start-later.ts'
import { loadWriting } from './student-actions.ts'

/**
 * Opens a classroom as anybody may, in a database of its own; `keyHash` is what the link says of the issuer's key, and
 * a screen on the wall is no device of somebody's.
 */
export async function openAsStudent(
  environment: Environment,
  id: string,
  keyHash: string | null,
  isScreen = false,
): Promise<OpenedClassroom> {
  const db = new ClassroomDatabase(studentDatabaseName(id))
  await db.open()
  const visits = liveQuery(() => db.classroom.toCollection().first()).subscribe((row) => {
    if (row === undefined) return
    noteVisit({ id, title: row.title, lastVisitAt: environment.clock.now() }).catch((error: unknown) =>
      environment.onError(error),
    )
  })
  const stop = startLater(
    environment,
    // With what is asked here too: it must be at hand when the network is not.
    () => Promise.all([import('../../sync/classroom/follow-student.ts'), loadWriting()]),
    ([{ followAsStudent }]) => followAsStudent(environment, db, id, keyHash, isScreen),
  )
  return {
    ...{ id, kind: 'student', userId: null, db, storage: createDexieStorage(db), environment },
    connection: liveQuery(() => describe(db, keyHash)),
    close() {
      visits.unsubscribe()
      stop()
      db.close()
    },
  }
}

/** Opens a classroom that one staffs, with one's account. */
export async function openDesk(
  environment: Environment,
  account: Pick<Account, 'userId'>,
  id: string,
): Promise<OpenedClassroom> {
  const db = new ClassroomDatabase(deskDatabaseName(account.userId, id))
  await db.open()
  const stop = startLater(
    environment,
    () => import('../../sync/classroom/follow-desk.ts'),
    ({ followDesk }) => followDesk(environment, db, account.userId, id),
  )
  return {
    ...{ id, kind: 'staff', userId: account.userId, db, storage: createDexieStorage(db), environment },
    connection: liveQuery(() => describe(db, null)),
    close() {
      stop()
      db.close()
    },
  }
}

async function describe(db: ClassroomDatabase, linkKeyHash: string | null): Promise<ClassroomConnection> {
  const [{ state, devices, problem }, position, waiting, issuer, count, meta] = await Promise.all([
    getConnection(db),
    db.meta.get('position'),
    db.outbox.filter((entry) => entry.state.kind === 'waiting').count(),
    findIssuer(db),
    db.tokens.count(),
    db.meta.get('tokens'),
  ])
  // Another tab may have come here by another link.
  const isWrong = linkKeyHash !== null && issuer !== undefined && issuer.keyHash !== linkKeyHash
  const isLimited = issuer !== undefined && issuer.issuer !== null
  const known = position !== undefined
  const lacking = meta?.key === 'tokens' ? meta.state : 'none'
  const tokens = !isLimited ? null : count > 0 ? 'some' : lacking
  return { state, devices, waiting, known, tokens, problem: isWrong ? 'wrong_key' : problem }
}
