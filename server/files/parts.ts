import type { Store } from '../store/store.ts'
import type { FileHome } from './home.ts'
import type { UploadLocks } from './locks.ts'

/** How much may be kept, in bytes. */
export interface FileLimits {
  /** Of one file. */
  fileBytesMax: number
  /** Of one account, with what it announced. */
  accountBytesMax: number
  /** Of all together; undefined is as much as the disk has. */
  bytesMax: number | undefined
}

/** What the parts of this room are made of. */
export interface FileParts {
  store: Store
  home: FileHome
  locks: UploadLocks
  limits: FileLimits
  /** Takes of what somebody may upload; undefined when there was enough. Left out, that is as much as they like. */
  takeBytes?: (userId: string, bytes: number) => Promise<{ retryAfterMs: number } | undefined>
  now: () => number
  /** Hears of what is a bug or the outside world. */
  onError: (error: unknown) => void
}
