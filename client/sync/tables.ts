import type {
  ConversationRow,
  DeliveryRow,
  DraftRow,
  MemberRow,
  MessageRow,
  PreferenceRow,
  ReactionRow,
  ReadingRow,
  RevisionRow,
  SeenRow,
  SettingRow,
  UserRow,
} from '../../shared/protocol/rows.ts'
import type {
  ConnectionState,
  LogPosition,
  Mention,
  OutboxEntry,
  Picture,
  Presence,
  Typist,
  Watch,
} from './database.ts'

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
  revisions: RowTable<RevisionRow, [string, number]>
  reactions: RowTable<ReactionRow, [string, string]>
  mentions: RowTable<Mention, [string, number]>
  deliveries: RowTable<DeliveryRow, [string, string]>
  seens: RowTable<SeenRow, [string, string]>
  readings: RowTable<ReadingRow, string>
  settings: RowTable<SettingRow, string>
  keptDrafts: RowTable<DraftRow, string>
  preferences: RowTable<PreferenceRow, PreferenceRow['type']>
  pictures: RowTable<Picture, string>
  outbox: RowTable<OutboxEntry, number>
  countMembers(conversationId: string): PromiseLike<number>
  /** The messages next above `n` that are here, n ascending. */
  listMessagesAbove(conversationId: string, n: number, limit: number): PromiseLike<MessageRow[]>
  /** Removes all that a conversation left here but commands on their way and what is typed. */
  purgeConversation(conversationId: string): PromiseLike<void>
  getPosition(): PromiseLike<LogPosition>
  setPosition(position: LogPosition): PromiseLike<void>
}

/** What is only for now. */
export interface LiveTables {
  typists: RowTable<Typist, [string, string]>
  presences: RowTable<Presence, string>
  watches: RowTable<Watch, string>
}

/** The storage of one account on one device. */
export interface ClientStore {
  /** Runs `work` in one transaction: all that it writes is there afterwards, or nothing. */
  transact<Answer>(work: (tables: ClientTables) => Promise<Answer>): Promise<Answer>
  /** The same for what is only for now. It waits for no transaction of the other kind. */
  transactLive<Answer>(work: (tables: LiveTables) => Promise<Answer>): Promise<Answer>
  setConnection(state: ConnectionState): Promise<void>
  /** Calls back whenever something may have been added to the outbox, by whichever tab. Returns the function that stops it. */
  onOutboxChange(listener: () => void): () => void
  /** Calls back whenever a tab may have changed what it watches. Returns the function that stops it. */
  onWatchChange(listener: () => void): () => void
}
