import sharp from 'sharp'

/* Files as people have them, made on the spot. */

export interface Pixels {
  width: number
  height: number
  /** From 0 to 1; pictures that are opaque have no alpha at all. */
  alpha?: number
}

function create({ width, height, alpha }: Pixels): ReturnType<typeof sharp> {
  const background = { r: 30, g: 120, b: 200, alpha: alpha ?? 1 }
  return sharp({ create: { width, height, channels: alpha === undefined ? 3 : 4, background } })
}

export function toJpeg(pixels: Pixels): Promise<Buffer> {
  return create(pixels).jpeg().toBuffer()
}

export function toPng(pixels: Pixels): Promise<Buffer> {
  return create(pixels).png().toBuffer()
}

export function toWebp(pixels: Pixels): Promise<Buffer> {
  return create(pixels).webp().toBuffer()
}

export function toAvif(pixels: Pixels): Promise<Buffer> {
  return create(pixels).avif({ effort: 0 }).toBuffer()
}

/** As GIF or WebP, with so many frames that each differ from the one before. */
export async function toMoving(type: 'gif' | 'webp', frames: number, side = 8): Promise<Buffer> {
  const pictures = await Promise.all(
    Array.from({ length: frames }, (_, at) =>
      sharp({ create: { width: side, height: side, channels: 3, background: { r: (at * 40) % 256, g: at, b: 90 } } })
        .png()
        .toBuffer(),
    ),
  )
  const moving = sharp(pictures, { join: { animated: true } })
  return type === 'gif' ? moving.gif({ loop: 0 }).toBuffer() : moving.webp({ loop: 0 }).toBuffer()
}

/** A PNG that says of itself that it has so many frames. Nobody looks at the checksum of a chunk here. */
export async function toMovingPng(frames: number): Promise<Buffer> {
  const png = await toPng({ width: 8, height: 8 })
  const chunk = Buffer.alloc(20)
  chunk.writeUInt32BE(8, 0)
  chunk.write('acTL', 4, 'latin1')
  chunk.writeUInt32BE(frames, 8)
  const afterHead = 8 + 25
  return Buffer.concat([png.subarray(0, afterHead), chunk, png.subarray(afterHead)])
}

/** A BMP of 24 bits, all black, with lines that begin at the top. */
export function toBmp({ width, height }: Pixels): Buffer {
  const bmp = Buffer.alloc(54 + Math.ceil((width * 3) / 4) * 4 * height)
  bmp.write('BM', 0, 'latin1')
  bmp.writeInt32LE(width, 18)
  bmp.writeInt32LE(-height, 22)
  return bmp
}

export function toView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

export function toBlob(bytes: Uint8Array, type = ''): Blob {
  return new Blob([new Uint8Array(bytes)], { type })
}
