import type { Environment } from '../environment.ts'
import { leadInTurn } from '../leader.ts'
import { createDeskApi } from './api.ts'
import { checkIssuer } from './issuer.ts'
import type { ClassroomDatabase } from './database.ts'
import { follow } from './follow.ts'
import { whileLeading } from './follow-room.ts'
import { startSendingDesk } from './send-desk.ts'

/** Follows a classroom that an account staffs, from whichever of its tabs leads. Returns the function that ends it. */
export function followDesk(environment: Environment, db: ClassroomDatabase, account: string, id: string): () => void {
  const onError = (error: unknown) => environment.onError(error)
  const api = createDeskApi(environment.fetch, account, id)
  const begin = () =>
    follow({
      ...{ environment, db, log: api, onError },
      async checkIssuer() {
        // Staff spend no tokens: here the hash is only worked out, to be shown.
        await checkIssuer(db, null)
        return true
      },
      startSending: (onUnreachable) => startSendingDesk({ environment, db, api, onUnreachable, onError }),
    })
  return leadInTurn(environment, db.name, whileLeading(begin, onError), onError)
}
