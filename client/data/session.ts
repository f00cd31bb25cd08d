import type { Clock } from '../../shared/clock.ts'
import type { Api } from '../sync/api.ts'
import type { Account } from '../sync/account.ts'
import type { ClientDatabase } from '../sync/database.ts'
import type { Fetch } from '../sync/request.ts'
import type { ServerClock } from '../sync/server-clock.ts'

/** What every query and action of a signed-in person needs. */
export interface Session {
  account: Account
  db: ClientDatabase
  api: Api
  /** The server's time, in milliseconds since 1970. */
  now(): number
  serverClock: ServerClock
  fetch: Fetch
  /** How many bytes the browser would still store; undefined where it does not say. */
  estimateFree(): Promise<number | undefined>
  /** This device's own clock: for spans, and for what is compared with what sync noted by it. */
  clock: Pick<Clock, 'now'>
}
