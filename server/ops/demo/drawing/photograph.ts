import sharp from 'sharp'
import { createRandom } from '../random.ts'
import { draw } from './svg.ts'

/** What is to be seen, as the inside of an SVG. */
export interface Scene {
  width: number
  height: number
  body: string
}

const QUALITY = 84
/** A photo has so many pixels to one of its scene. */
const SCALE = 0.75
/** How much of the light the corners lose. */
const VIGNETTE = 0.28
const SOFTNESS = 0.7
const GRAIN_SIDE = 256
const GRAIN = 17

/** A scene as the camera of a phone takes it: darker at the corners, a little soft, with grain. */
export function photograph(scene: Scene): Promise<Buffer> {
  const { width, height, body } = scene
  const corners = draw(
    'radialGradient',
    { id: 'corners', cx: 0.5, cy: 0.5, r: 0.75 },
    draw('stop', { offset: 0.45, 'stop-opacity': 0 }) + draw('stop', { offset: 1, 'stop-opacity': VIGNETTE }),
  )
  const shade = draw('rect', { width, height, fill: 'url(#corners)' })
  const raw = { width: GRAIN_SIDE, height: GRAIN_SIDE, channels: 3 } as const
  return render({ width, height, body: body + corners + shade }, SCALE)
    .blur(SOFTNESS)
    .composite([{ input: toGrain(), raw, tile: true, blend: 'soft-light' }])
    .jpeg({ quality: QUALITY })
    .toBuffer()
}

/** A scene as a screen shows it. */
export function captureScreen(scene: Scene): Promise<Buffer> {
  return render(scene, 1).png().toBuffer()
}

function render({ width, height, body }: Scene, scale: number) {
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) }
  const svg = draw('svg', { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, ...size }, body)
  return sharp(Buffer.from(svg)).flatten().removeAlpha()
}

function toGrain(): Buffer {
  const random = createRandom(7)
  const bytes = Buffer.alloc(GRAIN_SIDE * GRAIN_SIDE * 3)
  for (let at = 0; at < bytes.length; at += 3) {
    const light = random.next() + random.next() + random.next() - 1.5
    for (let channel = 0; channel < 3; channel += 1) {
      bytes[at + channel] = 128 + (light * 1.4 + random.next() - 0.5) * GRAIN
    }
  }
  return bytes
}
