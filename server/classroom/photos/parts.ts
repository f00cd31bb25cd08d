import type { Store } from '../../store/store.ts'

/** A photo drawn anew. */
export interface DrawnPhoto {
  whole: { content: Uint8Array; type: 'image/jpeg' | 'image/webp' }
  /** A WebP. */
  small: Uint8Array
  width: number
  height: number
  /** A ThumbHash in base64. */
  preview: string
}

/** What photos of questions are taken in and kept with. */
export interface PhotoParts {
  store: Store
  now: () => number
  /** Draws a picture anew, or says why it is none. One at a time. */
  draw(bytes: Buffer): Promise<DrawnPhoto | 'not_a_photo' | 'photo_too_large'>
  /** How many bytes there is room for, in all. */
  countRoom(): Promise<number>
}
