import type { PhotoRefusal, PhotoRequest, PreparedPhoto } from './draw-photo.ts'
import { preparePhoto } from './prepare-photo.ts'

export interface RedrawOptions {
  /** No side is longer, in pixels. */
  sideMax: number
  bytesMax: number
  prepare?: (request: PhotoRequest) => Promise<PreparedPhoto | PhotoRefusal>
  /** At least 0, below 1, and not to be guessed: whoever knew it could draw the same. */
  random?: () => number
}

const QUALITY = { least: 0.78, most: 0.88 }
/** It reaches over each edge by less than so many pixels: nobody misses them. */
const OVER = 2
/** What cannot be encoded well, as much that is transparent in Safari, is drawn smaller. */
const SHRINKS = [1, 0.6, 0.35]

/** Draws a picture that nobody is to be known by: without its name and all that a camera writes, and never twice the same. */
export async function redrawPhoto(
  file: Blob,
  { sideMax, bytesMax, prepare = preparePhoto, random = drawNumber }: RedrawOptions,
): Promise<PreparedPhoto | PhotoRefusal> {
  const over = [OVER * random(), OVER * random(), OVER * random(), OVER * random()] as const
  const quality = QUALITY.least + (QUALITY.most - QUALITY.least) * random()
  for (const shrink of SHRINKS) {
    const redrawing = { sideMax: Math.round(sideMax * shrink), quality, over }
    const photo = await prepare({ file, name: '', isOriginal: false, redrawing })
    if (typeof photo === 'string' || photo.blob.size <= bytesMax) return photo
  }
  return 'too-large'
}

function drawNumber(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32
}
