import { rgbaToThumbHash } from 'thumbhash'
import type { Size } from './photo-plan.ts'

/** From more pixels a side than 100 no ThumbHash is made. */
export const PREVIEW_SIDE_MAX = 96

/** A picture of some 28 bytes (https://evanw.github.io/thumbhash/), in base64, from its pixels as RGBA. */
export function toPreview({ width, height }: Size, rgba: ArrayLike<number>): string {
  return btoa(String.fromCharCode(...rgbaToThumbHash(width, height, rgba)))
}
