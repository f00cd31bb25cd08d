import { PICTURE_BYTES_MAX, PICTURE_SIDE_MAX } from '../../shared/protocol/limits.ts'
import { openPhoto, prepareSharp, toRefusal } from './photo.ts'
import { createQueue } from './queue.ts'

/** Draws a picture of somebody, or of a group, anew; undefined where there is none in these bytes that we take. */
export type DrawPicture = (bytes: Uint8Array, whose: string) => Promise<Uint8Array<ArrayBuffer> | undefined>

const DRAWN_AT_ONCE = 1
/** The first that fits is taken: what was squeezed hard to fit may take more room when it is drawn anew. */
const QUALITIES = [85, 70, 50, 30, 10]

/**
 * A JPEG of at most our size becomes one that holds the same picture, upright, and nothing else: no place, no camera, nothing
 * behind its end. Whatever the bytes are it does not throw; it does where this machine is to blame, so that a good picture is not
 * refused for it.
 */
export function createPictureDrawer(): DrawPicture {
  prepareSharp()
  const queue = createQueue(DRAWN_AT_ONCE)
  return (bytes, whose) => queue.run(() => draw(bytes).catch(refuse), whose)
}

function refuse(error: unknown): undefined {
  toRefusal(error)
}

async function draw(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (bytes.length > PICTURE_BYTES_MAX) return undefined
  const picture = openPhoto(Buffer.from(bytes))
  const { format, width, height } = await picture.metadata()
  if (format !== 'jpeg' || Math.max(width, height) > PICTURE_SIDE_MAX) return undefined
  for (const quality of QUALITIES) {
    const drawn = await picture.clone().jpeg({ quality }).toBuffer()
    if (drawn.length <= PICTURE_BYTES_MAX) return new Uint8Array(drawn)
  }
  return undefined
}
