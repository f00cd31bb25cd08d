/** What an error is, out of a few words: its own would be as many as there are errors. */
export type ErrorKind = 'bug' | 'database' | 'network' | 'disk' | 'other'

const NETWORK = /^(?:ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|PROTOCOL_)/
const DISK = /^(?:ENOSPC|EDQUOT|EIO|EROFS|EMFILE|ENFILE|ENOENT|EACCES)/
const DATABASE = /^(?:SQLITE_|ER_|POOL_)/

export function toErrorKind(error: unknown): ErrorKind {
  if (!(error instanceof Error)) return 'other'
  const code = 'code' in error ? String(error.code) : ''
  if (NETWORK.test(code)) return 'network'
  if (DISK.test(code)) return 'disk'
  if (DATABASE.test(code) || 'sql' in error || 'sqlMessage' in error) return 'database'
  if ([TypeError, RangeError, ReferenceError].some((kind) => error instanceof kind)) return 'bug'
  return 'other'
}
