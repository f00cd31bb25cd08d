/** A picture file may have so many bytes, and pixels once it is opened. */
export const PICTURE_FILE_MAX = 20 * 1024 * 1024
const PIXELS_MAX = 50_000_000
/** Where the size stands within the first bytes of a file; a JPEG may have much before it. */
const HEAD_BYTES = 512 * 1024

interface Size {
  width: number
  height: number
}

/**
 * Whether a chosen file is a picture that can be opened without harm: undefined when it is, otherwise
 * why not, as a sentence. Looks at the first bytes alone, and opens nothing.
 */
export async function checkPictureFile(file: Blob): Promise<string | undefined> {
  if (file.size > PICTURE_FILE_MAX) {
    return `This file has ${Math.round(file.size / 1024 / 1024)} MB. Choose one of at most ${PICTURE_FILE_MAX / 1024 / 1024} MB.`
  }
  const size = readSize(new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer()))
  if (size === undefined || size.width === 0 || size.height === 0) {
    return 'This file is not a picture that can be used. Choose a JPEG, PNG or WebP file.'
  }
  if (size.width * size.height > PIXELS_MAX) return 'This picture has too many pixels. Choose a smaller one.'
  return undefined
}

/** Width and height out of the head of a PNG, JPEG or WebP file; undefined for anything else. */
export function readSize(head: DataView): Size | undefined {
  try {
    return readPng(head) ?? readJpeg(head) ?? readWebp(head)
  } catch (error) {
    // The file ends before its size.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const PNG = 0x89504e47

function readPng(head: DataView): Size | undefined {
  if (head.getUint32(0) !== PNG) return undefined
  return { width: head.getUint32(16), height: head.getUint32(20) }
}

/** The frame header of a JPEG (ITU T.81, B.2.2) stands behind any number of other segments. */
function readJpeg(head: DataView): Size | undefined {
  if (head.getUint16(0) !== 0xffd8) return undefined
  let at = 2
  for (;;) {
    const marker = head.getUint16(at)
    if (marker < 0xffc0) return undefined
    const isFrame = marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)
    if (isFrame) return { height: head.getUint16(at + 5), width: head.getUint16(at + 7) }
    at += 2 + Math.max(2, head.getUint16(at + 2))
  }
}

const RIFF = 0x52494646
const WEBP = 0x57454250

/** WebP keeps its size in one of three ways (RFC 9649, 2.5 to 2.7). */
function readWebp(head: DataView): Size | undefined {
  if (head.getUint32(0) !== RIFF || head.getUint32(8) !== WEBP) return undefined
  const read24 = (at: number) => head.getUint16(at, true) + head.getUint8(at + 2) * 65_536
  switch (String.fromCharCode(...[12, 13, 14, 15].map((at) => head.getUint8(at)))) {
    case 'VP8X':
      return { width: read24(24) + 1, height: read24(27) + 1 }
    case 'VP8L': {
      const bits = head.getUint32(21, true)
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8 ':
      return { width: head.getUint16(26, true) & 0x3fff, height: head.getUint16(28, true) & 0x3fff }
    default:
      return undefined
  }
}
