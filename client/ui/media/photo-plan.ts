import { PHOTO_FRAMES_MAX, PHOTO_PIXELS_MAX, PHOTO_SIDE_MAX } from '../../../shared/protocol/limits.ts'
import type { PhotoFormat, PhotoHead } from './photo-head.ts'

export interface Size {
  width: number
  height: number
}

/** What is to be done with a picture before it is sent. */
export type PhotoPlan =
  /** Its bytes are sent as they are. */
  | { do: 'keep'; type: string }
  /** It is drawn anew, so that nothing but its pixels is left, and no side is longer. */
  | { do: 'draw'; sideMax: number }

/** What the server makes something of. Others are drawn anew here even where the original is wanted. */
const TYPES: Partial<Record<PhotoFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
}
/** It draws what it is sent as WebP, which has no longer sides. */
const KEPT_SIDE_MAX = 16_383
/** Safari draws nothing on more than 16,777,216 pixels. */
const DRAWN_SIDE_MAX = 4_096

/** `frames` is how many pictures follow each other in it. */
export function planPhoto(head: PhotoHead, frames: number, isOriginal: boolean): PhotoPlan | 'too-large' {
  if (isTooLarge(head, frames)) return 'too-large'
  const type = TYPES[head.format]
  // Drawn anew what moves would stand still.
  if (type !== undefined && (frames > 1 || isOriginal)) {
    return Math.max(head.width, head.height) > KEPT_SIDE_MAX ? 'too-large' : { do: 'keep', type }
  }
  return { do: 'draw', sideMax: isOriginal ? DRAWN_SIDE_MAX : PHOTO_SIDE_MAX }
}

/** Whether it has more pixels or frames than a photo may. */
export function isTooLarge({ width, height }: Size, frames: number): boolean {
  return width * height * frames > PHOTO_PIXELS_MAX || frames > PHOTO_FRAMES_MAX
}

/** The same shape with no side longer than that. Nothing is enlarged, and nothing vanishes. */
export function fitSize({ width, height }: Size, sideMax: number): Size {
  const factor = Math.min(1, sideMax / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) }
}

/**
 * The sizes by which a picture is shrunk, the wanted one last. None is less than half of the one before: a browser that
 * looks at four pixels for each one that it draws leaves none out.
 */
export function shrinkSteps(from: Size, to: Size): Size[] {
  const steps: Size[] = []
  let { width, height } = from
  while (width > to.width * 2 || height > to.height * 2) {
    width = Math.max(to.width, Math.ceil(width / 2))
    height = Math.max(to.height, Math.ceil(height / 2))
    steps.push({ width, height })
  }
  return [...steps, to]
}
