import type { FileState } from './file-state.ts'

export interface CardFile {
  id: string
  name: string
  /** Its media type, by its content. */
  type: string
  bytes: number
  state: FileState
}
