import type { FileState } from './file-state.ts'

export interface AlbumPhoto {
  id: string
  width?: number | undefined
  height?: number | undefined
  /** A ThumbHash in base64. */
  preview?: string | undefined
  bytes: number
  /** What is on it, by its sender; empty is nothing. */
  description: string
  /** Of the picture itself, as soon as it is here. */
  url: string | null
  state: FileState
}
