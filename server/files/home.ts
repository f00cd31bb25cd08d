import type { Readable } from 'node:stream'
import type { FileVariant } from '../../shared/protocol/files.ts'

/** What is kept of a content: each variant by itself. */
export interface ContentKey {
  contentId: string
  variant: FileVariant
}

/** Which bytes, the first and the last one included. */
export interface ByteRange {
  first: number
  last: number
}

/** What lies in a home: an upload by the id of its file, or content by its own. */
export type HomeEntry = { kind: 'upload' | 'content'; id: string }

/** An upload as a file of this machine, and an empty folder for what is made of it, which is gone once the work is done. */
export interface LocalUpload {
  path: string
  folder: string
}

/**
 * Where the bytes of files lie, and nothing else of them: no name, no owner, no message. Several processes may use one
 * home; who writes to an upload holds its lock.
 */
export interface FileHome {
  /** How many bytes of an upload are there, from its first one on. */
  countUploaded(id: string): Promise<number>
  /**
   * Goes on with an upload where it ends, and resolves with where it ends then. What arrived stays, also when this throws:
   * `HomeFull`, or what the source did.
   */
  append(id: string, offset: number, source: AsyncIterable<Uint8Array>): Promise<number>
  removeUpload(id: string): Promise<void>
  withUpload<Answer>(id: string, work: (upload: LocalUpload) => Promise<Answer>): Promise<Answer>
  /** Keeps a file of this machine, which nobody changes any more, as content. It is on disk when this resolves. */
  keep(key: ContentKey, path: string): Promise<void>
  has(key: ContentKey): Promise<boolean>
  /** Undefined when there is no such content. */
  read(key: ContentKey, range: ByteRange): Promise<Readable | undefined>
  removeContent(contentId: string): Promise<void>
  /** Everything that was last written to before a time, in milliseconds since 1970. */
  listOlder(than: number): AsyncIterable<HomeEntry>
  /** What was left behind by processes that ended in the middle of their work. */
  removeLeftovers(olderThan: number): Promise<void>
  /** How many bytes it can take besides those that it keeps free. */
  countFree(): Promise<number>
}

/** Thrown when a home has no room. */
export class HomeFull extends Error {}

/** Thrown with a sentence that tells the operator what to set, when a home does not let us in. */
export class HomeUnavailable extends Error {}
