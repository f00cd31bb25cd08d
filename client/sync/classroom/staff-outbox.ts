import { CLASSROOM_ERRORS } from '../../../shared/classroom/errors.ts'
import type { StaffCommand } from '../../../shared/classroom/commands.ts'
import type { StaffCommandResult } from '../../../shared/classroom/http.ts'
import { holdFrom, listDue } from '../log/outbox.ts'
import { holdsAll } from '../log/position.ts'
import type { ClassroomOutboxEntry } from './database.ts'
import type { ClassroomTables, ClassroomWriter } from './tables.ts'

/*
 * The outbox of staff, sent in the order in which it was written. Staff have names; so nothing is delayed, and nothing
 * is sent apart.
 */

/** These say how something is, so that an older one gives way to a newer one while it waits. */
const OVERTAKEN: readonly StaffCommand['type'][] = ['staff.read', 'focus.set']

const WAITING = { kind: 'waiting', departure: { kind: 'now' }, sent: false } as const

/** Adds a command of staff. */
export async function enqueueStaff({ transact }: ClassroomWriter, command: StaffCommand): Promise<void> {
  const subject = 'questionId' in command ? (command.questionId ?? '') : ''
  await transact(async ({ outbox, addEntry }) => {
    if (OVERTAKEN.includes(command.type)) {
      const overtaken = (await outbox.toArray()).filter(
        (entry) => entry.command.type === command.type && entry.state.kind === 'waiting',
      )
      await outbox.bulkDelete(overtaken.map(({ position }) => position))
    }
    await addEntry({ id: command.id, subject, command, token: null, state: WAITING })
  })
}

/** Tries a refused command of staff once more; it goes to the end. */
export async function retryStaff({ transact }: ClassroomWriter, id: string): Promise<void> {
  await transact(async ({ outbox, addEntry }) => {
    const entry = (await outbox.toArray()).find((one) => one.id === id)
    if (entry?.state.kind !== 'refused') return
    const { position, ...rest } = entry
    await outbox.bulkDelete([position])
    await addEntry({ ...rest, state: WAITING })
  })
}

/** Those that may go now, in the order in which they were written. */
export async function listWaitingStaff({ outbox }: ClassroomTables, now: number): Promise<ClassroomOutboxEntry[]> {
  return listDue(await outbox.toArray(), now, {
    subjectOf: ({ subject }) => subject,
    isFoundation: ({ subject }) => subject !== '',
  })
}

/** Notes what the server answered to commands of staff. */
export async function settleStaff(
  tables: ClassroomTables,
  results: readonly StaffCommandResult[],
  now: number,
): Promise<void> {
  const position = await tables.getPosition()
  const entries = await tables.outbox.toArray()
  const gone: number[] = []
  const changed: ClassroomOutboxEntry[] = []
  for (const result of results) {
    const entry = entries.find(({ id, state }) => id === result.id && state.kind === 'waiting')
    if (entry === undefined) continue
    if (result.status === 'accepted') {
      if (holdsAll(position, result.seq)) gone.push(entry.position)
      else changed.push({ ...entry, state: { kind: 'accepted', seq: result.seq } })
    } else if (CLASSROOM_ERRORS[result.code].retry) {
      changed.push({ ...entry, state: { ...WAITING, hold: holdFrom(now) } })
    } else if (entry.command.type === 'staff.read') {
      // A reading position that came too late or lies behind is nothing to decide about.
      gone.push(entry.position)
    } else {
      const { code, message } = result
      changed.push({ ...entry, state: { kind: 'refused', code, message } })
    }
  }
  await tables.outbox.bulkPut(changed)
  await tables.outbox.bulkDelete(gone)
}
