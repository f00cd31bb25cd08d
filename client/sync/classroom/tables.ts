import type { Token } from '../../../shared/classroom/commands.ts'
import type { StaffCommandResult } from '../../../shared/classroom/http.ts'
import type {
  ClassroomLogRow,
  ClassroomRow,
  DeskRow,
  PollRow,
  QuestionRow,
  ReplyRow,
  StaffRow,
} from '../../../shared/classroom/rows.ts'
import type { KindTypes, LogStore, LogTables, RowTable } from '../log/kind.ts'
import type { Upload } from '../database.ts'
import type { OwnChoice, OwnPhoto, OwnReceipt, OwnVote, ClassroomOutboxEntry, ClassroomMeta } from './database.ts'

/** What one device holds of one classroom, as sync reads and writes it inside a transaction. */
export interface ClassroomTables extends LogTables<ClassroomOutboxEntry> {
  meta: RowTable<ClassroomMeta, string>
  classroom: RowTable<ClassroomRow, string>
  desk: RowTable<DeskRow, string>
  staff: RowTable<StaffRow, string>
  questions: RowTable<QuestionRow, string>
  replies: RowTable<ReplyRow, string>
  polls: RowTable<PollRow, string>
  receipts: RowTable<OwnReceipt, string>
  votes: RowTable<OwnVote, string>
  choices: RowTable<OwnChoice, string>
  tokens: RowTable<Token, string>
  photos: RowTable<OwnPhoto, string>
  uploads: RowTable<Upload, string>
  /** Adds an entry behind all others. */
  addEntry(entry: Omit<ClassroomOutboxEntry, 'position'>): PromiseLike<unknown>
}

/** A classroom, as the machinery of `log/` knows it. */
export interface Classroom extends KindTypes {
  row: ClassroomLogRow
  entry: ClassroomOutboxEntry
  tables: ClassroomTables
  /** Only staff are answered so; what a student sends is answered with its request. */
  result: StaffCommandResult
  /** How many have it open. */
  extra: { devices: number }
}

/** The storage of one classroom on one device. */
export type ClassroomStorage = Pick<LogStore<Classroom>, 'transact' | 'onOutboxChange'>

/** What only writes. */
export type ClassroomWriter = Pick<ClassroomStorage, 'transact'>

/** The row of this key. */
export async function findRow<Row>(
  table: Pick<RowTable<Row, string>, 'bulkGet'>,
  key: string,
): Promise<Row | undefined> {
  const [row] = await table.bulkGet([key])
  return row
}

/** The questions of those votes that stand. */
export function listGiven(votes: readonly (OwnVote | undefined)[]): string[] {
  return votes.flatMap((vote) => (vote === undefined || vote.takenBack !== undefined ? [] : [vote.questionId]))
}
