import type { Table } from 'dexie'
import { StoredDatabase } from '../storage/stored-database.ts'
import { accountPrefix } from './database.ts'
import type { Unsent } from './load-unsent.ts'

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

/** A classroom that one staffs no more, with what one made there that nobody has but this device. */
export interface LeftClassroom extends Unsent {
  id: string
  title: string
}

/** What an account knows of classrooms, besides those that it staffs; it goes with the account. */
export class AccountClassroomsDatabase extends StoredDatabase {
  declare staffed: Table<Staffed, string>
  declare limited: Table<Limited, string>
  declare left: Table<LeftClassroom, string>

  constructor(userId: string) {
    super(`${accountPrefix(userId)}s`, ['left'])
    this.version(1).stores({ staffed: 'id', limited: 'id' })
    this.version(2).stores({ left: 'id' })
  }
}
