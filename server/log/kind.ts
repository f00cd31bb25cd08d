import type { Hole } from '../../shared/protocol/http.ts'
import type { Database } from '../store/schema.ts'
import type { Statement } from '../store/statements.ts'
import type { LogPosition } from './lineage.ts'
import type { FoundHead, LogTables } from './log-tables.ts'

/*
 * A kind of log, as the machinery is handed it. What is the same for every log is written once, in this
 * folder and in `live/`; what differs is said in one description a kind (`campus/`, `classroom/`):
 *
 *   its rows and tables          `tables`, `UnitOfWork.write`
 *   who may see which row        `openView`, `loadPage`, `loadChanges`; `live/audiences.ts` while it is followed live
 *   its commands and rules       `begin`
 *   whether a command's id is kept   `Submission.keptFor`, `toKeptTime`
 *   how a caller is known, and its limits   its doors, see `live/door.ts` and `http/log-routes.ts`
 */

/** The types that belong together in one kind. */
export interface KindTypes {
  row: LogRow
  /** For whom a row is. */
  audience: unknown
  /** Who reads: an account, or everybody in a classroom. */
  reader: unknown
  /** A command on its way into the log. */
  entry: Submission
  refusal: LogRefusal
}

export interface LogRow {
  type: string
  /** The position in the log of the row's last change. */
  seq: number
}

export interface LogRefusal {
  code: string
  message: string
}

/** A command on its way into a log. */
export interface Submission {
  command: { id: string }
  /** What its sender said, where something else follows from it: by that it is known when it comes again. */
  said?: { id: string }
  /** The account under which the command's id is kept, so that it is done once; null when nothing of it is kept. */
  keptFor: string | null
  /** Where the client stood that gives it: from another history than the log's, nothing is taken. */
  from?: LogPosition | undefined
}

/** A row on its way to those who may see it. */
export interface Addressed<Row, Audience> {
  row: Row
  audience: Audience
}

export type AddressedOf<Types extends KindTypes> = Addressed<Types['row'], Types['audience']>

/** What one transaction does to a log, in memory. */
export interface UnitOfWork<Types extends KindTypes> {
  /** Names what the decision about this entry rests on. */
  need(entry: Types['entry']): void
  /** What is read under the log's lock, in the message that takes it; `load` is handed what each answers. */
  ask(db: Database): readonly Statement[]
  load(db: Database, answers: readonly (readonly unknown[])[]): Promise<void>
  /** Refuses, changing nothing, or changes the unit. It never waits. */
  decide(entry: Types['entry']): Types['refusal'] | undefined
  /** Gives each changed row the next seq after `head`, and writes them all or says what writes them. */
  write(db: Database, head: number): Promise<Written<Types>>
}

export interface Written<Types extends KindTypes> {
  head: number
  /** What goes over the bus. Null where the bus must not carry rows: then each process reads them from the log. */
  rows: readonly AddressedOf<Types>[] | null
  /** What is left to be written, with the head and in one message. */
  statements?: readonly Statement[]
  /** Called once all of it is on disk. */
  onCommitted?(): void
}

/** Where a first pull goes on; null for a pull that has no more to walk than rows after its cursor. */
export interface PullFrom {
  cursor: number
  next: string | null
  /** Who has missed more messages than so many gets the newest, and is told what was left out. */
  far?: number | undefined
}

/** All that changed after `from` up to `to`; there is more while `to < head`, or while `next` is set. */
export interface Page<Row> {
  from: number
  to: number
  next: string | null
  rows: Row[]
  /** Messages that were left out, of a device that is far behind. */
  holes?: Hole[]
}

export type PageOutcome<Types extends KindTypes> = Page<Types['row']> | { refused: Types['refusal'] }

export interface LogKind<Types extends KindTypes, View extends FoundHead = FoundHead, Limits = unknown> {
  /** Where the logs of this kind have their heads, and their commands. */
  readonly tables: LogTables
  begin(log: string, now: number): UnitOfWork<Types>
  /** When a command was done, as exactly as that is kept with its id. */
  toKeptTime(now: number): number
  refuse(code: 'id_taken' | 'internal' | 'not_found' | 'lineage_ended', message?: string): Types['refusal']
  /** Reads the log's head together with whatever decides what this reader may see. Undefined when there is no such log. */
  openView(db: Database, log: string, reader: Types['reader']): Promise<View | undefined>
  /** Reads one page in the snapshot in which the view was opened. */
  loadPage(
    db: Database,
    log: string,
    view: View,
    reader: Types['reader'],
    from: PullFrom,
    limits?: Limits,
  ): Promise<PageOutcome<Types>>
  /** Equal for two states of the same row, among those that one reader may see. */
  toRowKey(row: Types['row']): string
  /** The first `limit` rows or more that changed after `from`, in order: for whoever tells everybody. */
  loadChanges(db: Database, log: string, from: number, limit: number): Promise<AddressedOf<Types>[]>
}
