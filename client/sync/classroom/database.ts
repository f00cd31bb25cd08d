import type { InsertType, Table } from 'dexie'
import type { StaffCommand, StudentCommand, Token } from '../../../shared/classroom/commands.ts'
import type { ClassroomErrorCode } from '../../../shared/classroom/errors.ts'
import type { StoredAnswer } from '../../../shared/classroom/http.ts'
import type { ClassroomRow, DeskRow, PollRow, QuestionRow, ReplyRow, StaffRow } from '../../../shared/classroom/rows.ts'
import type { Content, ContentPiece, Upload } from '../database.ts'
import { OWN_CONTENTS } from '../files/own-contents.ts'
import type { Hold } from '../log/outbox.ts'
import type { StoredLineage } from '../log/stored-lineage.ts'
import type { OwnTable } from '../storage/copies.ts'
import type { DeviceStorage } from '../storage/device-storage.ts'
import { StoredDatabase } from '../storage/stored-database.ts'

/** Where this device stands in a classroom's log, as every version of the app stores and understands it. */
export interface StoredClassroomPosition {
  key: 'position'
  epoch: string
  cursor: number
  restoring: boolean
  /** Of an app that knows lineages, and of this cursor alone. */
  lineage?: StoredLineage
}

/** Why a classroom cannot be followed; nothing but a better link, a sign-in or a newer page changes it. */
export type ClassroomProblem = 'not_found' | 'wrong_key' | 'protocol' | 'not_signed_in' | 'only_staff'

export type ClassroomConnectionState = 'connecting' | 'live' | 'offline' | 'portal' | 'unavailable'

/** What the leading tab knows of the network, for every tab to show. */
export interface ClassroomConnectionMeta {
  key: 'connection'
  state: ClassroomConnectionState
  devices: number | null
  problem: ClassroomProblem | null
}

/** The secret of this browser in this classroom, from which the receipts of votes and poll answers follow. */
export interface SecretMeta {
  key: 'secret'
  secret: string
}

/** The key that this device holds the classroom to; null where the classroom was first seen without one. */
export interface PinMeta {
  key: 'pin'
  keyHash: string | null
}

/** The issuer's key as the server sent it last, and the hash of it. */
export interface IssuerMeta {
  key: 'issuer'
  issuer: string | null
  keyHash: string | null
}

/** What the server said it stores, to be read with no network too. */
export interface StoredMeta {
  key: 'stored'
  answer: StoredAnswer
}

/** Where the classroom asks for tokens and this device has none: whether they are being fetched, or were used up. */
export interface TokensMeta {
  key: 'tokens'
  state: 'fetching' | 'spent' | 'none'
}

/**
 * How far the photo of a question of one's own has come that is on its way, or was last; it is not in the photo's row, which is
 * stored with all that the photo holds.
 */
export interface CarryingMeta {
  key: 'carrying'
  questionId: string
  /** Bytes that the server is known to have. */
  sent: number
}

export type ClassroomMeta =
  | StoredClassroomPosition
  | ClassroomConnectionMeta
  | SecretMeta
  | PinMeta
  | IssuerMeta
  | StoredMeta
  | TokensMeta
  | CarryingMeta

/** `now` goes at once, `queued` waits for the network and then gets a moment of its own, which is `after`: drawn at `from`. */
export type Departure = { kind: 'now' } | { kind: 'queued' } | { kind: 'after'; from?: number; at: number }

/** While `sent`, the server may have it although no answer came. */
export type ClassroomEntryState =
  | { kind: 'waiting'; departure: Departure; sent: boolean; hold?: Hold }
  | { kind: 'accepted'; seq: number }
  /** `isDeleted` where the classroom was said to be deleted: should it be there after all, what is so marked goes again. */
  | { kind: 'refused'; code: ClassroomErrorCode; message: string; isDeleted?: true }

/** A command on its way. Those of one `subject`, a question or a poll, go in the order of `position`. */
export interface ClassroomOutboxEntry {
  position: number
  id: string
  subject: string
  command: StudentCommand | StaffCommand
  state: ClassroomEntryState
  /** Kept until it is answered: sent again, a command pays with the same token. */
  token: Token | null
}

/** What a question or reply of this browser's own is known by. The `secret` of a follow-up is its question's. */
export interface OwnReceipt {
  id: string
  of: 'question' | 'follow-up' | 'reply'
  questionId: string
  secret: string
  receiptHash: string
  /** As the server last took it; null once it is withdrawn. */
  text: string | null
  name: string | null
  accepted: boolean
  /** What was known of it when its asker last looked; null before it is on the server. */
  looked: string | null
}

/**
 * The photo of a question of this browser's own, drawn anew; kept for as long as the question is, should the server lose it.
 * One that is still to be asked about has no question yet: then its key is empty.
 */
export interface OwnPhoto {
  questionId: string
  /** Random, and known to nobody else. */
  uploadId: string
  content: Blob
  width: number
  height: number
  /** A ThumbHash in base64. */
  preview: string
  description: string
  isAnnounced: boolean
  /** Whether the server has all of it, and can show it. */
  isWhole: boolean
  /** Whether the server said once that it has it no more. */
  wasMissing: boolean
}

/** What one has begun to write, and for what; see `data/classroom/begun-texts.ts`. */
export interface BegunTextRow {
  subject: string
  text: string
}

export interface OwnVote {
  questionId: string
  receiptHash: string
  /** The receipt by which it was taken back; left out while it stands. A log that went back may count it again. */
  takenBack?: string
}

export interface OwnChoice {
  pollId: string
  receiptHash: string
  choice: number[] | string
}

const OWN_TABLES: readonly OwnTable[] = [
  ...['outbox', 'receipts', 'votes', 'choices', 'tokens', 'drafts', 'photos', 'uploads'],
  ...OWN_CONTENTS,
]

/**
 * Everything that this device has of one classroom: the server's rows as they came, and what is the
 * device's own. A student's holds nothing of any account. A version only adds tables and indexes.
 */
export class ClassroomDatabase extends StoredDatabase {
  declare meta: Table<ClassroomMeta, string>
  declare classroom: Table<ClassroomRow, string>
  declare desk: Table<DeskRow, string>
  declare staff: Table<StaffRow, string>
  declare questions: Table<QuestionRow, string>
  declare replies: Table<ReplyRow, string>
  declare polls: Table<PollRow, string>
  declare outbox: Table<ClassroomOutboxEntry, number, InsertType<ClassroomOutboxEntry, 'position'>>
  declare receipts: Table<OwnReceipt, string>
  declare votes: Table<OwnVote, string>
  declare choices: Table<OwnChoice, string>
  declare tokens: Table<Token, string>
  declare drafts: Table<BegunTextRow, string>
  declare photos: Table<OwnPhoto, string>
  declare uploads: Table<Upload, string>
  declare contents: Table<Content, string>
  declare pieces: Table<ContentPiece, [string, number]>

  constructor(name: string, storage?: DeviceStorage) {
    super(name, OWN_TABLES, storage)
    this.version(1).stores({
      meta: 'key',
      classroom: 'id',
      desk: 'type',
      staff: 'userId',
      questions: 'id, n',
      replies: 'id, questionId',
      polls: 'id',
      outbox: '++position, &id, subject',
      receipts: 'id, questionId',
      votes: 'questionId',
      choices: 'pollId',
      // By its random message: the order tells nothing of when which one came.
      tokens: 'message',
    })
    this.version(2).stores({ drafts: 'subject' })
    this.version(3)
      .stores({
        photos: 'questionId',
        uploads: 'id, messageId, conversationId',
        contents: 'key, fileId, usedAt',
        pieces: '[key+from]',
      })
      .upgrade((transaction) =>
        transaction
          .table<ClassroomMeta, string>('meta')
          .where({ key: 'position' })
          .modify((stored) => {
            if (stored.key === 'position') missAll(stored)
          }),
      )
  }
}

/** What was pulled by an app without photos and files is pulled once more: it read that they are there, and not which. */
function missAll({ lineage }: StoredClassroomPosition): void {
  if (lineage !== undefined) lineage.older = { lineage: '', cursor: 0 }
}

/** The database of a classroom as anybody sees it. */
export function studentDatabaseName(id: string): string {
  return `chatbox-classroom-${id}`
}

/** The database of a classroom that an account staffs. */
export function deskDatabaseName(userId: string, id: string): string {
  return `${accountPrefix(userId)}-${id}`
}

/** What every database of an account's classrooms begins with. */
export function accountPrefix(userId: string): string {
  return `chatbox-${userId}-classroom`
}

/** What there is to know of the connection before anything was said of it. */
export const NOT_CONNECTED: ClassroomConnectionMeta = {
  key: 'connection',
  state: 'connecting',
  devices: null,
  problem: null,
}
