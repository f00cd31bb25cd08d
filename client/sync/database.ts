import type { InsertType, Table } from 'dexie'
import type { Command } from '../../shared/protocol/commands.ts'
import type { ErrorCode, Refusal } from '../../shared/protocol/errors.ts'
import type { UploadMetadata } from '../../shared/protocol/files.ts'
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
  SettingRow,
  StandingRow,
  UserRow,
} from '../../shared/protocol/rows.ts'
import { OWN_CONTENTS } from './files/own-contents.ts'
import type { ConnectionState } from './log/connection-state.ts'
import type { LeftOut } from './log/kind.ts'
import type { Hold } from './log/outbox.ts'
import type { StoredLineage } from './log/stored-lineage.ts'
import type { RestoreNotes } from './restore-notes.ts'
import type { OwnTable } from './storage/copies.ts'
import { StoredDatabase } from './storage/stored-database.ts'
import type { DeviceStorage } from './storage/device-storage.ts'
import { completeDraft, completeEntry, completeMessage, completeUser } from './version-one.ts'

/** Where this device stands in the log, as every version of the app stores and understands it; see `position.ts`. */
export interface StoredPosition {
  key: 'position'
  log: string
  epoch: string
  cursor: number
  next: string | null
  /** Where an app that knows all kinds of rows left it. */
  complete?: { epoch: string; cursor: number }
  /** Of an app that knows lineages, and of this cursor alone. */
  lineage?: StoredLineage
}

export type Meta =
  | StoredPosition
  | { key: 'connection'; state: ConnectionState }
  | { key: 'restore'; notes: RestoreNotes }
  | { key: 'files'; choices: FileChoices }

/**
 * `waiting` until the server took it; since `offeredAt` what the log lost with a restored backup. `accepted` until the
 * cursor has reached `seq`; `refused` until a person decides.
 */
export type OutboxState =
  | { kind: 'waiting'; hold?: Hold; offeredAt?: number }
  | { kind: 'accepted'; seq: number }
  | { kind: 'refused'; code: ErrorCode; message: string }

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

/** What is typed on this device; what one's other devices know of it is in `keptDrafts`. */
export interface Draft {
  conversationId: string
  text: string
  replyToId: string | null
  changedAt: number
}

/** Another text that one has begun to write for a message of one's own; it stays on this device. */
export interface EditDraft {
  messageId: string
  conversationId: string
  /** Of a message that was sent, of one that was refused, or an answer in the thread that begins with one. */
  kind: 'edit' | 'rewrite' | 'thread'
  text: string
  /** What the message said when this was begun. */
  before: string
  changedAt: number
  /** False once one turned to something else meanwhile. */
  isOpen: boolean
}

/** A group that one is not in any more, until that is dismissed; see `departures.ts`. */
export interface Departure {
  conversationId: string
  title: string
  /** Who ended the membership and when; null where that is not known. */
  byId: string | null
  at: number | null
  /** False while a first pull may bring the group again. */
  isCertain: boolean
  /** What was begun there on another device, and when; an empty text is nothing. */
  text: string
  begunAt: number
  /** Not told of any more, but what waits to be sent there may yet be refused, and then needs the group's name. */
  isDismissed?: boolean
}

/** A message of somebody else's that mentions me, by name or with all. */
export interface Mention {
  conversationId: string
  n: number
  messageId: string
}

/** A profile picture: a JPEG file. */
export interface Picture {
  id: string
  bytes: ArrayBuffer
}

/**
 * How far a file has come on its way to the server. `paused` until a person says otherwise; `whole` when all of it is there,
 * as far as this device knows.
 */
export type UploadState = { kind: 'waiting' } | { kind: 'paused' } | { kind: 'whole' }

/** Why an upload waits; `goesOnAt` where the server said when it may go on. */
export type UploadProblem = Refusal & { goesOnAt?: number }

/**
 * A file that somebody chose here, and that is not in a message's row yet; its content is in `contents` under its id. It is
 * kept from the moment in which it was chosen until the server has the message, or somebody takes it out.
 */
export interface Upload {
  id: string
  conversationId: string
  /** Empty while the message is still being written. */
  messageId: string
  /** The order in which they were chosen. */
  place: number
  name: string
  type: string
  bytes: number
  as: UploadMetadata['as']
  /** Of a photo: sent in all of its pixels. */
  asIs?: boolean
  /** Whether what is to be sent of it is there: a photo is drawn anew first. */
  isReady: boolean
  /** Of the content, in hex; null until it was needed. */
  sha256: string | null
  description: string
  /** What the device knows of how it looks or how long it lasts. */
  width?: number
  height?: number
  preview?: string
  durationMs?: number
  state: UploadState
  /** Bytes that the server is known to have. */
  sent: number
  /** Whether the server is known to have heard of it. */
  isCreated: boolean
  /** Why it waits, where that is not the network. */
  problem: UploadProblem | null
}

/**
 * What a file holds, as far as it is on this device, under its id and variant. `source` is what was chosen, before anything
 * was made of it.
 */
export interface Content {
  key: string
  fileId: string
  blob: Blob
  bytes: number
  /** When it was last looked at, in milliseconds since 1970. */
  usedAt: number
}

/** A piece of a content that is still being fetched; under a `recordingKey`, of what is being recorded. */
export interface ContentPiece {
  key: string
  from: number
  blob: Blob
}

/** What somebody chose for files on this device. */
export interface FileChoices {
  /** Null is the default, which follows the free space. */
  budgetBytes: number | null
  /** Whether photos come by themselves, or wait for a tap. */
  photos: 'always' | 'on-tap'
}

/** A file whose message is gone from this device, or was deleted: what is here of it goes. */
export interface DroppedFile {
  fileId: string
}

/** A file, or with an empty `fileId` all of a conversation, that is to stay on this device. */
export interface KeptOffline {
  conversationId: string
  fileId: string
}

/** Somebody types in a conversation that is on the screen; over at `until`, whatever else happens. */
export interface Typist {
  conversationId: string
  userId: string
  until: number
}

/** What the server said of somebody on the screen; there is none while nothing is known. */
export interface Presence {
  userId: string
  state: 'there' | 'away' | 'unknown'
  lastSeenAt: number | null
  heardAt: number
}

/** What one tab has on its screen, and when its person last typed in that conversation. */
export interface Watch {
  tab: string
  conversationId: string | null
  userIds: string[]
  typingAt: number | null
  /** Whether it is the list of all people. */
  people?: boolean
  /** A tab says the same again before `WATCH_TTL_MS` are over; one that crashed does not. */
  changedAt: number
}

const OWN_TABLES: readonly OwnTable[] = [...['outbox', 'drafts', 'edits', 'uploads', 'keptOffline'], ...OWN_CONTENTS]

/**
 * Everything one account has on this device; a second account has a database of its own. Rows are
 * the server's rows as they came, but that rows of version 1 get what they lack when they are read.
 * `latest` holds each conversation's message of greatest `n`, `holes` what was left out when it was far behind, and is
 * still to be fetched. `typists`, `presences` and `watches`
 * are only for now.
 *
 * An app of an older version may open this database next to a newer one, or after it: a version only
 * adds tables and indexes, and no table changes its key.
 */
export class ClientDatabase extends StoredDatabase {
  declare meta: Table<Meta, string>
  declare users: Table<UserRow, string>
  declare conversations: Table<ConversationRow, string>
  declare members: Table<MemberRow, [string, string]>
  declare messages: Table<MessageRow, string>
  declare latest: Table<MessageRow, string>
  declare readings: Table<ReadingRow, string>
  declare outbox: Table<OutboxEntry, number, InsertType<OutboxEntry, 'position'>>
  declare drafts: Table<Draft, string>
  declare edits: Table<EditDraft, string>
  declare revisions: Table<RevisionRow, [string, number]>
  declare reactions: Table<ReactionRow, [string, string]>
  declare events: Table<EventRow, [string, string]>
  declare deliveries: Table<DeliveryRow, [string, string]>
  declare seens: Table<SeenRow, [string, string]>
  declare settings: Table<SettingRow, string>
  declare keptDrafts: Table<DraftRow, string>
  declare hiddens: Table<HiddenRow, string>
  declare preferences: Table<PreferenceRow, PreferenceRow['type']>
  declare standings: Table<StandingRow, StandingRow['type']>
  declare blocks: Table<BlockRow, string>
  declare requests: Table<RequestRow, string>
  declare mentions: Table<Mention, [string, number]>
  declare pictures: Table<Picture, string>
  declare departures: Table<Departure, string>
  declare uploads: Table<Upload, string>
  declare contents: Table<Content, string>
  declare pieces: Table<ContentPiece, [string, number]>
  declare keptOffline: Table<KeptOffline, [string, string]>
  declare droppedFiles: Table<DroppedFile, string>
  declare holes: Table<LeftOut, [string, number]>
  declare typists: Table<Typist, [string, string]>
  declare presences: Table<Presence, string>
  declare watches: Table<Watch, string>

  constructor(userId: string, storage?: DeviceStorage) {
    super(databaseName(userId), OWN_TABLES, storage)
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
    this.version(2).stores({
      users: 'id, seq',
      messages: 'id, &[conversationId+n], [conversationId+sentAt], [conversationId+pinnedAt]',
      revisions: '[messageId+k], conversationId',
      reactions: '[messageId+userId], conversationId',
      deliveries: '[conversationId+userId]',
      seens: '[conversationId+userId]',
      settings: 'conversationId',
      keptDrafts: 'conversationId',
      preferences: 'type',
      mentions: '[conversationId+n]',
      pictures: 'id',
      typists: '[conversationId+userId]',
      presences: 'userId',
      watches: 'tab',
    })
    this.version(3).stores({ edits: 'messageId, conversationId' })
    this.version(4).stores({
      departures: 'conversationId',
      events: '[conversationId+id], [conversationId+n]',
      hiddens: 'messageId, conversationId',
      messages: 'id, &[conversationId+n], [conversationId+sentAt], [conversationId+pinnedAt], replyTo.messageId',
    })
    this.version(5).stores({
      uploads: 'id, messageId, conversationId',
      contents: 'key, fileId, usedAt',
      pieces: '[key+from]',
      keptOffline: '[conversationId+fileId], fileId',
      droppedFiles: 'fileId',
    })
    this.version(6).stores({ holes: '[conversationId+before]' })
    this.version(7).stores({ standings: 'type' })
    this.version(8).stores({ blocks: 'userId', requests: 'conversationId' })
    // Left to itself, Dexie closes what is to be deleted, and makes it anew for whoever asks next.
    this.on('versionchange', ({ newVersion }) => {
      if (newVersion !== null && newVersion > 0) return true
      this.close()
      return false
    })
    this.users.hook('reading', completeUser)
    this.messages.hook('reading', completeMessage)
    this.latest.hook('reading', completeMessage)
    this.outbox.hook('reading', completeEntry)
    this.drafts.hook('reading', completeDraft)
  }
}

export function databaseName(userId: string): string {
  return `chatbox-${userId}`
}
