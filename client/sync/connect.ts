import { repeat } from '../../shared/clock.ts'
import type { Account } from './account.ts'
import { createApi } from './api.ts'
import { startCampus } from './campus.ts'
import type { ClientDatabase } from './database.ts'
import { createDexieStore } from './dexie-store.ts'
import type { Environment } from './environment.ts'
import { accountHolding } from './files/account-holding.ts'
import { adoptShares } from './files/adopt-shares.ts'
import { giveWay } from './files/budget.ts'
import { followDroppedFiles } from './files/remove-dropped.ts'
import { startUploads } from './files/start-uploads.ts'
import { leadWhereStored } from './lead-where-stored.ts'
import { lockName } from './leader.ts'

const RENEW_EVERY_MS = 24 * 60 * 60 * 1000
const LOAD_AGAIN_MS = 30_000

export interface Following {
  wake(): void
  stop(): void
}

/** Keeps an account connected to its server, in whichever of its tabs leads. */
export function followAccount(environment: Environment, account: Account, db: ClientDatabase): Following {
  let connection: Following | undefined
  const lead = () => {
    const mine = connect(environment, account, db)
    connection = mine
    return () => {
      connection = undefined
      mine.stop()
    }
  }
  const stopLeading = leadWhereStored(environment, db.storage, lockName(account.userId), lead, (error) =>
    environment.onError(error),
  )
  const stopYielding = db.storage.onFull(() => giveWay(accountHolding(db)))
  return {
    wake: () => connection?.wake(),
    stop() {
      stopYielding()
      stopLeading()
    },
  }
}

function connect(environment: Environment, account: Account, db: ClientDatabase): Following {
  const onError = (error: unknown) => environment.onError(error)
  const store = createDexieStore(db)
  const api = createApi(environment.fetch, account.userId)
  const engine = startCampus({ environment, store, api, me: account.userId, onError })
  // Asking who one is renews the cookie, whose life counts from its last renewal.
  const renew = async () => {
    await api.me()
  }
  const stopRenewing = repeat(environment.clock, RENEW_EVERY_MS, renew)
  void renew()
  const stopClassrooms = startClassroomsLater(environment, account)
  const uploads = startUploads(environment, account, db, store)
  const stopDropping = followDroppedFiles(db, onError)
  adoptShares(db).catch(onError)
  return {
    wake() {
      engine.wake()
      uploads.wake()
    },
    stop() {
      uploads.stop()
      stopDropping()
      stopRenewing()
      stopClassrooms()
      engine.stop().catch(onError)
    },
  }
}

/** Not before everything else: nothing on the first screen needs them. */
function startClassroomsLater(environment: Environment, account: Account): () => void {
  let stopped = false
  let stop: () => void = () => undefined
  const load = () => {
    import('./classroom/desks.ts').then(
      ({ startClassrooms }) => {
        if (!stopped) stop = startClassrooms(environment, account)
      },
      () => {
        // The network broke off in the middle of a first visit.
        if (!stopped) stop = environment.clock.after(LOAD_AGAIN_MS, load)
      },
    )
  }
  load()
  return () => {
    stopped = true
    stop()
  }
}
