import type { ClientSocket, SocketEvents } from '../environment.ts'
import type { Change, KindTypes } from './kind.ts'
import type { DevicePosition } from './position.ts'

/** A frame of the server's, as the machinery takes it. */
export type DownFrame<Types extends KindTypes> =
  /** Unless our position is known to it, the log may have lost something of ours, which goes first. */
  | { type: 'welcome'; known: boolean; heartbeatMs: number }
  /** From here on every change comes as `rows`, beginning at the cursor. */
  | { type: 'live' }
  /** Rows will not come any more before a pull. */
  | { type: 'behind' }
  | ({ type: 'rows' } & Omit<Change<Types['row']>, 'next'>)
  /** A sign of life, to be answered with a pong or not. */
  | { type: 'ping'; isAnswered: boolean }
  | { type: 'result'; result: Types['result'] }
  | { type: 'extra'; frame: Types['extra'] }

/** What the two ends of a socket say to each other, in one version of a kind's contract. */
export interface SocketContract<Types extends KindTypes> {
  readonly version: number
  /** Whether the server says `live`; else that is so once all was pulled. */
  readonly saysLive: boolean
  hello(position: DevicePosition): object
  resume(position: DevicePosition): object
  pong(cursor: number): object
  /** "Are you there?" Undefined where the version has no such word. */
  probe(): object | undefined
  /** Undefined where commands do not go over the socket. */
  command(entry: Types['entry']): object | undefined
  /** Of what waits what a server of this version would take as it is meant. */
  select(waiting: readonly Types['entry'][]): readonly Types['entry'][]
  /** How a frame travels. */
  encode(frame: object): string | Uint8Array
  /** What a message of the server's says, in order; undefined for what is no frame. */
  parse(content: string | Uint8Array): DownFrame<Types>[] | undefined
}

/** A log's socket, and what makes the contract of one session in each version that is spoken, the newest first. */
export interface LogSocket<Types extends KindTypes> {
  open(events: SocketEvents): ClientSocket
  readonly contracts: readonly [() => SocketContract<Types>, ...(() => SocketContract<Types>)[]]
}
