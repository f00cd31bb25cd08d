import { ClassroomDatabase, studentDatabaseName } from '../../sync/classroom/database.ts'
import { createDexieStorage } from '../../sync/classroom/dexie-storage.ts'
import { noteVisit } from '../../sync/classroom/visited.ts'
import type { Environment } from '../../sync/environment.ts'
import { createObservable } from '../../sync/observable.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { OpenedClassroom } from './opened-classroom.ts'
import { startLater } from './start-later.ts'
import { loadWriting } from './student-actions.ts'
import { watchConnection } from './watch-connection.ts'

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
    connection: watchConnection(db, keyHash),
    photosCome: createObservable((sink) => {
      sink.next(!environment.isNetworkPoor())
      return () => undefined
    }),
    close() {
      visits.unsubscribe()
      stop()
      db.close()
    },
  }
}
