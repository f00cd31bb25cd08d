import type { Crop } from './crop.ts'

/** A profile picture's side, in pixels. */
const SIDE = 256
const QUALITIES = [0.88, 0.8, 0.7, 0.58, 0.45, 0.3]

/**
 * Draws the crop anew, so that nothing but its pixels is left of the file, as a JPEG of 256 pixels a
 * side in the best quality of at most `bytesMax`; undefined when none is small enough.
 */
export async function toJpeg(
  bitmap: ImageBitmap,
  { x, y, side }: Crop,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  const canvas = document.createElement('canvas')
  canvas.width = SIDE
  canvas.height = SIDE
  const context = canvas.getContext('2d')
  if (context === null) return undefined
  // What is transparent would turn black.
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, SIDE, SIDE)
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, x - side / 2, y - side / 2, side, side, 0, 0, SIDE, SIDE)
  for (const quality of QUALITIES) {
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
    if (blob !== null && blob.type === 'image/jpeg' && blob.size <= bytesMax) {
      return new Uint8Array(await blob.arrayBuffer())
    }
  }
  return undefined
}
