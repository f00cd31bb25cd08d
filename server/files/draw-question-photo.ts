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

const JPEG = { quality: 82 }
const WEBP = { quality: 82, effort: 3 }

/**
 * Draws the photo of a question anew, in memory: on a disk even what is there for a moment has a time. Of a picture that
 * moves the first frame is taken. What is no picture, is torn, or is more than we want to decode, is refused with a code.
 */
export async function drawQuestionPhoto(
  bytes: Buffer,
): Promise<DrawnQuestionPhoto | 'not_a_photo' | 'photo_too_large'> {
  const found = await checkPicture(bytes)
  if ('code' in found) return toCode(found)
  try {
    const drawn = resize(openPhoto(bytes), QUESTION_PHOTO_SIDE_MAX)
    const encoded = found.hasAlpha ? drawn.webp(WEBP) : drawn.jpeg(JPEG)
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

function toCode({ code }: { code: string }): 'not_a_photo' | 'photo_too_large' {
  return code === 'photo_too_large' ? code : 'not_a_photo'
}
