import { QUEUED_DELAY_MAX_MS } from '../../../shared/classroom/limits.ts'
import type { Environment } from '../environment.ts'
import type { ConnectionState } from '../log/connection-state.ts'
import {
  type Departure,
  type ClassroomConnectionMeta,
  type ClassroomOutboxEntry,
  type ClassroomProblem,
} from './database.ts'
import { getConnection } from './find-connection.ts'
import type { ClassroomTables, ClassroomWriter } from './tables.ts'

/*
 * What is known of the network decides when a command departs:
 *
 *   written while live ─▶ now ── could not go, or live no more ──▶ queued ◀── written while not live
 *                                                                    │
 *                             late, or together with another one     │ live again: a random delay of its own
 *                                  ┌─────────────────────────────┐   ▼
 *                                  └──────────────────────────▶ after
 *
 * So neither the moment at which a phone is back nor what went beside it tells whose a question is.
 * The delay is stored: a reload never makes it shorter.
 */

export type Chance = Pick<Environment, 'clock' | 'random'>

/** Stores what is known of the connection, and lets what waits follow from it. */
export async function setConnection(
  { transact }: ClassroomWriter,
  chance: Chance,
  change: Partial<Omit<ClassroomConnectionMeta, 'key'>>,
): Promise<void> {
  await transact(async (tables) => {
    const before = await getConnection(tables)
    const now = { ...before, ...change }
    const isSame = (['state', 'devices', 'problem'] as const).every((name) => now[name] === before[name])
    if (!isSame) await tables.meta.bulkPut([now])
    if (now.problem === 'not_found') await refuseAll(tables)
    else if (now.state !== 'live') await queueAll(tables)
    else {
      if (before.problem === 'not_found') await waitAgain(tables)
      await drawAll(tables, chance, before.state !== 'live')
    }
  })
}

/** What a state of the machinery is to a classroom; a problem stays until it is live again. */
export function describeConnection(state: ConnectionState): Partial<Omit<ClassroomConnectionMeta, 'key'>> {
  switch (state.kind) {
    case 'live':
      return { state: 'live', problem: null }
    case 'offline':
      return { state: state.why ?? 'offline' }
    case 'connecting':
      return { state: state.slow === true ? 'offline' : 'connecting' }
    case 'portal':
      return { state: state.kind }
    case 'catching-up':
      return {}
    case 'signed-out':
      return { state: 'connecting', problem: 'not_signed_in' }
    case 'outdated':
      return { state: 'connecting', problem: 'protocol' }
    case 'refused':
      return { state: 'connecting', problem: PROBLEMS.find((problem) => problem === state.code) ?? 'not_found' }
  }
}

const PROBLEMS = ['not_found', 'wrong_key', 'only_staff'] as const satisfies readonly ClassroomProblem[]

/** A moment of its own for a command that had to wait. */
export function drawDeparture({ clock, random }: Chance): Departure {
  return departAfter(clock.now(), 1 + Math.floor(random() * QUEUED_DELAY_MAX_MS))
}

export function departAfter(now: number, ms: number): Departure {
  return { kind: 'after', from: now, at: now + ms }
}

/** When an entry is due, as the clock goes now: zero for what goes at once. A clock that was set back keeps nothing for longer. */
export function dueAt({ state }: ClassroomOutboxEntry, now: number): number {
  if (state.kind !== 'waiting' || state.departure.kind === 'queued') return Infinity
  if (state.departure.kind === 'now') return 0
  const { from = 0, at } = state.departure
  return now < from ? now : at
}

export function withDeparture(entry: ClassroomOutboxEntry, departure: Departure, sent?: boolean): ClassroomOutboxEntry {
  if (entry.state.kind !== 'waiting') return entry
  return { ...entry, state: { ...entry.state, departure, sent: sent ?? entry.state.sent } }
}

/** What comes to a classroom that was deleted. */
export const DELETED = {
  kind: 'refused',
  code: 'not_found',
  message: 'This classroom was deleted.',
  isDeleted: true,
} as const

/** Nothing that waits can go any more: its writer is told, and has the text. */
async function refuseAll({ outbox }: ClassroomTables): Promise<void> {
  const waiting = (await outbox.toArray()).filter(({ state }) => state.kind === 'waiting')
  await outbox.bulkPut(waiting.map((entry) => ({ ...entry, state: DELETED })))
}

/** It is there after all, as when a server had lost it for a while. */
async function waitAgain({ outbox }: ClassroomTables): Promise<void> {
  const refused = (await outbox.toArray()).filter(({ state }) => state.kind === 'refused' && state.isDeleted === true)
  await outbox.bulkPut(
    refused.map((entry) => ({ ...entry, state: { kind: 'waiting', departure: { kind: 'queued' }, sent: true } })),
  )
}

async function queueAll({ outbox }: ClassroomTables): Promise<void> {
  const hurried = (await outbox.toArray()).filter(
    ({ state }) => state.kind === 'waiting' && state.departure.kind === 'now',
  )
  await outbox.bulkPut(hurried.map((entry) => withDeparture(entry, { kind: 'queued' })))
}

/**
 * What waited for the network gets a moment of its own; also later, for a tab that led before may say only then that
 * something could not go. When the network is back, so does what fell due meanwhile: it would go with its return.
 */
async function drawAll({ outbox }: ClassroomTables, chance: Chance, isBack: boolean): Promise<void> {
  const now = chance.clock.now()
  const waiting = (await outbox.toArray()).filter((entry) => {
    if (entry.state.kind !== 'waiting') return false
    const { kind } = entry.state.departure
    return kind === 'queued' || (isBack && (kind === 'now' || dueAt(entry, now) <= now))
  })
  if (waiting.length > 0) await outbox.bulkPut(waiting.map((entry) => withDeparture(entry, drawDeparture(chance))))
}
