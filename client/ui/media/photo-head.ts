import { readSize } from '../picture-file.ts'

/** `heif` is all of the family of AVIF (ISO/IEC 23008-12) but that: the photos of iPhones, above all. */
export type PhotoFormat = 'jpeg' | 'png' | 'gif' | 'webp' | 'avif' | 'heif' | 'bmp'

export interface PhotoHead {
  format: PhotoFormat
  width: number
  height: number
}

/** The size stands within the first bytes of a file; a JPEG may have much before it. */
export const HEAD_BYTES = 512 * 1024

const GIF = 0x47494638
const FTYP = 0x66747970
const AVIF = 0x61766966
const META = 0x6d657461
const ISPE = 0x69737065
const BMP = 0x424d

/**
 * What a picture is and how large it becomes once it is opened, out of its first bytes; undefined where that is not known,
 * and then nothing may open it: a small file can hold more pixels than a device has room for.
 */
export function readPhotoHead(head: DataView): PhotoHead | undefined {
  try {
    const format = readFormat(head)
    const size = format === undefined ? undefined : readSizeOf(format, head)
    if (format === undefined || size === undefined || size.width === 0 || size.height === 0) return undefined
    return { format, ...size }
  } catch (error) {
    // The file ends before its size.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function readFormat(head: DataView): PhotoFormat | undefined {
  if (head.getUint32(0) === GIF) return 'gif'
  if (head.getUint16(0) === BMP) return 'bmp'
  if (head.getUint32(4) === FTYP) return head.getUint32(8) === AVIF ? 'avif' : 'heif'
  switch (head.getUint16(0)) {
    case 0xffd8:
      return 'jpeg'
    case 0x8950:
      return 'png'
    case 0x5249:
      return 'webp'
    default:
      return undefined
  }
}

function readSizeOf(format: PhotoFormat, head: DataView): { width: number; height: number } | undefined {
  switch (format) {
    case 'jpeg':
    case 'png':
    case 'webp':
      return readSize(head)
    case 'gif':
      return { width: head.getUint16(6, true), height: head.getUint16(8, true) }
    case 'bmp':
      // A negative height is of lines that begin at the top.
      return { width: Math.abs(head.getInt32(18, true)), height: Math.abs(head.getInt32(22, true)) }
    case 'avif':
    case 'heif':
      return readLargestImage(head)
  }
}

/** Of the tiles that it consists of, and the whole that they make up, the largest counts. */
function readLargestImage(head: DataView): { width: number; height: number } | undefined {
  const meta = findBox(head, META)
  if (meta === undefined) return undefined
  let largest: { width: number; height: number } | undefined
  for (let at = meta.from; at + 16 <= Math.min(meta.to, head.byteLength); at++) {
    if (head.getUint32(at) !== ISPE) continue
    const size = { width: head.getUint32(at + 8), height: head.getUint32(at + 12) }
    if (largest === undefined || size.width * size.height > largest.width * largest.height) largest = size
  }
  return largest
}

function findBox(head: DataView, wanted: number): { from: number; to: number } | undefined {
  let at = 0
  for (;;) {
    const [bytes, type] = [head.getUint32(at), head.getUint32(at + 4)]
    if (type === wanted) return { from: at + 8, to: at + bytes }
    // Smaller than its own head is what ends with the file, or has a size that no picture has.
    if (bytes < 8) return undefined
    at += bytes
  }
}
