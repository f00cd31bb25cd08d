import type { Observable } from 'dexie'
import type { ContentSource } from './content-source.ts'

/** Where files come from, and what can be done with those that are on their way. */
export interface FileSource {
  contents: ContentSource
  /** Where a content is played from while it comes. */
  toAddress(fileId: string): string
  /** Whether photos come before somebody asks for them. */
  photosCome: Observable<boolean>
  pause(fileId: string): Promise<void>
  resume(fileId: string): Promise<void>
  cancel(fileId: string): Promise<void>
}
