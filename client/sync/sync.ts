import type { Account } from './account.ts'
import type { connect as connectAccount, Connection } from './connect.ts'
import type { ClientDatabase } from './database.ts'
import type { Environment } from './environment.ts'
import { leadWhereStored } from './lead-where-stored.ts'
import { lockName } from './leader.ts'
import { persistAfterFirstMessage } from './persistence.ts'

const LOAD_AGAIN_MS = 5_000

export interface Sync {
  /** Tries now what was waiting for a better moment. */
  wake(): void
  stop(): void
}

/**
 * Keeps an account in touch with its server, from whichever of its tabs leads. What that takes comes
 * after the first screen, which needs none of it; and to every tab, because one that leads much later
 * may find the files of its version gone.
 */
export function startSync(environment: Environment, account: Account, db: ClientDatabase): Sync {
  const onError = (error: unknown) => environment.onError(error)
  let connection: Connection | undefined
  let leads = false
  let stopped = false
  let cancelLoading: () => void = () => undefined
  let connect: typeof connectAccount | undefined
  load()

  function load(): void {
    import('./connect.ts').then(
      (loaded) => {
        connect = loaded.connect
        begin()
      },
      () => {
        // The network broke off in the middle of a first visit.
        if (!stopped) cancelLoading = environment.clock.after(LOAD_AGAIN_MS, load)
      },
    )
  }

  function begin(): void {
    if (leads && !stopped) connection ??= connect?.(environment, account, db)
  }

  const giveUp = leadWhereStored(
    environment,
    db.storage,
    lockName(account.userId),
    () => {
      leads = true
      begin()
      return () => {
        leads = false
        connection?.stop()
        connection = undefined
      }
    },
    onError,
  )
  const stopWaiting = persistAfterFirstMessage(db, environment)
  return {
    wake: () => connection?.wake(),
    stop() {
      stopped = true
      cancelLoading()
      stopWaiting()
      giveUp()
    },
  }
}
