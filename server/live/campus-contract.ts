import * as v from 'valibot'
import type { DownFrame } from '../../shared/protocol/down.ts'
import { HEARTBEAT_MS } from '../../shared/protocol/limits.ts'
import { type UpFrame, upFrame } from '../../shared/protocol/up.ts'
import { PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../shared/protocol/version.ts'
import { toKnownRow } from '../campus/known-rows.ts'
import type { CampusRow } from '../campus/types.ts'
import type { SocketContract } from './connection.ts'
import { encodeFrame, encodeRows, LEFT_OUT, type FrameWriter } from './frames.ts'

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
  const writer: FrameWriter<CampusRow> = {
    welcome: ({ epoch }, known) =>
      encode({ type: 'welcome', protocol: version, epoch, heartbeatMs: HEARTBEAT_MS, known }),
    live: () => encode({ type: 'live', log }),
    behind: () => encode({ type: 'behind', log }),
    row: (row) => encodeRow(row, version),
    rows: ({ lineage, from, to }, rows) => encodeRows({ type: 'rows', log, lineage: lineage.id, from, to }, rows),
    nothing: ({ lineage, from, to }) => encode({ type: 'ping', log, lineage: lineage.id, from, to }),
    ping: (span, { lineage }) => [
      encode({ type: 'ping', log, lineage: lineage.id, from: span?.from ?? null, to: span?.to ?? null }),
    ],
  }
  return {
    version,
    writer,
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
        default:
          return frame
      }
    },
  }
}
