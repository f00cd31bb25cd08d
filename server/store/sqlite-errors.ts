import type { ErrorClass } from './store.ts'

/*
 * SQLite's result codes (https://www.sqlite.org/rescode.html), as libsql hands them out: `rawCode` is the
 * extended one, whose low byte is the primary one.
 */

const ERROR = 1
const BUSY = 5
const MISUSE = 21
const CANTOPEN = 14
/** What this transaction has read was changed since: waiting does not help it, beginning again does. */
const BUSY_SNAPSHOT = 517

/** Undone by what another connection did, or by the moment: the same again may succeed. */
const TRANSIENT = new Set([4 /* abort */, BUSY, 6 /* locked */, 9 /* interrupt */, 15 /* protocol */, 17 /* schema */])
/** What a statement, or a value in it, brought along. */
const STATEMENT = new Set([ERROR, 18 /* too big */, 19 /* constraint */, 20 /* mismatch */, 25 /* range */])

/** An error that SQLite has no code for, or libsql hands out without it. */
class UncodedError extends Error {
  constructor(
    readonly code: string,
    readonly rawCode: number,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : 'libsql failed', { cause })
  }
}

export function classifySqlite(error: unknown): ErrorClass {
  const code = getCode(error)
  if (code === undefined) return 'down'
  const primary = code & 0xff
  if (TRANSIENT.has(primary)) return 'transient'
  // No command can bring that along: the schema is not ours, or not there yet.
  if (primary === ERROR && error instanceof Error && error.message.startsWith('no such table')) return 'down'
  return STATEMENT.has(primary) ? 'statement' : 'down'
}

export function isBusy(error: unknown): boolean {
  return ((getCode(error) ?? 0) & 0xff) === BUSY
}

/** Whether another connection is writing, and will have done so soon. */
export function isWorthWaiting(error: unknown): boolean {
  return isBusy(error) && getCode(error) !== BUSY_SNAPSHOT
}

/** Lets every error of libsql have a code: it has none for a connection that is closed, or a file that it cannot open. */
export function withCode<Answer>(work: () => Answer): Answer {
  try {
    return work()
  } catch (error) {
    if (getCode(error) !== undefined) throw error
    const isOfFile = error instanceof Error && error.message.includes('Unable to open connection')
    throw isOfFile
      ? new UncodedError('SQLITE_CANTOPEN', CANTOPEN, error)
      : new UncodedError('SQLITE_MISUSE', MISUSE, error)
  }
}

function getCode(error: unknown): number | undefined {
  return error instanceof Error && 'rawCode' in error && typeof error.rawCode === 'number' ? error.rawCode : undefined
}
