import type { Lineage, LogHead } from '../log/log-tables.ts'

/** A part of a log, up to a position in a lineage. */
export interface Span {
  lineage: Pick<Lineage, 'id'>
  from: number
  to: number
}

/** How the frames of one log are written in one version of a kind's contract. */
export interface FrameWriter<Row> {
  /** `known` says whether the client's own position is of this history. */
  welcome(position: LogHead, known: boolean): Buffer
  /** `cursor` is where the rows begin. */
  live(position: LogHead, cursor: number): Buffer
  behind(): Buffer
  /** One row, or `LEFT_OUT`. */
  row(row: Row): EncodedRow
  rows(span: Span, rows: readonly EncodedRow[]): Buffer
  /** Between `from` and `to` there was nothing for the receiver. Undefined where the next rows say it by themselves. */
  nothing(span: Span): Buffer | undefined
  /** What follows is of this lineage. Undefined where each frame says it. */
  lineage(lineage: Span['lineage']): Buffer | undefined
  /** A sign of life, to be answered or not. `span` is what the receiver may move on over; null while it is behind. */
  ping(span: Span | null, position: LogHead, isAnswered: boolean): readonly Buffer[]
}

/** As JSON, or packed. */
export type EncodedRow = string | Uint8Array

/** A row that a version does not have. */
export const LEFT_OUT = ''

/** Whether a frame is JSON, and goes in a text message: what is packed begins with no brace. */
export function isJson(frame: Buffer): boolean {
  return frame[0] === BRACE
}

const BRACE = '{'.charCodeAt(0)

export function encodeFrame(frame: object): Buffer {
  return Buffer.from(JSON.stringify(frame))
}

/** A frame with rows that are JSON already, but for those that are left out. */
export function encodeRows(frame: object, rows: readonly EncodedRow[]): Buffer {
  return Buffer.from(`${JSON.stringify(frame).slice(0, -1)},"rows":[${rows.filter((row) => row !== LEFT_OUT).join()}]}`)
}

/** Writes a frame with these rows, in this order. */
export type RowsEncoder<Row> = (writer: FrameWriter<Row>, span: Span, rows: readonly Row[]) => Buffer

/** Of frames kept for others who are told the same. */
const FRAMES_BYTES_MAX = 8 * 1024 * 1024

/**
 * Writes each row once for each way of writing, and each combination of rows of one span once, however many it goes to: those
 * who are live as it comes, and those who come back within recent memory.
 */
export function createRowsEncoder<Row extends object>(): RowsEncoder<Row> {
  const byWriter = new WeakMap<FrameWriter<Row>, RowsEncoder<Row>>()
  return (writer, span, rows) => {
    const encode = byWriter.get(writer) ?? createEncoderOf<Row>()
    byWriter.set(writer, encode)
    return encode(writer, span, rows)
  }
}

function createEncoderOf<Row extends object>(): RowsEncoder<Row> {
  // By the rows themselves and not by what they are called: what is told to some of one change is another row for others.
  const known = new WeakMap<Row, { name: number; text: ReturnType<FrameWriter<Row>['row']> }>()
  const frames = new Map<string, Buffer>()
  let names = 0
  let bytes = 0
  let at: { to: number; lineage: string } | undefined
  let last: { span: Span; rows: readonly Row[]; frame: Buffer } | undefined

  return (writer, span, rows) => {
    if (last?.span === span && last.rows === rows) return last.frame
    if (at?.to !== span.to || at.lineage !== span.lineage.id || bytes > FRAMES_BYTES_MAX) {
      frames.clear()
      bytes = 0
      at = { to: span.to, lineage: span.lineage.id }
    }
    const written = rows.map((row) => {
      const one = known.get(row) ?? { name: (names += 1), text: writer.row(row) }
      known.set(row, one)
      return one
    })
    const key = `${span.from} ${written.map(({ name }) => name).join()}`
    const found = frames.get(key)
    if (found !== undefined) return found
    const frame = writer.rows(
      span,
      written.map(({ text }) => text),
    )
    frames.set(key, frame)
    bytes += frame.length
    last = { span, rows, frame }
    return frame
  }
}
