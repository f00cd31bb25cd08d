/** One marker segment (ITU-T T.81, B.1.1): its second byte, and what stands after its length. */
export interface Segment {
  marker: number
  content: Uint8Array
  /** What follows a start of scan up to the next marker; empty after all others. */
  data: Uint8Array
}

const SOI = 0xd8
const EOI = 0xd9
export const SOS = 0xda
const NOTHING = new Uint8Array(0)

/**
 * The segments between the start and the end of an image. Undefined unless the bytes are exactly one
 * such sequence: what is cut off is none, nor is what goes on behind the end.
 */
export function readSegments(bytes: Uint8Array): Segment[] | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return undefined
  const segments: Segment[] = []
  let at = 2
  while (bytes[at] === 0xff) {
    // Any number of 0xff may fill the room before a marker.
    while (bytes[at + 1] === 0xff) at += 1
    const marker = bytes[at + 1] ?? 0
    if (marker === EOI) return at + 2 === bytes.length ? segments : undefined
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
    const end = at + 2 + length
    if (!hasLength(marker) || length < 2 || end > bytes.length) return undefined
    const dataEnd = marker === SOS ? findDataEnd(bytes, end) : end
    const data = marker === SOS ? bytes.subarray(end, dataEnd) : NOTHING
    segments.push({ marker, content: bytes.subarray(at + 4, end), data })
    at = dataEnd
  }
  return undefined
}

/** An image of these segments, with nothing in between. */
export function writeSegments(segments: readonly Segment[]): Uint8Array<ArrayBuffer> {
  const size = segments.reduce((sum, { content, data }) => sum + 4 + content.length + data.length, 4)
  const bytes = new Uint8Array(size)
  bytes.set([0xff, SOI])
  let at = 2
  for (const { marker, content, data } of segments) {
    const length = content.length + 2
    bytes.set([0xff, marker, length >> 8, length & 0xff], at)
    bytes.set(content, at + 4)
    bytes.set(data, at + 2 + length)
    at += 2 + length + data.length
  }
  bytes.set([0xff, EOI], at)
  return bytes
}

/** Markers from 0xc0 on have a length, but for the restarts, which stand in data, and the start and end of an image. */
function hasLength(marker: number): boolean {
  return marker >= 0xc0 && !isRestart(marker) && marker !== SOI && marker !== EOI
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7
}

/** In data a 0xff is followed by 0, which makes it a byte like others, or belongs to a restart. */
function findDataEnd(bytes: Uint8Array, start: number): number {
  let at = start
  while (at < bytes.length) {
    const next = bytes[at + 1] ?? 0xff
    if (bytes[at] !== 0xff) at += 1
    else if (next === 0 || isRestart(next)) at += 2
    else return at
  }
  return at
}
