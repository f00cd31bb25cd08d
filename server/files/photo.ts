import { join } from 'node:path'
import sharp, { type Metadata, type Sharp } from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import { PHOTO_FRAMES_MAX, PHOTO_PIXELS_MAX, PHOTO_SMALL_SIDE_MAX } from '../../shared/protocol/limits.ts'
import { HomeFull } from './home.ts'
import { findMediaType } from './recognize.ts'

/** A picture to be looked at: a file of this machine, or its bytes. */
export type PictureSource = string | Buffer

/** A photo drawn anew: two files, and what its row says of it. */
export interface MadePhoto {
  whole: string
  small: string
  type: 'image/jpeg' | 'image/webp'
  width: number
  height: number
  /** A ThumbHash in base64. */
  preview: string
}

/** What is let near a decoder. All others, above all those that read more files or draw text, are shut. */
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif']
const PHOTO_TYPES = new Set(['image/jpeg', 'image/png', 'image/apng', 'image/webp', 'image/gif', 'image/avif'])
/** What WebP can hold. */
const SIDE_MAX = 16_383
const THUMBHASH_SIDE_MAX = 100
/** Twenty megapixels take a second or two; whatever takes longer was made to. */
const DRAWN_WITHIN_S = 20
const JPEG = { quality: 85 }
const WEBP = { quality: 85, effort: 3 }
const SMALL_WEBP = { quality: 75, effort: 3 }

/** Once a process: memory goes back when a picture is done, and a picture takes one thread of libuv's four. */
export function prepareSharp(): void {
  sharp.cache(false)
  sharp.concurrency(1)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: LOADERS.map((name) => `VipsForeignLoad${name}`) })
}

/**
 * Draws a photo anew into a folder: upright, in sRGB, and without anything that is not to be seen. What is no picture, is
 * torn, or is more than we want to decode, is refused.
 */
export async function makePhoto(path: string, folder: string): Promise<MadePhoto | Refusal> {
  const found = await checkPicture(path)
  if ('code' in found) return found
  const { isJpeg, pages } = found
  const whole = join(folder, 'whole')
  const small = join(folder, 'small')
  try {
    const drawn = openPhoto(path, { animated: pages > 1 })
    const {
      width: drawnWidth,
      height: drawnHeight,
      pageHeight,
    } = await (isJpeg ? drawn.jpeg(JPEG) : drawn.webp(WEBP)).toFile(whole)
    await drawSmall(path).toFile(small)
    const preview = await toPreview(small)
    const type = isJpeg ? 'image/jpeg' : 'image/webp'
    return { whole, small, type, width: drawnWidth, height: pageHeight ?? drawnHeight, preview }
  } catch (error) {
    return toRefusal(error)
  }
}

/** What is let near a decoder, and no more of it than we want to decode. */
export async function checkPicture(
  source: PictureSource,
): Promise<{ isJpeg: boolean; hasAlpha: boolean; pages: number; width: number; height: number } | Refusal> {
  const mediaType = await findMediaType(source)
  if (mediaType === undefined || !PHOTO_TYPES.has(mediaType)) return refusal('not_a_photo')
  const found = await readHeader(source)
  if (found === undefined) return refusal('not_a_photo')
  const { pages = 1, hasAlpha, autoOrient } = found
  const { width, height } = autoOrient
  const isTooLarge = width * height * pages > PHOTO_PIXELS_MAX || Math.max(width, height) > SIDE_MAX
  if (isTooLarge || pages > PHOTO_FRAMES_MAX) return refusal('photo_too_large')
  return { isJpeg: mediaType === 'image/jpeg', hasAlpha, pages, width, height }
}

export function openPhoto(source: PictureSource, { animated = false } = {}): Sharp {
  const options = { animated, limitInputPixels: PHOTO_PIXELS_MAX, failOn: 'error', sequentialRead: true } as const
  return sharp(source, options).timeout({ seconds: DRAWN_WITHIN_S }).autoOrient()
}

/** What a list shows of a photo. */
export function drawSmall(source: PictureSource): Sharp {
  return resize(openPhoto(source), PHOTO_SMALL_SIDE_MAX).webp(SMALL_WEBP)
}

export function resize(photo: Sharp, side: number): Sharp {
  return photo.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
}

/** What the first bytes say: nothing is decoded. */
async function readHeader(source: PictureSource): Promise<Metadata | undefined> {
  try {
    return await sharp(source, { limitInputPixels: false }).metadata()
  } catch {
    return undefined
  }
}

/** A ThumbHash in base64. */
export async function toPreview(source: PictureSource): Promise<string> {
  const { data, info } = await resize(openPhoto(source), THUMBHASH_SIDE_MAX)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64')
}

/** libvips has no codes, only words. What it does not say of the disk, it says of the picture. */
export function toRefusal(error: unknown): Refusal {
  const words = error instanceof Error ? error.message : ''
  if (/No space left on device|quota exceeded/.test(words)) throw new HomeFull('the disk is full', { cause: error })
  if (words.includes('system error')) throw error
  return refusal(/^timeout|pixel limit/.test(words) ? 'photo_too_large' : 'not_a_photo')
}
