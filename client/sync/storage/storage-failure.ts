/** Why a device stores nothing: it has no room, or something else is wrong with its storage. */
export type StorageFailure = 'full' | 'broken'

/** Something that a person did, refused because it could not have been kept until it is sent. */
export class NotStoredError extends Error {
  override name = 'NotStoredError'

  constructor() {
    super('There is nowhere to keep this until it can be sent.')
  }
}

/**
 * What browsers say when their storage fails, beside having no room: a file that cannot be read or written, a
 * connection that was closed under us, storage that is forbidden.
 */
const BROKEN = [
  ...['UnknownError', 'InvalidStateError', 'OpenFailedError', 'DataError', 'NotReadableError', 'NotFoundError'],
  ...['SecurityError', 'MissingAPIError', 'TimeoutError', 'InternalError'],
]
/** An error may be wrapped once and again, but not for ever. */
const DEPTH_MAX = 5

/** How the device's storage failed, if it did; undefined for every other error. */
export function toStorageFailure(error: unknown, depth = DEPTH_MAX): StorageFailure | undefined {
  if (typeof error !== 'object' || error === null || depth === 0 || error instanceof NotStoredError) return undefined
  const inner = listInner(error).map((one) => toStorageFailure(one, depth - 1))
  const name = 'name' in error ? error.name : undefined
  if (name === 'QuotaExceededError' || inner.includes('full')) return 'full'
  return (typeof name === 'string' && BROKEN.includes(name)) || inner.includes('broken') ? 'broken' : undefined
}

/** Dexie wraps what failed, as `inner` or, of many rows, as `failures`. */
function listInner(error: object): unknown[] {
  const inner: unknown[] = 'inner' in error ? [error.inner] : []
  const failures: unknown[] = 'failures' in error && Array.isArray(error.failures) ? error.failures : []
  return [...inner, ...failures]
}
