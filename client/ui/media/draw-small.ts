import { PHOTO_SMALL_SIDE_MAX } from '../../../shared/protocol/limits.ts'
import { fitSize, type Size } from './photo-plan.ts'

const QUALITY = 0.8

/** What a list shows of a photo, as small as the server makes it for others; the photo itself where it cannot be drawn. */
export async function drawSmall(photo: Blob, size: Size): Promise<Blob> {
  const { width, height } = fitSize(size, PHOTO_SMALL_SIDE_MAX)
  if (width >= size.width) return photo
  const options: ImageBitmapOptions = { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' }
  const bitmap = await createImageBitmap(photo, { ...options, imageOrientation: 'from-image' }).catch(() => undefined)
  if (bitmap === undefined) return photo
  try {
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width, height })
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
    const small = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/webp', QUALITY))
    return small ?? photo
  } finally {
    bitmap.close()
  }
}
