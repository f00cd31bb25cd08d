import sharp from 'sharp'

/** A file as somebody has it on their device. */
export interface GivenFile {
  name: string
  mimeType: string
  buffer: Buffer
}

export function textFile(name: string, text: string = name): GivenFile {
  return { name, mimeType: 'text/plain', buffer: Buffer.from(text) }
}

/** A JPEG of so many pixels, with as many bytes as a photo of the same has: no two parts of it are alike. */
export async function drawPhoto(width: number, height: number, background = '#336699'): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
  return sharp({ create: { width, height, channels: 3, background, noise } })
    .jpeg({ quality: 85 })
    .toBuffer()
}
