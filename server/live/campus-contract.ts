import * as v from 'valibot'
import type { DownFrame } from '../../shared/protocol/down.ts'
import { HEARTBEAT_MS } from '../../shared/protocol/limits.ts'
import type { Row } from '../../shared/protocol/rows.ts'
import { type UpFrame, upFrame } from '../../shared/protocol/up.ts'
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts'
import type { SocketContract } from './connection.ts'
import { encodeFrame, encodeRows, type FrameWriter } from './frames.ts'

/** What only the campus has: who types, and what is on the screen. */
export type SignalFrame = Extract<UpFrame, { type: 'typing' | 'watch' }>

export function encode(frame: DownFrame): Buffer {
  return encodeFrame(frame)
}

export function createCampusContract(log: string): SocketContract<Row, SignalFrame> {
  const writer: FrameWriter<Row> = {
    welcome: ({ epoch }) => encode({ type: 'welcome', protocol: PROTOCOL_VERSION, epoch, heartbeatMs: HEARTBEAT_MS }),
    live: () => encode({ type: 'live', log }),
    behind: () => encode({ type: 'behind', log }),
    row: (row) => JSON.stringify(row),
    rows: ({ from, to }, rows) => encodeRows({ type: 'rows', log, from, to }, rows),
    nothing: ({ from, to }) => encode({ type: 'ping', log, from, to }),
    ping: (span) => [encode({ type: 'ping', log, from: span?.from ?? null, to: span?.to ?? null })],
  }
  return {
    version: PROTOCOL_VERSION,
    writer,
    parse(content) {
      const parsed = v.safeParse(upFrame, content)
      if (!parsed.success) return undefined
      const frame = parsed.output
      return frame.type === 'typing' || frame.type === 'watch' ? { type: 'extra', frame } : frame
    },
  }
}
