import { deflateSync, crc32 } from 'node:zlib'
import sharp, { type Noise, type Sharp } from 'sharp'

// Pictures as people send them, and as those do who mean no good. All are made here.

export function plainPhoto(width: number, height: number, background = '#336699', noise?: Noise): Sharp {
  return sharp({ create: { width, height, channels: 3, background, ...(noise && { noise }) } })
}

/** A PNG that says it has so many pixels, and has none but white ones: some kilobytes that decode to gigabytes. */
export function bombPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // One bit a pixel, in grey.
  header.set([1, 0, 0, 0, 0], 8)
  const row = Buffer.alloc(1 + Math.ceil(width / 8))
  const data = deflateSync(Buffer.concat(Array.from({ length: Math.min(height, 2_000) }, () => row)))
  return png([
    ['IHDR', header],
    ['IDAT', data],
    ['IEND', Buffer.alloc(0)],
  ])
}

/** A PNG whose profile is compressed a thousandfold. */
export function bombProfilePng(bytes: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(8, 0)
  header.writeUInt32BE(8, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const rows = Buffer.alloc(8 * (1 + 8 * 3))
  return png([
    ['IHDR', header],
    ['iCCP', Buffer.concat([Buffer.from('profile\0\0'), deflateSync(Buffer.alloc(bytes))])],
    ['IDAT', deflateSync(rows)],
    ['IEND', Buffer.alloc(0)],
  ])
}

function png(chunks: readonly (readonly [type: string, content: Buffer])[]): Buffer {
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, ...chunks.map(([type, content]) => pngChunk(type, content))])
}

function pngChunk(type: string, content: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(typed))
  return Buffer.concat([length, typed, sum])
}

/** A GIF of so many frames of one pixel, that begins again without end. */
export function endlessGif(frames: number, width = 1, height = 1): Buffer {
  const header = Buffer.from('GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1')
  header.writeUInt16LE(width, 6)
  header.writeUInt16LE(height, 8)
  const forever = Buffer.from('\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0', 'latin1')
  const frame = Buffer.from([...[0x21, 0xf9, 4, 0, 1, 0, 0, 0], ...[0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]])
  const all = Buffer.alloc(frames * frame.length)
  for (let index = 0; index < frames; index += 1) frame.copy(all, index * frame.length)
  return Buffer.concat([header, forever, all, Buffer.from(';')])
}

/** A photo taken somewhere, by somebody's camera, lying on its side. */
export async function photoWithPlace(): Promise<Buffer> {
  const half = await plainPhoto(60, 120, '#ff0000').png().toBuffer()
  return plainPhoto(120, 120, '#0000ff')
    .composite([{ input: half, left: 0, top: 0 }])
    .extend({ top: 0, bottom: 0, left: 0, right: 120, background: '#00ff00' })
    .jpeg({ quality: 95 })
    .withExif({ IFD0: { Make: 'Camera of Ann' }, IFD3: { GPSLatitude: '52/1 31/1 0/1', GPSLatitudeRef: 'N' } })
    .withMetadata({ orientation: 6 })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret>Ann at home</secret></x:xmpmeta>')
    .toBuffer()
}
