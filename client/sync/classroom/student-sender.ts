import {
  CLASSROOM_ERRORS,
  refuse,
  type ClassroomErrorBody,
  type ClassroomErrorCode,
} from '../../../shared/classroom/errors.ts'
import { QUEUED_DELAY_MAX_MS } from '../../../shared/classroom/limits.ts'
import { COSTS_TOKEN, type StudentCommand } from '../../../shared/classroom/commands.ts'
import type { Environment } from '../environment.ts'
import type { Sender } from '../log/sender.ts'
import { singleFlight } from '../single-flight.ts'
import { createPieceSize } from '../files/piece-size.ts'
import type { PhotosApi, StudentApi } from './api.ts'
import { askWithWork } from './ask-with-work.ts'
import type { Carried } from './carry-photo.ts'
import { departAfter, drawDeparture, dueAt, withDeparture } from './connection.ts'
import { getConnection } from './find-connection.ts'
import type { Departure, ClassroomOutboxEntry, OwnPhoto } from './database.ts'
import { isTrusted } from './held-key.ts'
import { becomeEdit, findEntry, listUnblocked, sendPhotoAgain, settleAccepted } from './student-outbox.ts'
import type { Refill } from './refill-tokens.ts'
import { findRow, type ClassroomTables, type ClassroomWriter } from './tables.ts'

/*
 * Sends a student's outbox, each command in a request of its own, one after the other:
 *
 *   take    one that is due, with a token where that is asked for; marked as sent before it leaves
 *   answer  accepted          → settled
 *           wait              → tried again then (slow mode, too many tries, the server's trouble)
 *           work needed       → the sum is done, and it is sent again
 *           token spent       → sent again with the next token
 *           asked before      → the text that was changed since is sent as an edit
 *           refused           → kept, for its writer to see
 *           nobody answered   → queued, to get a moment of its own when the network is back
 *
 * A question with a photo goes once that is on the server: when it is due the photo goes up, beside everything else, and the
 * question right after it. Photos go up one at a time, for they share the link, and what it was seen to carry.
 *
 * What costs a token draws a moment of its own while this page has just fetched tokens: the server saw whose they are.
 * Of several that fell due together, because a timer slept or a photo was on its way, one goes and the others draw anew.
 */

export interface StudentSenderOptions {
  environment: Pick<Environment, 'clock' | 'random'>
  storage: ClassroomWriter
  api: Pick<StudentApi, 'send'> & PhotosApi
  /** What the link says of the issuer's key. */
  linkKeyHash: string | null
  tokens: Pick<Refill, 'outcome' | 'fetchedAt'>
  /** A command could not go: whoever says that the classroom is live should look. */
  onUnreachable(): void
  onError(error: unknown): void
}

/** With the lineage in which it leaves, and whether an earlier try of it may have come through. */
type Due = ClassroomOutboxEntry & { command: StudentCommand; lineage: string; mayBeKnown: boolean }

/** What is to be done next: an entry leaves, its photo goes up before it, or it lacks what it has to pay with. */
type Next = { does: 'send' | 'carry' | 'wait'; entry: Due }

/** Our server's answer without a time of its own. */
const RETRY_AFTER_MS = 5_000
const JITTER_MS = 2_000
const LOST: readonly ClassroomErrorCode[] = ['protocol_version', 'not_found']

export function createStudentSender(options: StudentSenderOptions): Sender {
  const { storage, api, environment } = options
  const { clock } = environment
  let stopped = false
  let cancelTimer: () => void = () => undefined
  /** The entry whose photo is on its way. */
  let carrying: string | null = null
  const pieceSize = createPieceSize()
  const flush = singleFlight(sendDue, fail)

  /** The device's own storage failed: what is due goes with the next connection. */
  function fail(error: unknown): void {
    options.onError(error)
    options.onUnreachable()
  }

  async function sendDue(): Promise<void> {
    for (;;) {
      if (stopped) return
      const next = await storage.transact(takeDue)
      if (next === undefined) return wakeForNext()
      if (next.does === 'wait') await waitForToken(next.entry)
      else if (next.does === 'carry') carry(next.entry)
      else if (!(await send(next.entry))) return
    }
  }

  /** Beside everything else: on a bad network a photo takes minutes. */
  function carry(entry: Due): void {
    carrying = entry.id
    const end = (next: () => void) => {
      carrying = null
      if (!stopped) next()
    }
    carryAll(entry).then(
      () => end(flush),
      (error: unknown) => end(() => fail(error)),
    )
  }

  async function carryAll(entry: Due): Promise<void> {
    const carried = await carryNow(entry)
    if (stopped || carried.kind === 'whole' || carried.kind === 'over') return
    // An answer in another contract, or of a process that knows nothing of photos, is none.
    const isLost = carried.kind === 'unreachable' || LOST.includes(carried.error.code)
    if (!isLost) return settleRefused(entry, carried.error)
    await depart(entry, { kind: 'queued' }, entry.mayBeKnown)
    options.onUnreachable()
  }

  async function carryNow(entry: Due): Promise<Carried> {
    // The network may go away before the code is here.
    const loaded = await import('./carry-photo.ts').catch(() => undefined)
    if (loaded === undefined) return { kind: 'unreachable' }
    return loaded.carryPhoto({ storage, api, clock, pieceSize, isOver: () => stopped }, entry)
  }

  /** One that costs a token has none: it waits for those that are being fetched, or is refused where there are none. */
  async function waitForToken(entry: Due): Promise<void> {
    const outcome = await options.tokens.outcome()
    if (outcome === 'unreachable') return depart(entry, { kind: 'queued' }, entry.mayBeKnown)
    const count = await storage.transact(async ({ tokens }) => (await tokens.toArray()).length)
    if (count > 0) return
    const { code, message } = refuse('token_needed')
    await update(entry, (now) => ({ ...now, state: { kind: 'refused', code, message } }))
  }

  /** Returns false when nobody was reached, so that nothing more is tried now. */
  async function send(entry: Due): Promise<boolean> {
    const { command, token } = entry
    const body = { command, ...(token !== null && { token }) }
    const answer = await askWithWork(
      (work) => api.send({ ...body, ...(work !== undefined && { work }) }),
      () => stopped,
    )
    if (answer.kind === 'ok') {
      await settleAccepted(storage, { ...entry, seq: answer.value.seq })
      return true
    }
    if (answer.kind !== 'refused' || answer.error.code === 'protocol_version') {
      await depart(entry, { kind: 'queued' }, true)
      options.onUnreachable()
      return false
    }
    await settleRefused(entry, answer.error)
    return true
  }

  /** The next that is due, as it leaves: what of it is in the database says that the server may have it. */
  async function takeDue(tables: ClassroomTables): Promise<Next | undefined> {
    const { state, problem } = await getConnection(tables)
    // What a log that went back has lost is offered first, and only a pull tells what that is.
    const { restoring, lineage } = await tables.getPosition()
    if (state !== 'live' || problem !== null || restoring) return undefined
    if (!(await isTrusted(tables, options.linkKeyHash))) return undefined
    const now = clock.now()
    const unblocked = listUnblocked(await tables.outbox.toArray()).filter(({ id }) => id !== carrying)
    const due = unblocked.filter((entry) => dueAt(entry, now) <= now)
    const behind = carrying === null ? [] : await listWithPhotos(tables, due)
    const [entry, ...others] = due
      .filter((one) => !behind.includes(one))
      .sort((one, other) => dueAt(one, now) - dueAt(other, now))
    if (entry !== undefined && isTooSoon(entry, now)) {
      await tables.outbox.bulkPut([withDeparture(entry, drawDeparture(environment))])
      return takeDue(tables)
    }
    const late = [...others, ...behind].filter((other) => dueAt(other, now) > 0 && other.subject !== entry?.subject)
    await tables.outbox.bulkPut(late.map((other) => withDeparture(other, drawDeparture(environment))))
    if (entry === undefined) return undefined
    const mayBeKnown = entry.state.kind === 'waiting' && entry.state.sent
    return leave(tables, { ...(entry as Due), lineage, mayBeKnown })
  }

  /** The server has just seen which account fetched tokens: what costs one goes at a moment of its own. */
  function isTooSoon({ command, state }: ClassroomOutboxEntry, now: number): boolean {
    const isHurried = state.kind === 'waiting' && state.departure.kind === 'now'
    const costs = (COSTS_TOKEN as readonly string[]).includes(command.type)
    return isHurried && costs && now - options.tokens.fetchedAt() < QUEUED_DELAY_MAX_MS
  }

  async function leave(tables: ClassroomTables, due: Due): Promise<Next> {
    const { lineage, mayBeKnown, ...entry } = due
    const photo = await findWaitingPhoto(tables, entry)
    const [classroom] = await tables.classroom.toArray()
    const isLimited = classroom !== undefined && classroom.issuer !== null
    let token = entry.token
    if (token === null && isLimited && COSTS_TOKEN.includes(entry.command.type)) {
      const [next] = await tables.tokens.toArray()
      if (next === undefined) return { does: 'wait', entry: due }
      await tables.tokens.bulkDelete([next.message])
      token = next
    }
    const leaving: Omit<Due, 'lineage' | 'mayBeKnown'> = {
      ...entry,
      token,
      // The server has nothing of the question before its photo is there.
      state: { kind: 'waiting', departure: { kind: 'now' }, sent: photo === undefined || mayBeKnown },
    }
    await tables.outbox.bulkPut([leaving])
    return { does: photo === undefined ? 'send' : 'carry', entry: { ...leaving, lineage, mayBeKnown } }
  }

  /** Those whose photos are to go up first. */
  async function listWithPhotos(
    tables: ClassroomTables,
    entries: readonly ClassroomOutboxEntry[],
  ): Promise<ClassroomOutboxEntry[]> {
    const photos = await Promise.all(entries.map((entry) => findWaitingPhoto(tables, entry)))
    return entries.filter((_, at) => photos[at] !== undefined)
  }

  async function findWaitingPhoto(
    { photos }: ClassroomTables,
    { id, command }: Pick<ClassroomOutboxEntry, 'id' | 'command'>,
  ): Promise<OwnPhoto | undefined> {
    if (command.type !== 'question.ask' || command.photo === undefined) return undefined
    const photo = await findRow(photos, id)
    return photo?.isWhole === false ? photo : undefined
  }

  async function settleRefused(entry: Due, error: ClassroomErrorBody['error']): Promise<void> {
    const { code, message, retryAfterMs } = error
    if (code === 'already_voted' || (code === 'already_answered' && (await hasAnswered(entry)))) {
      return settleAccepted(storage, { ...entry, seq: 0 })
    }
    if (code === 'id_taken' && (await becomeEdit(storage, entry))) return
    if (code === 'photo_missing' && (await sendPhotoAgain(storage, entry))) return
    if (code === 'token_spent' || code === 'bad_token') {
      return update(entry, (now) => ({ ...withDeparture(now, { kind: 'now' }, entry.mayBeKnown), token: null }))
    }
    if (CLASSROOM_ERRORS[code].retry) {
      const wait = (retryAfterMs ?? RETRY_AFTER_MS) + Math.floor(environment.random() * JITTER_MS)
      return depart(entry, departAfter(clock.now(), wait), entry.mayBeKnown)
    }
    await update(entry, (now) => ({ ...now, state: { kind: 'refused', code, message } }))
  }

  async function hasAnswered({ subject }: Due): Promise<boolean> {
    return storage.transact(async ({ choices }) => (await findRow(choices, subject)) !== undefined)
  }

  async function depart(entry: Due, departure: Departure, sent: boolean): Promise<void> {
    await update(entry, (now) => withDeparture(now, departure, sent))
  }

  async function update({ id }: Due, change: (now: ClassroomOutboxEntry) => ClassroomOutboxEntry): Promise<void> {
    await storage.transact(async (tables) => {
      const now = await findEntry(tables, id)
      if (now?.state.kind === 'waiting') await tables.outbox.bulkPut([change(now)])
    })
  }

  async function wakeForNext(): Promise<void> {
    cancelTimer()
    const all = listUnblocked(await storage.transact((tables) => Promise.resolve(tables.outbox.toArray())))
    const entries = all.filter(({ id }) => id !== carrying)
    const now = clock.now()
    const next = Math.min(...entries.map((entry) => dueAt(entry, now)).filter((at) => at > now))
    if (next !== Infinity && !stopped) cancelTimer = clock.after(next - now, flush)
  }

  return {
    // Only a live classroom is sent to, and whether it is live the database says.
    setLink: () => undefined,
    flush,
    // What is sent to find out whether the network is back would tell whose it is.
    sendAll: () => Promise.resolve('done'),
    stop() {
      stopped = true
      cancelTimer()
    },
  }
}
