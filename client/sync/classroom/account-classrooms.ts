import type { Table } from 'dexie'
import { StoredDatabase } from '../storage/stored-database.ts'
import { accountPrefix } from './database.ts'

/** A classroom where this account answers. */
export interface Staffed {
  id: string
  title: string
  endsAt: number | null
}

/** A blinded message on its way, and what takes the blinding off again; all in base64url. */
export interface Blinded {
  message: string
  blinded: string
  inverse: string
}

/**
 * A classroom limited to a group of this account's. `tokens` says how far its tokens are: `blinded`
 * until the answer is here, so that a lost one can be asked for again without a second allotment.
 */
export interface Limited {
  id: string
  title: string
  groupId: string
  issuer: string
  tokens: { kind: 'none' } | { kind: 'blinded'; batch: Blinded[] } | { kind: 'fetched' } | { kind: 'refused' }
}

/** What an account knows of classrooms, besides those that it staffs; it goes with the account. */
export class AccountClassroomsDatabase extends StoredDatabase {
  declare staffed: Table<Staffed, string>
  declare limited: Table<Limited, string>

  constructor(userId: string) {
    super(`${accountPrefix(userId)}s`, [])
    this.version(1).stores({ staffed: 'id', limited: 'id' })
  }
}
