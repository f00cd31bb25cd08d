import type { DownFrame } from '../../shared/protocol/down.ts'
import type { PublishedBatch } from '../bus/bus.ts'

export function encode(frame: DownFrame): Buffer {
  return Buffer.from(JSON.stringify(frame))
}

/**
 * Encodes the frames of one batch: each row once, and each combination of rows once, however many
 * sockets it goes to.
 */
export function createBatchEncoder(batch: PublishedBatch): (indices: readonly number[]) => Buffer {
  const rows: string[] = []
  const frames = new Map<string, Buffer>()
  const rowAt = (index: number) => (rows[index] ??= JSON.stringify(batch.rows[index]?.row))
  const head = JSON.stringify({ type: 'rows', log: batch.log, from: batch.from, to: batch.to }).slice(0, -1)
  return (indices) => {
    const key = indices.join()
    let frame = frames.get(key)
    if (frame === undefined) {
      frame = Buffer.from(`${head},"rows":[${indices.map(rowAt).join()}]}`)
      frames.set(key, frame)
    }
    return frame
  }
}
