import type { ClassroomErrorCode } from '../../../shared/classroom/errors.ts'
import type { RoomLog } from './api.ts'
import { applyChanges } from './apply.ts'
import { getPosition, type ClassroomDatabase, type RoomProblem } from './database.ts'
import { forgetRows, offerAgain } from './restore.ts'

/** How an exchange with the server ended; all but `done` leave everything where it was, to be tried again. */
export type RoomEnding = 'done' | 'unreachable' | 'portal' | RoomProblem

/** Our server's last word on following a classroom; any other code is as good as no answer. */
const PROBLEMS: Partial<Record<ClassroomErrorCode, RoomProblem>> = {
  not_found: 'not_found',
  protocol_version: 'protocol',
  not_signed_in: 'not_signed_in',
  only_staff: 'only_staff',
}

export function problemOf(code: ClassroomErrorCode): RoomProblem | undefined {
  return PROBLEMS[code]
}

export interface PullOptions {
  db: ClassroomDatabase
  log: RoomLog
  onDevices(devices: number): Promise<void>
  /** The server was restored from a backup: what waits is not to go before all was pulled. */
  onReset(): Promise<void>
}

/**
 * Pulls until there is no more. With `wait`, the last question is held open by the server until there is
 * something to tell. Once `isOver`, no further page is asked for.
 */
export async function pullAll(
  { db, log, onDevices, onReset }: PullOptions,
  { wait = false, isOver }: { wait?: boolean; isOver?: () => boolean } = {},
): Promise<RoomEnding> {
  for (;;) {
    const { epoch, cursor, restoring } = await getPosition(db)
    const answer = await log.pull({ epoch, cursor, wait: wait && epoch !== '' })
    if (answer.kind === 'refused') {
      const { code } = answer.error
      if (code !== 'epoch_changed' && code !== 'cursor_ahead') return problemOf(code) ?? 'unreachable'
      await onReset()
      await forgetRows(db, { epoch, cursor })
      continue
    }
    if (answer.kind !== 'ok') return answer.kind
    const page = answer.value
    const outcome = await applyChanges(db, [page])
    if (isOver?.() === true) return 'done'
    if (outcome === 'gap' || page.to < page.head) continue
    if (restoring) await offerAgain(db)
    await onDevices(page.devices)
    return 'done'
  }
}
