import { randomInt } from 'node:crypto'
import type { Sharp } from 'sharp'
import { QUESTION_PHOTO_SIDE_MAX } from '../../shared/classroom/limits.ts'
import { checkPicture, drawSmall, openPhoto, resize, toPreview, toRefusal } from './photo.ts'

/** The photo of a question, drawn anew: nothing is left but what is to be seen. */
export interface DrawnQuestionPhoto {
  whole: { content: Buffer; type: 'image/jpeg' | 'image/webp' }
  /** A WebP. */
  small: Buffer
  width: number
  height: number
  /** A ThumbHash in base64. */
  preview: string
}

const QUALITY = { min: 80, end: 87 }
const WEBP_EFFORT = 3
/** So many pixels may be cut off an edge, of a picture that has at least so many. */
const CUT_MAX = 2
const CUT_SIDE_MIN = 64

/**
 * Draws the photo of a question anew, in memory: on a disk even what is there for a moment has a time. Of a picture that
 * moves the first frame is taken. No two drawings have the same bytes, hash or size, also of the same photo: else whoever
 * sends it twice would be known by it, or be found on another site. What is no picture, is torn, or is more than we want
 * to decode, is refused with a code.
 */
export async function drawQuestionPhoto(
  bytes: Buffer,
): Promise<DrawnQuestionPhoto | 'not_a_photo' | 'photo_too_large'> {
  const found = await checkPicture(bytes)
  if ('code' in found) return toCode(found)
  try {
    const drawn = resize(cutEdges(openPhoto(bytes), found), QUESTION_PHOTO_SIDE_MAX)
    const quality = randomInt(QUALITY.min, QUALITY.end)
    const encoded = found.hasAlpha ? drawn.webp({ quality, effort: WEBP_EFFORT }) : drawn.jpeg({ quality })
    const { data: content, info } = await encoded.toBuffer({ resolveWithObject: true })
    const small = await drawSmall(content).toBuffer()
    return {
      whole: { content, type: found.hasAlpha ? 'image/webp' : 'image/jpeg' },
      ...{ small, width: info.width, height: info.height, preview: await toPreview(small) },
    }
  } catch (error) {
    return toCode(toRefusal(error))
  }
}

/** Moves every pixel a little: most edges lose nothing that is to be seen. */
function cutEdges(photo: Sharp, { width, height }: { width: number; height: number }): Sharp {
  if (Math.min(width, height) < CUT_SIDE_MIN) return photo
  const [left, top, right, bottom] = [1, 2, 3, 4].map(() => randomInt(CUT_MAX + 1)) as [number, number, number, number]
  return photo.extract({ left, top, width: width - left - right, height: height - top - bottom })
}

function toCode({ code }: { code: string }): 'not_a_photo' | 'photo_too_large' {
  return code === 'photo_too_large' ? code : 'not_a_photo'
}
