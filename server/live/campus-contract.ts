import * as v from 'valibot'
import { type DownFrame, resultFrame } from '../../shared/protocol/down.ts'
import { toKnownResult } from '../../shared/protocol/known-codes.ts'
import { packBeat, packDown, packRowsFrame, unpackUp } from '../../shared/protocol/packed/frames.ts'
import { packRows } from '../../shared/protocol/packed/rows.ts'
import { type UpFrame, upFrame } from '../../shared/protocol/up.ts'
import { PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../shared/protocol/version.ts'
import { toKnownRow } from '../campus/known-rows.ts'
import type { CampusRow } from '../campus/types.ts'
import { LONG_HEARTBEAT, SHORT_HEARTBEAT, type SocketContract } from './connection.ts'
import { encodeFrame, encodeRows, LEFT_OUT, type EncodedRow, type FrameWriter } from './frames.ts'

/** What only the campus has: who types, and what is on the screen. */
export type SignalFrame = Extract<UpFrame, { type: 'typing' | 'watch' }>

export type CampusContract = SocketContract<CampusRow, SignalFrame>

export function encode(frame: DownFrame): Buffer {
  return encodeFrame(frame)
}

const OLDER_VERSIONS = Array.from(
  { length: PROTOCOL_VERSION - PROTOCOL_VERSION_MIN },
  (_, index) => PROTOCOL_VERSION - 1 - index,
)

/** The contracts of the versions that are spoken, the newest first. */
export function createCampusContracts(log: string): [CampusContract, ...CampusContract[]] {
  return [createContract(log, PROTOCOL_VERSION), ...OLDER_VERSIONS.map((version) => createContract(log, version))]
}

/**
 * Version 2 has no row of receipts, but one for each of them, and none of what happened to a group or of what one deleted for
 * oneself: these are left out. What it and version 3 have instead of files, `toKnownRow` says.
 */
function encodeRow(row: CampusRow, version: number): string {
  const known = toKnownRow(version, row)
  if (known === undefined) return LEFT_OUT
  if (known.type !== 'receipts') return JSON.stringify(known)
  const { expanded, ...compact } = known
  return version < 3 ? expanded.map((one) => JSON.stringify(one)).join() : JSON.stringify(compact)
}

/** What else one version has and the one before has not is ignored by who speaks that. */
function createContract(log: string, version: number): CampusContract {
  const isPacked = version >= PACKED_SINCE
  const heartbeat = isPacked ? LONG_HEARTBEAT : SHORT_HEARTBEAT
  const asJson: FrameWriter<CampusRow> = {
    welcome: ({ epoch }, known) =>
      encode({ type: 'welcome', protocol: version, epoch, heartbeatMs: heartbeat.everyMs, known }),
    live: ({ lineage }, from) => encode({ type: 'live', log, lineage: lineage.id, from }),
    behind: () => encode({ type: 'behind', log }),
    row: (row) => encodeRow(row, version),
    rows: ({ lineage, from, to }, rows) => encodeRows({ type: 'rows', log, lineage: lineage.id, from, to }, rows),
    nothing: ({ lineage, from, to }) => encode({ type: 'ping', log, lineage: lineage.id, from, to }),
    lineage: () => undefined,
    ping: (span, { lineage }) => [
      encode({ type: 'ping', log, lineage: lineage.id, from: span?.from ?? null, to: span?.to ?? null }),
    ],
  }
  return {
    ...{ version, heartbeat, writer: isPacked ? packing(asJson, log, version) : asJson },
    encode: (frame) => encodeKnown(frame, version),
    ...(isPacked && { unpack: unpackUp }),
    parse(content) {
      const parsed = v.safeParse(upFrame, content)
      if (!parsed.success) return undefined
      const frame = parsed.output
      switch (frame.type) {
        case 'typing':
        case 'watch':
          return { type: 'extra', frame }
        case 'hello':
          return { type: 'hello', account: frame.account, log: frame.log, from: frame }
        case 'resume':
          return { type: 'resume', log: frame.log, from: frame }
        case 'pong':
          return { type: 'pong', cursor: frame.cursor ?? null }
        default:
          return frame
      }
    },
  }
}

/** The version from which on rows and heartbeats are packed. */
const PACKED_SINCE = 5

/** What says where it begins and in which lineage in JSON, and needs not to when it is packed. */
function packing(asJson: FrameWriter<CampusRow>, log: string, version: number): FrameWriter<CampusRow> {
  return {
    ...asJson,
    row(row) {
      const known = toKnownRow(version, row)
      return known === undefined ? LEFT_OUT : packRows([known])
    },
    rows: ({ to }, rows) => toBuffer(packRowsFrame(to, rows.filter(isPackedRow))),
    nothing: () => undefined,
    lineage: ({ id }) => encode({ type: 'lineage', log, lineage: id }),
    ping: (span, _, isAnswered) => [
      toBuffer(packBeat(isAnswered ? 'ping' : 'beat', span === null ? 0 : span.to - span.from)),
    ],
  }
}

/** Results that say nothing but that a command was done are packed; what is refused says why, in JSON. */
function encodeKnown(frame: object, version: number): Buffer {
  const parsed = v.safeParse(resultFrame, frame)
  if (!parsed.success) return encodeFrame(frame)
  const known = { ...parsed.output, result: toKnownResult(version, parsed.output.result) }
  const packed = version >= PACKED_SINCE ? packDown(known) : undefined
  return packed === undefined ? encodeFrame(known) : toBuffer(packed)
}

function isPackedRow(row: EncodedRow): row is Uint8Array {
  return typeof row !== 'string'
}

function toBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}
