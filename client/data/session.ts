import type { Api } from '../sync/api.ts'
import type { Account } from '../sync/account.ts'
import type { ClientDatabase } from '../sync/database.ts'

/** What every query and action of a signed-in person needs. */
export interface Session {
  account: Account
  db: ClientDatabase
  api: Api
  now(): number
}
