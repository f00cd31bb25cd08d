import { drawPhoto, type DrawnCanvas, type PhotoRequest } from './draw-photo.ts'
import type { Size } from './photo-plan.ts'

/* A thread of its own, in which a large picture is drawn without holding up the page. It answers each request once. */

const drawing = { decode: (file: Blob) => createImageBitmap(file, { imageOrientation: 'from-image' }), createCanvas }

function createCanvas({ width, height }: Size): DrawnCanvas | undefined {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) return undefined
  return {
    image: canvas,
    context,
    encode: (type, quality) => canvas.convertToBlob({ type, quality }).catch(() => null),
  }
}

addEventListener('message', ({ data }: MessageEvent<PhotoRequest>) => {
  // What nobody expected becomes the worker's error, of which the page hears.
  drawPhoto(data, drawing).then((answer) => postMessage(answer), reportError)
})
