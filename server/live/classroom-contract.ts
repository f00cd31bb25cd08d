import * as v from 'valibot'
import { type ClassroomDownFrame, classroomUpFrame } from '../../shared/classroom/frames.ts'
import type { ClassroomLogRow } from '../../shared/classroom/rows.ts'
import { CLASSROOM_VERSION } from '../../shared/classroom/version.ts'
import { HEARTBEAT_MS } from '../../shared/protocol/limits.ts'
import type { SocketContract } from './connection.ts'
import { encodeFrame, encodeRows, type FrameWriter, type Position } from './frames.ts'

/** A classroom's socket only tells: no command comes over it, and nothing else that only this kind has. */
export function createClassroomContract(
  log: string,
  countDevices: () => number,
): SocketContract<ClassroomLogRow, never> {
  const encode = (frame: ClassroomDownFrame) => encodeFrame(frame)
  const ping = ({ head }: Position) => encode({ type: 'ping', head, devices: countDevices() })
  const writer: FrameWriter<ClassroomLogRow> = {
    welcome: ({ epoch, head }) =>
      encode({
        ...{ type: 'welcome', protocol: CLASSROOM_VERSION, epoch, head },
        ...{ heartbeatMs: HEARTBEAT_MS, devices: countDevices() },
      }),
    live: ping,
    behind: () => encode({ type: 'behind' }),
    row: (row) => JSON.stringify(row),
    rows: ({ from, to }, rows) => encodeRows({ type: 'rows', from, to }, rows),
    nothing: ({ from, to }) => encode({ type: 'rows', from, to, rows: [] }),
    // A ping says how far the log is, and whoever is not there pulls: so first what there was nothing in.
    ping: (span, position) =>
      span === null || span.from === span.to ? [ping(position)] : [writer.nothing(span), ping(position)],
  }
  return {
    version: CLASSROOM_VERSION,
    writer,
    parse(content) {
      const parsed = v.safeParse(classroomUpFrame, content)
      if (!parsed.success) return undefined
      const frame = parsed.output
      switch (frame.type) {
        case 'hello':
          return { ...frame, account: null, log }
        case 'resume':
          return { ...frame, epoch: null, log }
        case 'pong':
          return { type: 'pong', cursor: null }
      }
    },
  }
}
