import { CLASSROOM_ERRORS, refuse, type ClassroomErrorBody } from '../../../shared/classroom/errors.ts'
import { COSTS_TOKEN, type StudentCommand } from '../../../shared/classroom/commands.ts'
import type { Environment } from '../environment.ts'
import { singleFlight } from '../single-flight.ts'
import type { StudentApi } from './api.ts'
import { drawDeparture, withDeparture } from './connection.ts'
import { getConnection, type ClassroomDatabase, type Departure, type RoomEntry } from './database.ts'
import { listUnblocked, settleAccepted } from './student-outbox.ts'
import type { Sending } from './sending.ts'

/*
 * Sends a student's outbox, each command in a request of its own, one after the other:
 *
 *   take    one that is due, with a token where that is asked for; marked as sent before it leaves
 *   answer  accepted          → settled
 *           wait              → tried again then (slow mode, too many tries, the server's trouble)
 *           work needed       → the sum is done, and it is sent again
 *           token spent       → sent again with the next token
 *           refused           → kept, for its writer to see
 *           nobody answered   → queued, to get a moment of its own when the network is back
 *
 * Of several that fell due together, because a timer slept, one goes and the others draw anew.
 */

export interface SendStudentOptions {
  environment: Pick<Environment, 'clock' | 'random'>
  db: ClassroomDatabase
  api: StudentApi
  /** Whether the key that the classroom has now is the right one; asked inside a transaction. */
  isTrusted(): Promise<boolean>
  /** A command could not go: whoever says that the classroom is live should look. */
  onUnreachable(): void
  onError(error: unknown): void
}

type Due = RoomEntry & { command: StudentCommand }

/** Our server's answer without a time of its own. */
const RETRY_AFTER_MS = 5_000
const JITTER_MS = 2_000
const WORK_TRIES = 3

export function startSendingStudent(options: SendStudentOptions): Sending {
  const { db, api, environment } = options
  const { clock } = environment
  let stopped = false
  let cancelTimer: () => void = () => undefined
  const flush = singleFlight(sendDue, options.onError)

  async function sendDue(): Promise<void> {
    for (;;) {
      if (stopped) return
      const entry = await takeDue()
      if (entry === undefined) return wakeForNext()
      if (!(await send(entry))) return
    }
  }

  /** Returns false when nobody was reached, so that nothing more is tried now. */
  async function send(entry: Due, tries = WORK_TRIES, work?: string): Promise<boolean> {
    const { command, token } = entry
    const answer = await api.send({ command, ...(token !== null && { token }), ...(work !== undefined && { work }) })
    if (answer.kind === 'ok') {
      await settleAccepted(db, entry.position, answer.value.seq)
      return true
    }
    if (answer.kind !== 'refused' || answer.error.code === 'protocol_version') {
      await depart(entry, { kind: 'queued' }, true)
      options.onUnreachable()
      return false
    }
    const { code, challenge } = answer.error
    if (code === 'work_needed' && tries > 0 && challenge !== undefined) {
      const { solveWork } = await import('./work.ts')
      const solved = await solveWork(challenge)
      if (solved !== undefined && !stopped) return send(entry, tries - 1, solved)
    }
    await settleRefused(entry, answer.error)
    return true
  }

  /** The next that is due, as it leaves: what of it is in the database says that the server may have it. */
  async function takeDue(): Promise<Due | undefined> {
    return db.transaction('rw', db.tables, async () => {
      const { state, problem } = await getConnection(db)
      if (state !== 'live' || problem !== null || !(await options.isTrusted())) return undefined
      const due = listUnblocked(await db.outbox.toArray()).filter((entry) => isDue(entry, clock.now()))
      const [entry, ...others] = due.sort((one, other) => dueAt(one) - dueAt(other))
      if (entry === undefined) return undefined
      const late = others.filter((other) => dueAt(other) > 0 && other.subject !== entry.subject)
      await db.outbox.bulkPut(late.map((other) => withDeparture(other, drawDeparture(environment))))
      return leave(entry as Due)
    })
  }

  async function leave(entry: Due): Promise<Due | undefined> {
    const classroom = await db.classroom.toCollection().first()
    const isLimited = classroom !== undefined && classroom.issuer !== null
    let token = entry.token
    if (token === null && isLimited && COSTS_TOKEN.includes(entry.command.type)) {
      token = (await db.tokens.toCollection().first()) ?? null
      if (token === null) {
        const { code, message } = refuse('token_needed')
        await db.outbox.put({ ...entry, state: { kind: 'refused', code, message } })
        // The next one may cost none.
        queueMicrotask(flush)
        return undefined
      }
      await db.tokens.delete(token.message)
    }
    const departure: Departure = { kind: 'now' }
    const leaving: Due = { ...entry, token, state: { kind: 'waiting', departure, sent: true } }
    await db.outbox.put(leaving)
    return leaving
  }

  async function settleRefused(entry: Due, error: ClassroomErrorBody['error']): Promise<void> {
    const { code, message, retryAfterMs } = error
    if (code === 'already_voted') return settleAccepted(db, entry.position, 0)
    if (code === 'already_answered' && (await db.choices.get(entry.subject)) !== undefined) {
      return settleAccepted(db, entry.position, 0)
    }
    if (code === 'token_spent' || code === 'bad_token') {
      await update(entry, (now) => ({ ...now, token: null }))
      return depart(entry, { kind: 'now' }, false)
    }
    if (CLASSROOM_ERRORS[code].retry) {
      const wait = (retryAfterMs ?? RETRY_AFTER_MS) + Math.floor(environment.random() * JITTER_MS)
      return depart(entry, { kind: 'after', at: clock.now() + wait }, false)
    }
    await update(entry, (now) => ({ ...now, state: { kind: 'refused', code, message } }))
  }

  async function depart(entry: Due, departure: Departure, sent: boolean): Promise<void> {
    await update(entry, (now) => ({ ...now, state: { kind: 'waiting', departure, sent } }))
  }

  async function update(entry: Due, change: (now: RoomEntry) => RoomEntry): Promise<void> {
    await db.transaction('rw', db.outbox, async () => {
      const now = await db.outbox.get(entry.position)
      if (now?.state.kind === 'waiting') await db.outbox.put(change(now))
    })
  }

  async function wakeForNext(): Promise<void> {
    cancelTimer()
    const entries = listUnblocked(await db.outbox.toArray())
    const next = Math.min(...entries.map(dueAt).filter((at) => at > clock.now()))
    if (next !== Infinity && !stopped) cancelTimer = clock.after(next - clock.now(), flush)
  }

  return {
    flush,
    stop() {
      stopped = true
      cancelTimer()
    },
  }
}

function isDue({ state }: RoomEntry, now: number): boolean {
  if (state.kind !== 'waiting') return false
  return state.departure.kind === 'now' || (state.departure.kind === 'after' && state.departure.at <= now)
}

/** Zero for what goes at once. */
function dueAt({ state }: RoomEntry): number {
  if (state.kind !== 'waiting' || state.departure.kind === 'queued') return Infinity
  return state.departure.kind === 'now' ? 0 : state.departure.at
}
