import { PICTURE_BYTES_MAX } from '../../shared/protocol/limits.ts'
import { BASELINE, type Frame, isScan, PROGRESSIVE, readCodes, readFrame, readQuantizations } from './jpeg-frame.ts'
import { readSegments, type Segment, SOS, writeSegments } from './jpeg-segments.ts'

const CODES = 0xc4
const QUANTIZATIONS = 0xdb
const RESTART_INTERVAL = 0xdd
const JFIF = 0xe0
const LAST_APPLICATION = 0xef
const COMMENT = 0xfe

/** Usual progressive pictures have ten; each costs whoever looks at it a walk over all of the picture. */
const SCANS_MAX = 64
const JFIF_HEADER_BYTES = 14
const JFIF_NAME = [0x4a, 0x46, 0x49, 0x46, 0]

/**
 * A profile picture and nothing beside it: of a baseline or progressive JPEG (ITU-T T.81) what decoding
 * needs, and its plain JFIF header. Place, camera, thumbnails and comments are gone. Undefined for
 * whatever is not exactly one such picture within our limits. Never throws, whatever the bytes are.
 */
export function cleanJpeg(bytes: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (bytes.length > PICTURE_BYTES_MAX) return undefined
  const kept = readSegments(bytes)
    ?.filter((segment) => !isExtra(segment))
    .filter(({ marker }, index) => marker !== JFIF || index === 0)
  return kept !== undefined && isPicture(kept) ? writeSegments(kept) : undefined
}

function isExtra({ marker, content }: Segment): boolean {
  if (marker === JFIF) return !isPlainJfif(content)
  return marker === COMMENT || (marker > JFIF && marker <= LAST_APPLICATION)
}

/** The name, version and density, and a thumbnail of no pixels. */
function isPlainJfif(content: Uint8Array): boolean {
  const isJfif = content.length === JFIF_HEADER_BYTES && JFIF_NAME.every((byte, index) => content[index] === byte)
  return isJfif && content[12] === 0 && content[13] === 0
}

/** Whether these are one frame, its tables and at least one scan, each after what it needs. */
function isPicture(segments: readonly Segment[]): boolean {
  const quantizations = new Set<number>()
  const codes = new Set<number>()
  let frame: Frame | undefined
  let scans = 0
  for (const { marker, content, data } of segments) {
    switch (marker) {
      case JFIF:
        break
      case QUANTIZATIONS:
      case CODES: {
        const found = marker === CODES ? readCodes(content) : readQuantizations(content)
        if (found === undefined) return false
        for (const table of found) (marker === CODES ? codes : quantizations).add(table)
        break
      }
      case RESTART_INTERVAL:
        if (content.length !== 2) return false
        break
      case BASELINE:
      case PROGRESSIVE:
        if (frame !== undefined) return false
        frame = readFrame(marker, content)
        if (frame === undefined) return false
        break
      case SOS:
        scans += 1
        if (frame === undefined || scans > SCANS_MAX || data.length === 0) return false
        if (!isScan(content, frame, { quantizations, codes })) return false
        break
      default:
        return false
    }
  }
  return scans > 0
}
