import { countFrames } from './count-frames.ts'
import { HEAD_BYTES, readPhotoHead, type PhotoFormat, type PhotoHead } from './photo-head.ts'
import { toPhotoName } from './photo-name.ts'
import { fitSize, isTooLarge, planPhoto, shrinkSteps, type PhotoPlan, type Size } from './photo-plan.ts'
import { PREVIEW_SIDE_MAX, toPreview } from './to-preview.ts'

export interface PhotoRequest {
  file: Blob
  name: string
  /** It is sent as it is, and not made smaller; the server takes out of it what is not the picture. */
  isOriginal: boolean
  /** Whatever it is, it is drawn anew like this; what moves stands still then. */
  redrawing?: Redrawing
}

export interface Redrawing {
  /** No side is longer, in pixels. */
  sideMax: number
  /** Of its encoding, from 0 to 1. */
  quality: number
  /** By so many pixels, and parts of one, it reaches over its left, upper, right and lower edge: with others no byte is the same. */
  over: readonly [number, number, number, number]
}

export interface PreparedPhoto {
  blob: Blob
  type: string
  name: string
  width: number
  height: number
  /** A ThumbHash in base64. */
  preview: string
  animated: boolean
}

/**
 * `not-a-photo` is what this browser cannot show, `too-large` what has more pixels or frames than a photo may or this
 * device can draw: both can be sent as documents. What is `unreadable` is gone from the disk, or was changed there.
 */
export type PhotoRefusal = 'not-a-photo' | 'too-large' | 'unreadable'
export type PhotoAnswer = PreparedPhoto | PhotoRefusal

/** What a page and a worker each draw with in their own way. */
export interface Drawing {
  decode(file: Blob): Promise<ImageBitmap>
  /** Undefined where there is no room for it. */
  createCanvas(size: Size): DrawnCanvas | undefined
}

export interface DrawnCanvas {
  image: CanvasImageSource
  context: Pick<CanvasRenderingContext2D, 'drawImage' | 'getImageData' | 'imageSmoothingQuality'>
  /** Null where it cannot be encoded; of another type, and named so, where this one cannot be written. */
  encode(type: string, quality: number): Promise<Blob | null>
}

const QUALITY = 0.85

/** Makes a photo of a file: small enough to get through, with a preview, and with nothing in it but the picture. */
export async function drawPhoto(request: PhotoRequest, drawing: Drawing): Promise<PhotoAnswer> {
  const looked = await look(request)
  if (typeof looked === 'string') return looked
  const bitmap = await drawing.decode(request.file).catch(() => undefined)
  if (bitmap === undefined) return 'not-a-photo'
  try {
    // A head that lies is believed no longer.
    if (isTooLarge(bitmap, looked.frames)) return 'too-large'
    return (await prepare(request, bitmap, looked, drawing)) ?? 'too-large'
  } finally {
    bitmap.close()
  }
}

interface Looked {
  format: PhotoFormat
  frames: number
  plan: PhotoPlan
}

async function look({ file, isOriginal, redrawing }: PhotoRequest): Promise<Looked | PhotoRefusal> {
  try {
    const head = readPhotoHead(new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer()))
    if (head === undefined) return 'not-a-photo'
    // What is too large as one picture need not be read to its end.
    const frames = isTooLarge(head, 1) || !mayMove(head) ? 1 : await countFramesOf(head, file)
    const plan = redrawing === undefined ? planPhoto(head, frames, isOriginal) : planRedraw(head, frames, redrawing)
    return plan === 'too-large' ? plan : { format: head.format, frames, plan }
  } catch (error) {
    // NotReadableError, NotFoundError: https://w3c.github.io/FileAPI/#dfn-error-codes
    if (error instanceof DOMException) return 'unreadable'
    throw error
  }
}

function planRedraw(head: PhotoHead, frames: number, { sideMax }: Redrawing): PhotoPlan | 'too-large' {
  return isTooLarge(head, frames) ? 'too-large' : { do: 'draw', sideMax }
}

function mayMove({ format }: PhotoHead): boolean {
  return format === 'gif' || format === 'png' || format === 'webp'
}

async function countFramesOf({ format }: PhotoHead, file: Blob): Promise<number> {
  return countFrames(format, new DataView(await file.arrayBuffer()))
}

/** Undefined where there is no room to draw it. */
async function prepare(
  { file, name, redrawing }: PhotoRequest,
  bitmap: ImageBitmap,
  { format, frames, plan }: Looked,
  drawing: Drawing,
): Promise<PreparedPhoto | undefined> {
  const { width, height } = bitmap
  if (plan.do === 'keep') {
    const preview = drawPreview(bitmap, { width, height }, drawing)
    if (preview === undefined) return undefined
    return { blob: file, type: plan.type, name, width, height, preview, animated: frames > 1 }
  }
  const size = fitSize({ width, height }, plan.sideMax)
  const drawn = shrink(bitmap, { width, height }, size, drawing, redrawing?.over)
  if (drawn === undefined) return undefined
  const isTransparent = format !== 'jpeg' && hasAlpha(drawn, size)
  const blob = await drawn.encode(isTransparent ? 'image/webp' : 'image/jpeg', redrawing?.quality ?? QUALITY)
  const preview = drawPreview(drawn.image, size, drawing)
  if (blob === null || preview === undefined) return undefined
  return { blob, type: blob.type, name: toPhotoName(name, blob.type), ...size, preview, animated: false }
}

function drawPreview(image: CanvasImageSource, from: Size, drawing: Drawing): string | undefined {
  const size = fitSize(from, PREVIEW_SIDE_MAX)
  const small = shrink(image, from, size, drawing)
  return small && toPreview(size, small.context.getImageData(0, 0, size.width, size.height).data)
}

function shrink(
  image: CanvasImageSource,
  from: Size,
  to: Size,
  drawing: Drawing,
  [left, top, right, bottom]: Redrawing['over'] = [0, 0, 0, 0],
): DrawnCanvas | undefined {
  let drawn: DrawnCanvas | undefined
  for (const size of shrinkSteps(from, to)) {
    const canvas = drawing.createCanvas(size)
    if (canvas === undefined) return undefined
    canvas.context.imageSmoothingQuality = 'high'
    const [width, height] = [size.width + left + right, size.height + top + bottom]
    canvas.context.drawImage(drawn?.image ?? image, -left, -top, width, height)
    drawn = canvas
  }
  return drawn
}

function hasAlpha({ context }: DrawnCanvas, { width, height }: Size): boolean {
  const { data } = context.getImageData(0, 0, width, height)
  for (let alpha = 3; alpha < data.length; alpha += 4) if (data[alpha] !== 255) return true
  return false
}
