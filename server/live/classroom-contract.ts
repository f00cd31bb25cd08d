import * as v from 'valibot'
import { type ClassroomDownFrame, classroomUpFrame } from '../../shared/classroom/frames.ts'
import type { ClassroomLogRow } from '../../shared/classroom/rows.ts'
import { CLASSROOM_VERSION, CLASSROOM_VERSION_MIN } from '../../shared/classroom/version.ts'
import { SHORT_HEARTBEAT_MS } from '../../shared/protocol/limits.ts'
import { toKnownRow } from '../classroom/known-rows.ts'
import type { LogHead } from '../log/log-tables.ts'
import { SHORT_HEARTBEAT, type SocketContract, type UpFrame } from './connection.ts'
import { encodeFrame, encodeRows, type FrameWriter, type Span } from './frames.ts'

export type ClassroomContract = SocketContract<ClassroomLogRow, never>

/** The contracts of the versions that are spoken, the newest first. */
export function createClassroomContracts(
  log: string,
  countDevices: () => number,
): [ClassroomContract, ...ClassroomContract[]] {
  const parse = (content: unknown) => parseFrame(log, content)
  const write = (version: number) => {
    const writer = createWriter(version, countDevices)
    return version === 1 ? writeLikeVersion1(writer, countDevices) : writer
  }
  return [
    { ...SHORT, version: CLASSROOM_VERSION, writer: write(CLASSROOM_VERSION), parse },
    ...OLDER_VERSIONS.map((version) => ({ ...SHORT, version, writer: write(version), parse })),
  ]
}

/** It only tells, and in few words: all of it is JSON. */
const SHORT = { heartbeat: SHORT_HEARTBEAT, encode: encodeFrame }

const OLDER_VERSIONS = Array.from(
  { length: CLASSROOM_VERSION - CLASSROOM_VERSION_MIN },
  (_, index) => CLASSROOM_VERSION - 1 - index,
)

function encode(frame: ClassroomDownFrame): Buffer {
  return encodeFrame(frame)
}

function createWriter(version: number, countDevices: () => number): FrameWriter<ClassroomLogRow> {
  const ping = (span: Span | null, { lineage, head }: LogHead) =>
    encode({
      ...{ type: 'ping', head, devices: countDevices(), lineage: lineage.id },
      ...{ from: span?.from ?? null, to: span?.to ?? null },
    })
  return {
    welcome: ({ epoch, head }) =>
      encode({
        ...{ type: 'welcome', protocol: version, epoch, head },
        ...{ heartbeatMs: SHORT_HEARTBEAT_MS, devices: countDevices() },
      }),
    live: () => encode({ type: 'live' }),
    behind: () => encode({ type: 'behind' }),
    row: (row) => JSON.stringify(toKnownRow(version, row)),
    rows: ({ lineage, from, to }, rows) => encodeRows({ type: 'rows', lineage: lineage.id, from, to }, rows),
    lineage: () => undefined,
    nothing: ({ lineage, from, to }) => encode({ type: 'rows', lineage: lineage.id, from, to, rows: [] }),
    ping: (span, head) => [ping(span, head)],
  }
}

/** Version 1 has no `live`, and a ping in it says how far the log is: whoever is not there pulls. */
function writeLikeVersion1(
  writer: FrameWriter<ClassroomLogRow>,
  countDevices: () => number,
): FrameWriter<ClassroomLogRow> {
  const ping = ({ head }: LogHead) => encodeFrame({ type: 'ping', head, devices: countDevices() })
  return {
    ...writer,
    live: ping,
    ping: (span, head) =>
      span === null || span.from === span.to ? [ping(head)] : [writer.nothing(span) ?? [], ping(head)].flat(),
  }
}

function parseFrame(log: string, content: unknown): UpFrame<never> | undefined {
  const parsed = v.safeParse(classroomUpFrame, content)
  if (!parsed.success) return undefined
  const frame = parsed.output
  switch (frame.type) {
    case 'hello':
      return { type: 'hello', account: null, log, from: frame }
    case 'resume':
      // In version 1 it has no epoch: it follows a pull, which would have said that there is another.
      return { type: 'resume', log, from: { ...frame, epoch: '' } }
    case 'pong':
      return { type: 'pong', cursor: null }
    case 'probe':
      return frame
  }
}
