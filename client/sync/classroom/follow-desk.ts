import type { StaffCommand } from '../../../shared/classroom/commands.ts'
import type { Environment } from '../environment.ts'
import { startUploads } from '../files/start-uploads.ts'
import type { Engine } from '../log/engine.ts'
import { createOrderedSender } from '../log/ordered-sender.ts'
import { createAnswerUploads } from './answer-uploads.ts'
import { createDeskApi, type DeskApi } from './api.ts'
import type { ClassroomDatabase, ClassroomOutboxEntry } from './database.ts'
import { createDexieStorage } from './dexie-storage.ts'
import { follow, followInTurn, type FollowEnvironment } from './follow.ts'
import { checkIssuer } from './issuer.ts'
import { createClassroomKind } from './kind.ts'
import { followUnnamed } from './remove-unnamed.ts'
import { createRandomId } from './secrets.ts'
import { listWaitingStaff } from './staff-outbox.ts'
import type { Classroom, ClassroomStorage, ClassroomTables } from './tables.ts'

/** Follows a classroom that an account staffs, from whichever of its tabs leads. Returns the function that ends it. */
export function followDesk(environment: Environment, db: ClassroomDatabase, account: string, id: string): () => void {
  const onError = (error: unknown) => environment.onError(error)
  const api = createDeskApi(environment.fetch, account, id)
  const storage = createDexieStorage(db)
  return followInTurn(environment, db, () => {
    const engine = startDesk({ environment, storage, api, onError })
    const uploads = startUploads(
      // They go on while the app is open: the service worker knows no classrooms.
      { ...environment, requestBackgroundSync: () => undefined },
      { userId: account },
      db,
      createAnswerUploads(db, storage),
      createRandomId,
    )
    const stopRemoving = followUnnamed(db, { clock: environment.clock, choosesFiles: true, onError })
    return {
      wake: () => engine.wake(),
      stop() {
        uploads.stop()
        stopRemoving()
        return engine.stop()
      },
    }
  })
}

/** Keeps a desk in touch with its server. */
export function startDesk(options: {
  environment: FollowEnvironment
  storage: ClassroomStorage
  api: DeskApi
  onError(error: unknown): void
}): Engine {
  const { environment, storage, api, onError } = options
  const kind = createClassroomKind(environment.clock)
  const listWaiting = (tables: ClassroomTables) => listWaitingStaff(tables, environment.clock.now())
  const commandOf = ({ command }: ClassroomOutboxEntry) => command as StaffCommand
  return follow({
    ...{ ...options, listWaiting },
    async check() {
      // Staff spend no tokens: here the hash is only worked out, to be shown.
      await checkIssuer(storage, null)
      return undefined
    },
    createSender: (onUnreachable) =>
      createOrderedSender<Classroom>({
        ...{ store: storage, kind, api, listWaiting, commandOf, onUnreachable, onError },
        overSocket: false,
        send: (position, entries) => api.send(position, entries.map(commandOf)),
      }),
  })
}
