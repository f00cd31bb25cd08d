import type { Kysely } from 'kysely'

/**
 * The tables as the code sees them; `migrations/` makes them. Ids are lower-case UUIDs, times are
 * milliseconds since 1970, booleans are 0 or 1. A column `seq` is the position in the log of the
 * row's last change, and unique in its table.
 */
export interface Schema {
  log: LogTable
  user: UserTable
  credential: CredentialTable
  session: SessionTable
  conversation: ConversationTable
  member: MemberTable
  message: MessageTable
  reading: ReadingTable
  command: CommandTable
}

/** One row a log. `epoch_start` is the head at which the epoch began: what a client was told beyond it is not here. */
export interface LogTable {
  id: string
  epoch: string
  epoch_start: number
  head: number
}

export interface UserTable {
  id: string
  seq: number
  handle: string
  name: string
  created_at: number
}

export interface CredentialTable {
  user_id: string
  password_hash: string
}

/** `secret_hash` is the SHA-256, in hex, of the secret half of the cookie. `cursor_seq` is what the device acknowledged. */
export interface SessionTable {
  id: string
  user_id: string
  secret_hash: string
  device: string
  created_at: number
  last_seen_at: number
  cursor_seq: number
}

/** `last_n` and `last_seq` follow the newest message and the newest change of any row in it; they are no part of the synced row. */
export interface ConversationTable {
  id: string
  seq: number
  kind: 'direct' | 'group' | 'everyone'
  title: string | null
  creator_id: string | null
  created_at: number
  last_n: number
  last_seq: number
}

/** `since` and `since_n` are the log's position and the conversation's last `n` when this membership began. */
export interface MemberTable {
  conversation_id: string
  user_id: string
  seq: number
  since: number
  since_n: number
  removed: number
}

export interface MessageTable {
  id: string
  seq: number
  conversation_id: string
  n: number
  author_id: string
  text: string | null
  written_at: number
  sent_at: number
  edited_at: number | null
}

export interface ReadingTable {
  user_id: string
  conversation_id: string
  seq: number
  n: number
}

/** The commands that were accepted, so that one sent twice is done once. `fingerprint` is the SHA-256, in hex, of its body. */
export interface CommandTable {
  id: string
  user_id: string
  fingerprint: string
  seq: number
  created_at: number
}

/** A handle on the tables: the whole database or a transaction in it. */
export type Database = Kysely<Schema>
