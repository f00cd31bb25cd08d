import type { FrameWriter, Span } from '../../server/live/frames.ts'
import type { Following, Hub } from '../../server/live/hub.ts'
import type { KindTypes } from '../../server/log/kind.ts'

/** What a hub says to a follower, whichever kind its log is of and however the kind writes it. */
export type Heard<Row> =
  | { type: 'live' | 'behind' }
  | { type: 'rows'; from: number; to: number; rows: Row[] }
  | { type: 'nothing'; from: number; to: number }
  | { type: 'ping'; from: number | null; to: number | null }

/** Somebody who follows a log, and what they were told. */
export interface TestFollower<Row> {
  readonly frames: Heard<Row>[]
  readonly following: Following
  /** Goes on from a cursor that was given in this lineage; by default in the present one. */
  resume(cursor: number, lineage?: string): Promise<void>
  /** Takes what was told since the last time. */
  take(): Heard<Row>[]
  /** Every row told so far, in order. */
  rows(): Row[]
  isEnded(): boolean
  /** Takes nothing more. */
  fill(): void
}

export function followLog<Types extends KindTypes>(
  hub: Hub<Types>,
  reader: Types['reader'],
  onFrame: (frame: Buffer) => void = () => undefined,
): TestFollower<Types['row']> {
  const frames: Heard<Types['row']>[] = []
  let taken = 0
  let ended = false
  let full = false
  const following = hub.follow({
    reader,
    writer: PLAIN,
    isFull: () => full,
    send(frame) {
      onFrame(frame)
      frames.push(JSON.parse(frame.toString()) as Heard<Types['row']>)
    },
    end: () => (ended = true),
  })
  return {
    frames,
    following,
    resume: async (cursor, lineage = hub.position.lineage.id) => following.resume({ lineage, cursor }),
    take() {
      const fresh = frames.slice(taken)
      taken = frames.length
      return fresh
    },
    rows: () => frames.flatMap((frame) => (frame.type === 'rows' ? frame.rows : [])),
    isEnded: () => ended,
    fill: () => (full = true),
  }
}

function encode(frame: object): Buffer {
  return Buffer.from(JSON.stringify(frame))
}

const within = ({ from, to }: Span) => ({ from, to })

/** The same for every kind. */
const PLAIN: FrameWriter<object> = {
  welcome: () => encode({ type: 'welcome' }),
  live: () => encode({ type: 'live' }),
  behind: () => encode({ type: 'behind' }),
  row: (row) => JSON.stringify(row),
  rows: (span, rows) =>
    encode({ type: 'rows', ...within(span), rows: rows.map((row) => JSON.parse(String(row)) as unknown) }),
  lineage: () => undefined,
  nothing: (span) => encode({ type: 'nothing', ...within(span) }),
  ping: (span) => [encode({ type: 'ping', ...(span === null ? { from: null, to: null } : within(span)) })],
}
