import type { FileState } from './file-state.ts'

/** A photo that is looked at in its full size. */
export interface ViewedPhoto {
  id: string
  bytes: number
  width?: number | undefined
  height?: number | undefined
  /** A ThumbHash in base64. */
  preview?: string | undefined
  /** Who sent it: a name, or "you". */
  sender: string
  description: string
  /** Of the whole, as soon as it is here; and of a smaller one, which is shown until then. */
  url: string | null
  smallUrl: string | null
  state: FileState
}
