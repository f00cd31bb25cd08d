import type { Account } from './account.ts'
import type { Following } from './connect.ts'
import type { ClientDatabase } from './database.ts'
import type { Environment } from './environment.ts'
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
  let following: Following | undefined
  let stopped = false
  let cancelLoading: () => void = () => undefined
  load()

  function load(): void {
    import('./connect.ts').then(
      ({ followAccount }) => {
        if (!stopped) following = followAccount(environment, account, db)
      },
      () => {
        // The network broke off in the middle of a first visit.
        if (!stopped) cancelLoading = environment.clock.after(LOAD_AGAIN_MS, load)
      },
    )
  }

  const stopWaiting = persistAfterFirstMessage(db, environment)
  return {
    wake: () => following?.wake(),
    stop() {
      stopped = true
      cancelLoading()
      stopWaiting()
      following?.stop()
    },
  }
}
