import type { ConnectionState } from './connection-state.ts'
import type { Hold } from './outbox.ts'
import type { Origin } from './move-position.ts'
import type { DevicePosition } from './position.ts'

/*
 * A kind of log, as the machinery of this folder is handed it. What is the same for every log a device follows is
 * written once: how a page is applied, how it is pulled, a socket from its opening to its end, the loop that
 * never gives up. A description says what differs:
 *
 *   its rows and tables            `applyRows`, `clearRows`
 *   its server                     `LogApi`, `SocketContract`
 *   its outbox                     `settle`, and a `Sender`
 *   what was lost with a backup    `prepareOffers`, `offerAgain`
 */

/** The types that belong together in one kind. */
export interface KindTypes {
  row: { type: string; seq: number }
  entry: { position: number; id: string; state: { kind: string; seq?: number; hold?: Hold } }
  /** What sync reads and writes inside a transaction. */
  tables: LogTables<this['entry']>
  result: { id: string }
  /** Frames that only this kind has. */
  extra: unknown
}

/** The few things that sync does with a table of rows; Dexie's tables fit. */
export interface RowTable<Row, Key> {
  bulkGet(keys: Key[]): PromiseLike<(Row | undefined)[]>
  bulkPut(rows: readonly Row[]): PromiseLike<unknown>
  bulkDelete(keys: Key[]): PromiseLike<unknown>
  toArray(): PromiseLike<Row[]>
  clear(): PromiseLike<unknown>
}

/** What every log has on a device, inside a transaction. */
export interface LogTables<Entry> {
  outbox: RowTable<Entry, number>
  getPosition(): PromiseLike<DevicePosition>
  setPosition(position: DevicePosition): PromiseLike<void>
}

/** The storage of one log on one device. */
export interface LogStore<Types extends KindTypes> {
  /** Runs `work` in one transaction: all that it writes is there afterwards, or nothing. */
  transact<Answer>(work: (tables: Types['tables']) => Promise<Answer>): Promise<Answer>
  /** Keeps what is known of the connection, for every tab to show. */
  setConnection(state: ConnectionState): Promise<void>
  /** Calls back whenever something may have been added to the outbox, or may go out of it now, by whichever tab. Returns the function that stops it. */
  onOutboxChange(listener: () => void): () => void
}

/** Messages that were left out of a page, between these two numbers; `seq` is the position at which the page was read. */
export interface LeftOut {
  conversationId: string
  after: number
  before: number
  seq: number
}

/** A page of a pull or a live frame. `next` is set while a first pull, or that of a device far behind, has more pages. */
export interface Change<Row> extends Origin {
  from: number
  to: number
  next: string | null
  rows: readonly Row[]
  holes?: readonly LeftOut[]
}

export interface PulledPage<Row> extends Change<Row> {
  head: number
}

/**
 * What became of a request. `refused` is our server's own word and final; everything else is the
 * network: `portal` when somebody else answered in the server's place, `unreachable` when nobody did
 * or the server could not.
 */
export type Answer<Value, Error extends { code: string } = { code: string }> =
  { kind: 'ok'; value: Value } | { kind: 'refused'; error: Error } | { kind: 'unreachable' } | { kind: 'portal' }

export interface LogError {
  code: string
  /** What the server says of it, for people. */
  message?: string
  /** With `lineage_ended`: up to where the server has which. */
  lineages?: { id: string; end: number }[] | undefined
  /** Of the oldest servers, with `epoch_changed` and `cursor_ahead`. */
  start?: number | undefined
}

export interface LogApi<Row> {
  /** With `wait` the server holds the request until there is something to tell: the long poll. */
  pull(from: DevicePosition, wait: boolean): Promise<Answer<PulledPage<Row>, LogError>>
}

/** How an exchange with the server ended; all but `done` leave everything where it was, to be tried again. */
export type Ending =
  | 'done'
  | 'unreachable'
  /** It was reached, and can take nothing now. */
  | 'unavailable'
  | 'portal'
  | 'signed-out'
  | 'outdated'
  /** The server will not have us; nothing but somebody else's doing changes that. */
  | { refused: string; message?: string }

export interface ClientKind<Types extends KindTypes> {
  /** Stores rows, each unless a newer one is held, and what was left out beside them. Of a first pull nothing is held. */
  applyRows(
    tables: Types['tables'],
    rows: readonly Types['row'][],
    isFirst: boolean,
    holes: readonly LeftOut[],
  ): Promise<void>
  /** Makes room for a first pull. */
  clearRows(tables: Types['tables']): Promise<void>
  /** The log went back to `start`: sees to it that what this device holds beyond it and made itself can be offered again. */
  prepareOffers(tables: Types['tables'], start: number): Promise<void>
  /** What was accepted and has not come may have been so in a history that ended: it waits once more. */
  offerAccepted(tables: Types['tables']): Promise<void>
  /** Everything was pulled afresh: queues what the log has lost, before all that waits. */
  offerAgain(tables: Types['tables']): Promise<void>
  /** What the server answered; one that is not there any more changes nothing. */
  settle(tables: Types['tables'], results: readonly Types['result'][]): Promise<void>
  /** What a refusal of a whole request means. */
  toEnding(error: LogError): Ending
}
