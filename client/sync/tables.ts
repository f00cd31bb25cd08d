import type { ConversationRow, MemberRow, MessageRow, ReadingRow, UserRow } from '../../shared/protocol/rows.ts'
import type { ConnectionState, LogPosition, OutboxEntry } from './database.ts'

/** The few things that sync does with a table of rows; Dexie's tables fit. */
export interface RowTable<Row, Key> {
  bulkGet(keys: Key[]): PromiseLike<(Row | undefined)[]>
  bulkPut(rows: readonly Row[]): PromiseLike<unknown>
  bulkDelete(keys: Key[]): PromiseLike<unknown>
  toArray(): PromiseLike<Row[]>
  clear(): PromiseLike<unknown>
}

/** What one device holds of one account, as sync reads and writes it inside a transaction. */
export interface ClientTables {
  users: RowTable<UserRow, string>
  conversations: RowTable<ConversationRow, string>
  members: RowTable<MemberRow, [string, string]>
  messages: RowTable<MessageRow, string>
  latest: RowTable<MessageRow, string>
  readings: RowTable<ReadingRow, string>
  outbox: RowTable<OutboxEntry, number>
  /** Removes all that a conversation left here but commands on their way and its draft. */
  purgeConversation(conversationId: string): PromiseLike<void>
  getPosition(): PromiseLike<LogPosition>
  setPosition(position: LogPosition): PromiseLike<void>
}

/** The storage of one account on one device. */
export interface ClientStore {
  /** Runs `work` in one transaction: all that it writes is there afterwards, or nothing. */
  transact<Answer>(work: (tables: ClientTables) => Promise<Answer>): Promise<Answer>
  setConnection(state: ConnectionState): Promise<void>
  /** Calls back whenever something may have been added to the outbox, by whichever tab. Returns the function that stops it. */
  onOutboxChange(listener: () => void): () => void
}
