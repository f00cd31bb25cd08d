import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanJpeg } from '../../../server/files/jpeg.ts'
import { PICTURE_BYTES_MAX, PICTURE_SIDE_MAX } from '../../../shared/protocol/limits.ts'
import { BASELINE, GREY, PROGRESSIVE, TAKEN_AT_HOME, toText, withSegment, withSize } from './example-pictures.ts'

const concat = (...parts: (Uint8Array | string)[]) => Buffer.concat(parts.map((part) => Buffer.from(part)))
const repeat = (count: number, ...bytes: number[]) => Buffer.from(Array<number[]>(count).fill(bytes).flat())
const cleanText = (bytes: Uint8Array) => {
  const cleaned = cleanJpeg(bytes)
  return cleaned && toText(cleaned)
}

const START = BASELINE.subarray(0, 2)
const HEADER = BASELINE.subarray(2, 20)
const REST = BASELINE.subarray(20)
const END = BASELINE.subarray(-2)
const SCAN = BASELINE.subarray(Buffer.from(BASELINE).indexOf(repeat(1, 0xff, 0xda)), -2)
const RESTARTS = Buffer.from([0xff, 0xd0, 0x55, 0xff, 0x00, 0xff, 0xd1, 0x55])

const pictures: [string, Uint8Array][] = [
  ['a baseline picture', BASELINE],
  ['a progressive picture', PROGRESSIVE],
  ['a grey picture', GREY],
  ['a picture without a header', concat(START, REST)],
  ['a picture of the greatest size', withSize(BASELINE, PICTURE_SIDE_MAX, PICTURE_SIDE_MAX)],
  ['a picture of one pixel', withSize(PROGRESSIVE, 1, 1)],
  ['a picture with restarts', concat(BASELINE.subarray(0, -2), RESTARTS, END)],
]
test.each(pictures)('%s stays as it is', (_, picture) => {
  expect(cleanText(picture)).toBe(toText(picture))
})

const JFIF_WITH_THUMBNAIL = concat('JFIF\0', Uint8Array.of(1, 1, 0, 0, 1, 0, 1, 1, 1, 10, 20, 30))
const extras: [string, Uint8Array][] = [
  ['where it was taken, with what, and a comment', TAKEN_AT_HOME],
  ['XMP', withSegment(BASELINE, 0xe1, 'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>52.31N</x:xmpmeta>')],
  ['a colour profile', withSegment(BASELINE, 0xe2, 'ICC_PROFILE\0\u0001\u0001made by')],
  ['what Photoshop and Adobe add', withSegment(withSegment(BASELINE, 0xed, 'Photoshop 3.0\0'), 0xee, 'Adobe\0')],
  ['a thumbnail in its header', withSegment(BASELINE, 0xe0, JFIF_WITH_THUMBNAIL)],
  ['a thumbnail in a second header', withSegment(BASELINE, 0xe0, concat('JFXX\0', TAKEN_AT_HOME))],
  ['a second plain header', withSegment(BASELINE, 0xe0, HEADER.subarray(4))],
  ['a comment that is a page', withSegment(BASELINE, 0xfe, '<html><script>alert(1)</script>')],
  ['a comment after its scan', concat(BASELINE.subarray(0, -2), repeat(1, 0xff, 0xfe, 0, 4, 0x3c, 0x3e), END)],
  ['empty segments', withSegment(withSegment(BASELINE, 0xfe, ''), 0xef, '')],
  ['thousands of segments', concat(START, repeat(7_000, 0xff, 0xfe, 0, 2), BASELINE.subarray(2))],
  ['room filled before a marker', concat(START, repeat(9_000, 0xff), BASELINE.subarray(2, -2), repeat(9, 0xff), END)],
]
test.each(extras)('of a picture with %s the picture is left', (_, picture) => {
  expect(toText(picture)).not.toBe(toText(BASELINE))
  expect(cleanText(picture)).toBe(toText(BASELINE))
})

test('the example that tells where it was taken does tell', () => {
  expect(Buffer.from(TAKEN_AT_HOME).toString('latin1')).toMatch(/Exif\0.*SpyCam.*home/s)
})

/** The picture with one byte changed, counted from where a segment begins. */
function withByte(picture: Uint8Array, marker: number, offset: number, value: number): Uint8Array {
  const changed = Buffer.from(picture)
  changed[changed.indexOf(repeat(1, 0xff, marker)) + offset] = value
  return changed
}
/** The picture with the marker that introduces a segment changed. */
const withMarker = (picture: Uint8Array, marker: number, other: number) => withByte(picture, marker, 1, other)

/** The picture without the first segment of this marker. */
function withoutSegment(picture: Uint8Array, marker: number): Uint8Array {
  const start = Buffer.from(picture).indexOf(repeat(1, 0xff, marker))
  return concat(picture.subarray(0, start), picture.subarray(start + 2 + Buffer.from(picture).readUInt16BE(start + 2)))
}

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII='
const GIF = concat(
  'GIF89a',
  Uint8Array.of(1, 0, 1, 0, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b),
)
const ZIP = concat('PK\u0005\u0006', new Uint8Array(18))
const hostile: [string, Uint8Array][] = [
  ['nothing', new Uint8Array(0)],
  ['SVG', concat('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
  ['a page', concat('<!doctype html><script>alert(1)</script>')],
  ['GIF', GIF],
  ['PNG', Buffer.from(PNG, 'base64')],
  ['WebP', concat('RIFF\u0024\0\0\0WEBPVP8 ', new Uint8Array(24))],
  ['PDF', concat('%PDF-1.7\n', BASELINE)],
  ['a page before a picture', concat('<!doctype html><!--', BASELINE, '-->')],
  ['GIF before a picture', concat(GIF, BASELINE)],
  ['a page behind a picture', concat(BASELINE, '<script>alert(1)</script>')],
  ['an archive behind a picture', concat(BASELINE, ZIP)],
  ['a second picture behind the first', concat(BASELINE, BASELINE)],
  ['one byte behind a picture', concat(BASELINE, new Uint8Array(1))],
  ['a picture in a picture', concat(BASELINE.subarray(0, -2), BASELINE)],
  ['only the start', START],
  ['only the start and the end', concat(START, END)],
  ['a header and the end', concat(START, HEADER, END)],
  ['all but the scan', concat(BASELINE.subarray(0, BASELINE.length - 2 - SCAN.length), END)],
  ['a scan without data', concat(BASELINE.subarray(0, BASELINE.length - 2 - SCAN.length), SCAN.subarray(0, 14), END)],
  ['60,000 pixels a side', withSize(BASELINE, 60_000, 60_000)],
  ['a pixel too wide', withSize(PROGRESSIVE, PICTURE_SIDE_MAX + 1, 1)],
  ['a pixel too high', withSize(PROGRESSIVE, 1, PICTURE_SIDE_MAX + 1)],
  ['no width', withSize(BASELINE, 0, 16)],
  ['a height that is told later', withSize(BASELINE, 24, 0)],
  ['a segment that is longer than the file', concat(START, repeat(1, 0xff, 0xe1, 0xff, 0xff), BASELINE.subarray(2))],
  ['a segment shorter than its own length', concat(START, repeat(1, 0xff, 0xe1, 0, 1), BASELINE.subarray(2))],
  ['bytes between two segments', concat(START, HEADER, 'x', REST)],
  ['endless room before a marker', concat(START, repeat(30_000, 0xff))],
  ['endless empty segments', concat(START, repeat(8_000, 0xff, 0xfe, 0, 2))],
  ['endless data', concat(BASELINE.subarray(0, -2), repeat(15_000, 0xff, 0x00))],
  ['endless scans', concat(BASELINE.subarray(0, -2), ...Array<Uint8Array>(64).fill(SCAN), END)],
  ['a comment that makes it too large', withSegment(BASELINE, 0xfe, new Uint8Array(PICTURE_BYTES_MAX))],
  ['a lossless picture', withMarker(BASELINE, 0xc0, 0xc3)],
  ['a picture in arithmetic coding', withMarker(BASELINE, 0xc0, 0xc9)],
  ['a picture in layers', withMarker(BASELINE, 0xc0, 0xde)],
  ['a marker that is reserved', withSegment(BASELINE, 0xf0, '')],
  ['a marker that is no start of anything', withSegment(BASELINE, 0x01, '')],
  ['a restart outside a scan', concat(START, repeat(1, 0xff, 0xd0), BASELINE.subarray(2))],
  ['twelve bits a sample', withByte(BASELINE, 0xc0, 4, 12)],
  ['four components, as printers use them', withByte(BASELINE, 0xc0, 9, 4)],
  ['a component twice', withByte(BASELINE, 0xc0, 13, 1)],
  ['a sampling that is none', withByte(BASELINE, 0xc0, 11, 0x03)],
  ['a table of quantization that never came', withByte(BASELINE, 0xc0, 12, 3)],
  ['a table of quantization that divides by nothing', withByte(BASELINE, 0xdb, 9, 0)],
  ['a code table that never came', withoutSegment(BASELINE, 0xc4)],
  [
    'a code of more words than there can be',
    withSegment(BASELINE, 0xc4, Uint8Array.of(0, 3, ...Buffer.alloc(15), 1, 2, 3)),
  ],
  ['a code table cut off', withByte(BASELINE, 0xc4, 20, 200)],
  ['two frames', concat(BASELINE.subarray(0, -2), REST)],
  ['a scan before the frame', concat(START, HEADER, SCAN, REST)],
  ['a scan of a component that is not there', withByte(BASELINE, 0xda, 5, 9)],
  ['a scan of a part of what a baseline has', withByte(BASELINE, 0xda, 12, 5)],
  ['a progressive scan of more than its kind', withByte(PROGRESSIVE, 0xda, 12, 9)],
  ['a restart interval of three bytes', withSegment(BASELINE, 0xdd, Uint8Array.of(0, 0, 1))],
]
test.each(hostile)('%s is no picture', (_, bytes) => {
  expect(cleanText(bytes)).toBeUndefined()
})

test('of two pictures cut off anywhere nothing is taken', () => {
  for (const picture of [BASELINE, PROGRESSIVE]) {
    const taken = Array.from(picture.keys()).filter((length) => cleanJpeg(picture.subarray(0, length)) !== undefined)
    expect(taken).toEqual([])
  }
})

/** What was taken is clean: it is no larger, stays as it is, and holds no segment but what decoding needs. */
function expectClean(bytes: Uint8Array): void {
  const cleaned = cleanJpeg(bytes)
  if (cleaned === undefined) return
  expect(cleaned.length).toBeLessThanOrEqual(bytes.length)
  expect(cleanText(cleaned)).toBe(toText(cleaned))
  expect([...cleaned.subarray(0, 2), ...cleaned.subarray(-2)]).toEqual([...START, ...END])
}

test('bytes by chance are no picture, and throw nothing', () => {
  const bytes = fc.uint8Array({ maxLength: 2_000, size: 'max' })
  fc.assert(
    fc.property(bytes, fc.boolean(), (some, begun) => {
      expect(cleanJpeg(begun ? concat(START, some, END) : some)).toBeUndefined()
    }),
  )
})

test('of a picture changed anywhere nothing unclean is taken', () => {
  const change = fc.record({
    at: fc.nat(),
    value: fc.nat(255),
    drop: fc.nat(3),
    insert: fc.uint8Array({ maxLength: 6 }),
  })
  const picture = fc.constantFrom(BASELINE, PROGRESSIVE, TAKEN_AT_HOME)
  fc.assert(
    fc.property(picture, fc.array(change, { minLength: 1, maxLength: 5 }), (whole, changes) => {
      let bytes: Uint8Array = whole
      for (const { at, value, drop, insert } of changes) {
        const place = at % bytes.length
        bytes = concat(bytes.subarray(0, place), Uint8Array.of(value), insert, bytes.subarray(place + 1 + drop))
      }
      expectClean(bytes)
    }),
    { numRuns: 2_000 },
  )
})
