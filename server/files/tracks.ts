import { open, type FileHandle } from 'node:fs/promises'

/*
 * Whether there is a picture in what may hold both pictures and sound. What a browser records from a microphone comes in
 * the same containers as films do.
 */

/** Where a box or element begins, and what is in it. */
interface Part {
  id: number
  start: number
  end: number
}

type ReadPart = (file: FileHandle, at: number, end: number) => Promise<Part | undefined>

/** So many are looked at, wherever they lie: tracks come before, or after, a few large ones. */
const PARTS_MAX = 1_000

/** False only of what is known to hold nothing but sound. */
export async function hasVideo(path: string, type: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    if (type === 'video/webm' || type === 'video/matroska') return !isSoundAlone(await readMatroskaTracks(file, size))
    if (['video/mp4', 'video/quicktime', 'video/3gpp', 'video/3gpp2'].includes(type)) {
      return !isSoundAlone(await readMp4Tracks(file, size))
    }
    return true
  } finally {
    await file.close()
  }
}

type Track = 'sound' | 'other'

function isSoundAlone(tracks: readonly Track[]): boolean {
  return tracks.length > 0 && tracks.every((track) => track === 'sound')
}

const boxId = (name: string) => Buffer.from(name, 'latin1').readUInt32BE(0)
const MOOV = boxId('moov')
const TRAK = boxId('trak')
const MDIA = boxId('mdia')
const HDLR = boxId('hdlr')
const SOUND_HANDLER = boxId('soun')

/** The handlers of its tracks (ISO/IEC 14496-12, 8.4.3). */
async function readMp4Tracks(file: FileHandle, size: number): Promise<Track[]> {
  const tracks: Track[] = []
  for (const handler of await findParts(file, { id: 0, start: 0, end: size }, [MOOV, TRAK, MDIA, HDLR], readBox)) {
    const content = await readBytes(file, handler.start, 12)
    tracks.push(content.length === 12 && content.readUInt32BE(8) === SOUND_HANDLER ? 'sound' : 'other')
  }
  return tracks
}

async function readBox(file: FileHandle, at: number, end: number): Promise<Part | undefined> {
  const header = await readBytes(file, at, 16)
  if (header.length < 8) return undefined
  const size = header.readUInt32BE(0)
  const id = header.readUInt32BE(4)
  if (size === 0) return { id, start: at + 8, end }
  if (size !== 1) return size < 8 ? undefined : { id, start: at + 8, end: Math.min(end, at + size) }
  const large = header.length < 16 ? 0 : Number(header.readBigUInt64BE(8))
  return large < 16 ? undefined : { id, start: at + 16, end: Math.min(end, at + large) }
}

const SEGMENT = 0x18538067
const TRACKS = 0x1654ae6b
const TRACK_ENTRY = 0xae
const TRACK_TYPE = 0x83
const SOUND_TRACK = 2

/** The types of its tracks (RFC 9559, 5.1.4.1.3). */
async function readMatroskaTracks(file: FileHandle, size: number): Promise<Track[]> {
  const path = [SEGMENT, TRACKS, TRACK_ENTRY, TRACK_TYPE]
  const tracks: Track[] = []
  for (const { start, end } of await findParts(file, { id: 0, start: 0, end: size }, path, readElement)) {
    const content = await readBytes(file, start, Math.min(8, end - start))
    tracks.push(
      content.length > 0 && content.readUIntBE(0, Math.min(6, content.length)) === SOUND_TRACK ? 'sound' : 'other',
    )
  }
  return tracks
}

/** An element of EBML (RFC 8794, 4): the first byte of its id, and of its size, tells how long that is. */
async function readElement(file: FileHandle, at: number, end: number): Promise<Part | undefined> {
  const header = await readBytes(file, at, 12)
  const [first = 0] = header
  const idLength = Math.clz32(first) - 23
  if (idLength > 4 || header.length <= idLength) return undefined
  const [sizeFirst = 0] = header.subarray(idLength)
  const sizeLength = Math.clz32(sizeFirst) - 23
  const start = idLength + sizeLength
  if (sizeLength > 8 || header.length < start) return undefined
  const unmarked = sizeFirst & (0xff >> sizeLength)
  const size = header.subarray(idLength + 1, start).reduce((value, byte) => value * 256 + byte, unmarked)
  // All ones: it ends where what it is in does.
  const isOpen = size >= 2 ** (7 * sizeLength) - 1
  const id = header.readUIntBE(0, idLength)
  return { id, start: at + start, end: isOpen ? end : Math.min(end, at + start + size) }
}

/** The parts that lie at the end of a path of ids, each in one with the id before. */
async function findParts(
  file: FileHandle,
  within: Part,
  [id, ...rest]: readonly number[],
  read: ReadPart,
  budget = { parts: PARTS_MAX },
): Promise<Part[]> {
  if (id === undefined) return [within]
  const found: Part[] = []
  let at = within.start
  while (at < within.end && budget.parts > 0) {
    budget.parts -= 1
    const part = await read(file, at, within.end)
    if (part === undefined) break
    if (part.id === id) found.push(...(await findParts(file, part, rest, read, budget)))
    at = part.end
  }
  return found
}

async function readBytes(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at)
  return buffer.subarray(0, bytesRead)
}
