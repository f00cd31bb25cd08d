import type { Environment } from '../environment.ts'
import { leadInTurn } from '../leader.ts'
import { createStudentApi } from './api.ts'
import type { ClassroomDatabase } from './database.ts'
import { follow, type Following } from './follow.ts'
import { checkIssuer, isTrusted } from './issuer.ts'
import { startSendingStudent } from './send-student.ts'

/** Follows a classroom as anybody may, from whichever of its tabs leads. Returns the function that ends it. */
export function followRoom(
  environment: Environment,
  db: ClassroomDatabase,
  id: string,
  linkKeyHash: string | null,
): () => void {
  const onError = (error: unknown) => environment.onError(error)
  const api = createStudentApi(environment.fetch, id)
  const begin = (): Following =>
    follow({
      ...{ environment, db, log: api, onError },
      checkIssuer: () => checkIssuer(db, linkKeyHash),
      startSending: (onUnreachable) =>
        startSendingStudent({
          environment,
          db,
          api,
          isTrusted: () => isTrusted(db, linkKeyHash),
          onUnreachable,
          onError,
        }),
    })
  return leadInTurn(environment, db.name, whileLeading(begin, onError), onError)
}

/** What `leadInTurn` takes: following begins with the lead and ends with it. */
export function whileLeading(begin: () => Following, onError: (error: unknown) => void): () => () => void {
  return () => {
    const following = begin()
    return () => {
      following.stop().catch(onError)
    }
  }
}
