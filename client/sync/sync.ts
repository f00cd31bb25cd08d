import { repeat } from '../../shared/clock.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import type { Account } from './account.ts'
import { createApi } from './api.ts'
import type { ClientDatabase } from './database.ts'
import { createDexieStore } from './dexie-store.ts'
import { startEngine, type Engine } from './engine.ts'
import type { Environment } from './environment.ts'
import { leadInTurn, lockName } from './leader.ts'
import { persistAfterFirstMessage } from './persistence.ts'

const RENEW_EVERY_MS = 24 * 60 * 60 * 1000

export interface Sync {
  /** Tries now what was waiting for a better moment. */
  wake(): void
  stop(): void
}

/** Keeps an account in touch with its server, from whichever of its tabs leads. */
export function startSync(environment: Environment, account: Account, db: ClientDatabase): Sync {
  const onError = (error: unknown) => environment.onError(error)
  const store = createDexieStore(db, CAMPUS_LOG)
  const api = createApi(environment.fetch, account.userId)
  let engine: Engine | undefined
  const giveUp = leadInTurn(
    environment,
    lockName(account.userId),
    () => {
      engine = startEngine({ environment, store, api, me: account.userId, log: CAMPUS_LOG, onError })
      // Asking who one is renews the cookie, whose life counts from its last renewal.
      const renew = async () => {
        await api.me()
      }
      const stopRenewing = repeat(environment.clock, RENEW_EVERY_MS, renew)
      void renew()
      return () => {
        stopRenewing()
        engine?.stop().catch(onError)
        engine = undefined
      }
    },
    onError,
  )
  const stopWaiting = persistAfterFirstMessage(db, environment)
  return {
    wake: () => engine?.wake(),
    stop() {
      stopWaiting()
      giveUp()
    },
  }
}
