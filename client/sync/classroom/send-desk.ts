import { CLASSROOM_ERRORS } from '../../../shared/classroom/errors.ts'
import type { StaffCommand } from '../../../shared/classroom/commands.ts'
import type { Environment } from '../environment.ts'
import { singleFlight } from '../single-flight.ts'
import type { DeskApi } from './api.ts'
import { getConnection, getPosition, type ClassroomDatabase, type RoomEntry } from './database.ts'
import { problemOf } from './exchange.ts'
import type { Sending } from './sending.ts'

/*
 * Sends the outbox of staff: in the order in which it was written, as many in one request as there are.
 * Staff have names; so nothing is delayed, and nothing is sent apart.
 */

export interface SendDeskOptions {
  environment: Pick<Environment, 'clock'>
  db: ClassroomDatabase
  api: DeskApi
  onUnreachable(): void
  onError(error: unknown): void
}

const COMMANDS_PER_REQUEST_MAX = 100
const RETRY_AFTER_MS = 5_000

/** These say how something is, so that one which has not left gives way to a newer one. */
const OVERTAKEN: readonly StaffCommand['type'][] = ['staff.read', 'focus.set']

/** Adds a command of staff. */
export async function enqueueStaff(db: ClassroomDatabase, command: StaffCommand): Promise<void> {
  const subject = 'questionId' in command ? (command.questionId ?? '') : ''
  await db.transaction('rw', db.outbox, async () => {
    if (OVERTAKEN.includes(command.type)) {
      await db.outbox
        .filter((entry) => entry.command.type === command.type && entry.state.kind === 'waiting' && !entry.state.sent)
        .delete()
    }
    await db.outbox.add({ id: command.id, subject, command, token: null, state: waiting(false) })
  })
}

/** Tries a refused command of staff once more; it goes to the end. */
export async function retryStaff(db: ClassroomDatabase, id: string): Promise<void> {
  await db.transaction('rw', db.outbox, async () => {
    const entry = await db.outbox.get({ id })
    if (entry?.state.kind !== 'refused') return
    const { position, ...rest } = entry
    await db.outbox.delete(position)
    await db.outbox.add({ ...rest, state: waiting(false) })
  })
}

export function startSendingDesk({ environment, db, api, onUnreachable, onError }: SendDeskOptions): Sending {
  let stopped = false
  let cancelTimer: () => void = () => undefined
  const flush = singleFlight(sendAll, onError)

  async function sendAll(): Promise<void> {
    while (!stopped) {
      const { state, problem } = await getConnection(db)
      const entries = await db.outbox.orderBy('position').toArray()
      const taken = entries.filter((entry) => entry.state.kind === 'waiting').slice(0, COMMANDS_PER_REQUEST_MAX)
      if (state !== 'live' || problem !== null || taken.length === 0) return
      await db.outbox.bulkPut(taken.map((entry) => ({ ...entry, state: waiting(true) })))
      const answer = await api.send(taken.map((entry) => entry.command as StaffCommand))
      if (answer.kind === 'refused' && CLASSROOM_ERRORS[answer.error.code].retry) {
        cancelTimer = environment.clock.after(answer.error.retryAfterMs ?? RETRY_AFTER_MS, flush)
        return
      }
      if (answer.kind === 'refused' && problemOf(answer.error.code) === undefined) {
        const { code, message } = answer.error
        await db.outbox.bulkPut(taken.map((entry) => ({ ...entry, state: { kind: 'refused', code, message } })))
        continue
      }
      if (answer.kind !== 'ok') return onUnreachable()
      const settled = await settle(taken, answer.value)
      // Asking again at once would ask in circles.
      if (settled === 0) return onUnreachable()
    }
  }

  async function settle(
    taken: readonly RoomEntry[],
    results: Extract<Awaited<ReturnType<DeskApi['send']>>, { kind: 'ok' }>['value'],
  ): Promise<number> {
    const answers = new Map(results.map((result) => [result.id, result]))
    let settled = 0
    await db.transaction('rw', db.outbox, db.meta, async () => {
      const { cursor } = await getPosition(db)
      for (const entry of taken) {
        const result = answers.get(entry.id)
        if (result === undefined) continue
        settled += 1
        if (result.status === 'refused') {
          const { code, message } = result
          // A reading position that came too late or lies behind is nothing to decide about.
          if (entry.command.type === 'staff.read') await db.outbox.delete(entry.position)
          else await db.outbox.update(entry.position, { state: { kind: 'refused', code, message } })
        } else if (result.seq <= cursor) await db.outbox.delete(entry.position)
        else await db.outbox.update(entry.position, { state: { kind: 'accepted', seq: result.seq } })
      }
    })
    return settled
  }

  return {
    flush,
    stop() {
      stopped = true
      cancelTimer()
    },
  }
}

function waiting(sent: boolean): RoomEntry['state'] {
  return { kind: 'waiting', departure: { kind: 'now' }, sent }
}
