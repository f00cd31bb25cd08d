import type { KindTypes } from '../log/kind.ts'
import type { Lineage, LogHead } from '../log/log-tables.ts'
import type { LogBatch } from './log-follower.ts'

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
  live(position: LogHead): Buffer
  behind(): Buffer
  /** One row as JSON, or `LEFT_OUT`. */
  row(row: Row): string
  rows(span: Span, rows: readonly string[]): Buffer
  /** Between `from` and `to` there was nothing for the receiver. */
  nothing(span: Span): Buffer
  /** A sign of life, to be answered. `span` is what the receiver may move on over; null while it is behind. */
  ping(span: Span | null, position: LogHead): readonly Buffer[]
}

/** A row that a version does not have. */
export const LEFT_OUT = ''

export function encodeFrame(frame: object): Buffer {
  return Buffer.from(JSON.stringify(frame))
}

/** A frame with rows that are JSON already, but for those that are left out. */
export function encodeRows(frame: object, rows: readonly string[]): Buffer {
  return Buffer.from(`${JSON.stringify(frame).slice(0, -1)},"rows":[${rows.filter((row) => row !== LEFT_OUT).join()}]}`)
}

/**
 * Writes the frames of one batch: each row once and each combination of rows once for each way of writing,
 * however many followers it goes to.
 */
export function createBatchEncoder<Types extends KindTypes>(
  batch: LogBatch<Types>,
): (writer: FrameWriter<Types['row']>, indices: readonly number[]) => Buffer {
  const written = new Map<FrameWriter<Types['row']>, { rows: Map<number, string>; frames: Map<string, Buffer> }>()
  return (writer, indices) => {
    const known = written.get(writer) ?? { rows: new Map<number, string>(), frames: new Map<string, Buffer>() }
    written.set(writer, known)
    const rowAt = (index: number): string => {
      const addressed = batch.rows[index]
      const text = known.rows.get(index) ?? (addressed === undefined ? 'null' : writer.row(addressed.row))
      known.rows.set(index, text)
      return text
    }
    const key = indices.join()
    const frame = known.frames.get(key) ?? writer.rows(batch, indices.map(rowAt))
    known.frames.set(key, frame)
    return frame
  }
}
