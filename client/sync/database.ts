import { Dexie, type InsertType, type Table } from 'dexie'
import type { Command } from '../../shared/protocol/commands.ts'
import type { ErrorCode } from '../../shared/protocol/errors.ts'
import type { ConversationRow, MemberRow, MessageRow, ReadingRow, UserRow } from '../../shared/protocol/rows.ts'

/**
 * Where this device stands in a log: an empty epoch before the first pull. While `next` is set, a
 * first pull is under way and goes on from there.
 */
export interface LogPosition {
  key: 'position'
  log: string
  epoch: string
  cursor: number
  next: string | null
}

/** What the flushing tab knows of the network, for every tab to show. Times in milliseconds since 1970. */
export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'catching-up'; done: number; total: number }
  | { kind: 'offline'; since: number }
  | { kind: 'portal'; since: number }
  | { kind: 'signed-out' }
  | { kind: 'outdated' }

export type Meta = LogPosition | { key: 'connection'; state: ConnectionState }

/** `waiting` until the server answered; `accepted` until the cursor has reached `seq`; `refused` until a person decides. */
export type OutboxState =
  { kind: 'waiting' } | { kind: 'accepted'; seq: number } | { kind: 'refused'; code: ErrorCode; message: string }

/** A command on its way. `position` is the order in which it was written. */
export interface OutboxEntry {
  position: number
  id: string
  /** The conversation it belongs to, or an empty string. */
  conversationId: string
  command: Command
  state: OutboxState
  queuedAt: number
}

export interface Draft {
  conversationId: string
  text: string
  changedAt: number
}

/**
 * Everything one account has on this device; a second account has a database of its own. Rows are
 * the server's rows as they came. `latest` holds each conversation's message of greatest `n`.
 */
export class ClientDatabase extends Dexie {
  declare meta: Table<Meta, string>
  declare users: Table<UserRow, string>
  declare conversations: Table<ConversationRow, string>
  declare members: Table<MemberRow, [string, string]>
  declare messages: Table<MessageRow, string>
  declare latest: Table<MessageRow, string>
  declare readings: Table<ReadingRow, string>
  declare outbox: Table<OutboxEntry, number, InsertType<OutboxEntry, 'position'>>
  declare drafts: Table<Draft, string>

  constructor(userId: string) {
    super(databaseName(userId))
    this.version(1).stores({
      meta: 'key',
      users: 'id',
      conversations: 'id',
      members: '[conversationId+userId], userId',
      messages: 'id, &[conversationId+n]',
      latest: 'conversationId',
      readings: 'conversationId',
      outbox: '++position, &id, conversationId',
      drafts: 'conversationId',
    })
  }
}

export function databaseName(userId: string): string {
  return `chatbox-${userId}`
}
