import { ClassroomDatabase, deskDatabaseName } from '../../sync/classroom/database.ts'
import { createDexieStorage } from '../../sync/classroom/dexie-storage.ts'
import type { Environment } from '../../sync/environment.ts'
import { watchPhotosCome } from '../files/file-choices.ts'
import type { Session } from '../session.ts'
import type { OpenedClassroom } from './opened-classroom.ts'
import { startLater } from './start-later.ts'
import { watchConnection } from './watch-connection.ts'

/** Opens a classroom that one staffs, with one's account. */
export async function openDesk(
  environment: Environment,
  session: { account: Pick<Session['account'], 'userId'>; db: Session['db'] },
  id: string,
): Promise<OpenedClassroom> {
  const { userId } = session.account
  const db = new ClassroomDatabase(deskDatabaseName(userId, id))
  await db.open()
  const stop = startLater(
    environment,
    () => import('../../sync/classroom/follow-desk.ts'),
    ({ followDesk }) => followDesk(environment, db, userId, id),
  )
  return {
    ...{ id, kind: 'staff', userId, db, storage: createDexieStorage(db), environment },
    connection: watchConnection(db, null),
    photosCome: watchPhotosCome(session.db, environment),
    close() {
      stop()
      db.close()
    },
  }
}
