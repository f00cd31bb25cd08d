import type { ConnectionState } from './log/connection-state.ts'
import type {
  BlockRow,
  ConversationRow,
  DeliveryRow,
  DraftRow,
  EventRow,
  HiddenRow,
  MemberRow,
  MessageRow,
  PreferenceRow,
  ReactionRow,
  ReadingRow,
  RequestRow,
  RevisionRow,
  SeenRow,
  LiveRow,
  SettingRow,
  StandingRow,
  UserRow,
} from '../../shared/protocol/rows.ts'
import type { DownFrame } from '../../shared/protocol/down.ts'
import type { CommandResult } from '../../shared/protocol/results.ts'
import type {
  Departure,
  DroppedFile,
  Mention,
  OutboxEntry,
  Picture,
  Presence,
  Typist,
  Upload,
  Watch,
} from './database.ts'
import type { RestoreNotes } from './restore-notes.ts'
import type { KindTypes, LeftOut, LogStore, LogTables, RowTable } from './log/kind.ts'

/** What one device holds of one account, as sync reads and writes it inside a transaction. */
export interface ClientTables extends LogTables<OutboxEntry> {
  users: RowTable<UserRow, string>
  conversations: RowTable<ConversationRow, string>
  members: RowTable<MemberRow, [string, string]>
  messages: RowTable<MessageRow, string>
  latest: RowTable<MessageRow, string>
  revisions: RowTable<RevisionRow, [string, number]>
  reactions: RowTable<ReactionRow, [string, string]>
  events: RowTable<EventRow, [string, string]>
  mentions: RowTable<Mention, [string, number]>
  deliveries: RowTable<DeliveryRow, [string, string]>
  seens: RowTable<SeenRow, [string, string]>
  readings: RowTable<ReadingRow, string>
  settings: RowTable<SettingRow, string>
  keptDrafts: RowTable<DraftRow, string>
  hiddens: RowTable<HiddenRow, string>
  preferences: RowTable<PreferenceRow, PreferenceRow['type']>
  standings: RowTable<StandingRow, StandingRow['type']>
  blocks: RowTable<BlockRow, string>
  requests: RowTable<RequestRow, string>
  pictures: RowTable<Picture, string>
  departures: RowTable<Departure, string>
  uploads: RowTable<Upload, string>
  droppedFiles: RowTable<DroppedFile, string>
  holes: RowTable<LeftOut, [string, number]>
  getRestoreNotes(): PromiseLike<RestoreNotes>
  setRestoreNotes(notes: RestoreNotes): PromiseLike<void>
  listMembers(conversationId: string): PromiseLike<MemberRow[]>
  countMembers(conversationId: string): PromiseLike<number>
  /** The messages next above `n` that are here, n ascending. */
  listMessagesAbove(conversationId: string, n: number, limit: number): PromiseLike<MessageRow[]>
  /** The messages between two numbers that are here, n ascending. */
  listMessagesBetween(conversationId: string, after: number, before: number): PromiseLike<MessageRow[]>
  /** Removes the messages between two numbers, and what hangs on them. */
  removeMessagesBetween(conversationId: string, after: number, before: number): PromiseLike<void>
  /** Removes all that a conversation left here but commands on their way and what is typed. */
  purgeConversation(conversationId: string): PromiseLike<void>
}

/** The campus, as the machinery of `log/` knows it. */
export interface Campus extends KindTypes {
  row: LiveRow
  entry: OutboxEntry
  tables: ClientTables
  result: CommandResult
  extra: Extract<DownFrame, { type: 'typist' | 'presence' | 'person' | 'denied' }>
}

/** What is only for now. */
export interface LiveTables {
  typists: RowTable<Typist, [string, string]>
  presences: RowTable<Presence, string>
  watches: RowTable<Watch, string>
}

/** The storage of one account on one device. */
export interface ClientStore extends LogStore<Campus> {
  /** The same for what is only for now. It waits for no transaction of the other kind. */
  transactLive<Answer>(work: (tables: LiveTables) => Promise<Answer>): Promise<Answer>
  /** What was last known of the connection, by whichever tab. */
  findConnection(): Promise<ConnectionState | undefined>
  /** Calls back whenever a tab may have changed what it watches. Returns the function that stops it. */
  onWatchChange(listener: () => void): () => void
}
