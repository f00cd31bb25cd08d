import type { Environment } from '../environment.ts'
import type { Engine } from '../log/engine.ts'
import { createStudentApi, type StudentApi } from './api.ts'
import type { ClassroomDatabase } from './database.ts'
import { createDexieStorage } from './dexie-storage.ts'
import { follow, followInTurn, type FollowEnvironment } from './follow.ts'
import { checkIssuer } from './issuer.ts'
import { followUnnamed } from './remove-unnamed.ts'
import { createRefill, NO_REFILL, type Refill } from './refill-tokens.ts'
import { createStudentSender } from './student-sender.ts'
import type { ClassroomStorage } from './tables.ts'

/** Follows a classroom as anybody may, from whichever of its tabs leads. Returns the function that ends it. */
export function followAsStudent(
  environment: Environment,
  db: ClassroomDatabase,
  id: string,
  linkKeyHash: string | null,
  isScreen: boolean,
): () => void {
  const onError = (error: unknown) => environment.onError(error)
  const api = createStudentApi(environment.fetch, id, isScreen)
  const storage = createDexieStorage(db)
  const tokens = isScreen ? NO_REFILL : createRefill(environment, db, id)
  return followInTurn(environment, db, () => {
    const engine = startStudent({ environment, storage, api, linkKeyHash, tokens, onError })
    const stopRemoving = followUnnamed(db, { clock: environment.clock, choosesFiles: false, onError })
    return {
      wake: () => engine.wake(),
      stop() {
        stopRemoving()
        return engine.stop()
      },
    }
  })
}

/** Keeps a student's classroom in touch with its server. */
export function startStudent(options: {
  environment: FollowEnvironment
  storage: ClassroomStorage
  api: StudentApi
  /** What the link says of the issuer's key. */
  linkKeyHash: string | null
  tokens: Refill
  onError(error: unknown): void
}): Engine {
  const { storage, linkKeyHash, tokens } = options
  return follow({
    ...options,
    // None of it goes but while the classroom is live: so it is no reason to say that it is not.
    listWaiting: () => Promise.resolve([]),
    async check() {
      if (!(await checkIssuer(storage, linkKeyHash))) return { refused: 'wrong_key' }
      tokens.begin()
      return undefined
    },
    createSender: (onUnreachable) => createStudentSender({ ...options, onUnreachable }),
  })
}
