import { CLASSROOM_FILE } from '../../migrations/columns.ts'
import { useAll } from './connection-pool.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import type { SqlitePools } from './sqlite-driver.ts'

/*
 * SQLite writes to the end of a file of its own, the `-wal`, and later copies what stands there into the
 * database. What was deleted, and what a text was before it was changed, stays readable in the `-wal`, in the
 * order in which it was written, until that file is cut off. By itself SQLite cuts it off when the last
 * connection is closed: never, on a server.
 *
 *   a commit ── a second ──▶ all connections are free, or soon ──▶ cut off
 *                  ▲                        │ no
 *                  └────────────────────────┘
 *
 * Somebody is always reading, so for a moment nobody is let begin. Whoever then takes long is not waited for.
 */

const AFTER_MS = 1_000
const HOLD_MS = 250
/** At the end there is nobody left to be held up; another process, a backup for one, may be reading still. */
const END_HOLD_MS = 5_000
const END_BUSY_MS = 1_000

export interface WalTruncation {
  /** Something was committed. */
  note(): void
  /** Cuts off what is left. Afterwards nothing is noted. */
  end(): Promise<void>
}

/** `onError` hears of it when the file cannot be cut off any more. */
export function createWalTruncation(
  writer: SqliteConnection,
  pools: Pick<SqlitePools, 'writer' | 'readers'>,
  onError: (error: unknown) => void,
): WalTruncation {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let hasFailed = false
  let hasEnded = false

  /** Whether all of it is in the database now, and nothing in the `-wal`. */
  async function truncate(holdMs: number, busyMs: number): Promise<boolean> {
    let isEmpty = false
    try {
      await useAll([pools.writer, pools.readers], holdMs, () => {
        isEmpty = checkpoint(writer, busyMs)
      })
      hasFailed = false
    } catch (error) {
      if (!hasFailed) onError(error)
      hasFailed = true
    }
    return isEmpty
  }

  function note(): void {
    if (hasEnded) return
    timer ??= setTimeout(() => {
      timer = undefined
      running = truncate(HOLD_MS, 0).then((isEmpty) => {
        if (!isEmpty) note()
      })
    }, AFTER_MS).unref()
  }

  return {
    note,
    async end() {
      hasEnded = true
      clearTimeout(timer)
      await running
      await truncate(END_HOLD_MS, END_BUSY_MS)
    },
  }
}

/** One file after the other: of both at once SQLite says that they are locked, where it has not read their schema yet. */
function checkpoint(writer: SqliteConnection, busyMs: number): boolean {
  writer.execute(`pragma busy_timeout = ${busyMs}`)
  const results = ['main', CLASSROOM_FILE].flatMap(
    (file) => writer.execute(`pragma ${file}.wal_checkpoint(truncate)`).rows as { busy: number }[],
  )
  writer.execute('pragma busy_timeout = 0')
  return results.every(({ busy }) => busy === 0)
}
