import sharp from 'sharp'
import type { Area } from './noise.ts'
import { draw } from './svg.ts'

/** Nobody sees that what is out of focus was drawn in fewer pixels, and drawing it so takes a sixteenth of the time. */
const SHRUNK = 4

/** What is drawn in an area, out of focus by so many pixels: shadows, lights, whatever is near or far. */
export async function soften(
  { x, y, width, height }: Area,
  blur: number,
  body: string,
  attributes: Readonly<Record<string, string | number>> = {},
): Promise<string> {
  const viewBox = `${x} ${y} ${width} ${height}`
  const small = { width: Math.ceil(width / SHRUNK), height: Math.ceil(height / SHRUNK) }
  const svg = draw('svg', { xmlns: 'http://www.w3.org/2000/svg', viewBox, preserveAspectRatio: 'none', ...small }, body)
  const png = await sharp(Buffer.from(svg))
    .blur(Math.max(0.3, blur / SHRUNK))
    .png({ compressionLevel: 1 })
    .toBuffer()
  const href = `data:image/png;base64,${png.toString('base64')}`
  return draw('image', { x, y, width, height, preserveAspectRatio: 'none', href, ...attributes })
}
