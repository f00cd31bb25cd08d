import { QUEUED_DELAY_MAX_MS } from '../../../shared/classroom/limits.ts'
import type { Environment } from '../environment.ts'
import type { ConnectionState } from '../log/connection-state.ts'
import type { RowTable } from '../log/kind.ts'
import {
  NOT_CONNECTED,
  type Departure,
  type RoomConnectionMeta,
  type RoomEntry,
  type RoomMeta,
  type RoomProblem,
} from './database.ts'
import { findRow, type ClassroomTables, type ClassroomWriter } from './tables.ts'

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

/** What was last known of the connection. */
export async function getConnection(tables: {
  meta: Pick<RowTable<RoomMeta, string>, 'bulkGet'>
}): Promise<RoomConnectionMeta> {
  const found = await findRow(tables.meta, 'connection')
  return found?.key === 'connection' ? found : NOT_CONNECTED
}

/** Stores what is known of the connection, and lets what waits follow from it. */
export async function setConnection(
  { transact }: ClassroomWriter,
  chance: Chance,
  change: Partial<Omit<RoomConnectionMeta, 'key'>>,
): Promise<void> {
  await transact(async (tables) => {
    const before = await getConnection(tables)
    const now = { ...before, ...change }
    const isSame = (['state', 'devices', 'problem'] as const).every((name) => now[name] === before[name])
    if (!isSame) await tables.meta.bulkPut([now])
    if (now.state !== 'live') await queueAll(tables)
    else if (before.state !== 'live') await drawAll(tables, chance)
  })
}

/** What a state of the machinery is to a classroom; a problem stays until it is live again. */
export function describeConnection(state: ConnectionState): Partial<Omit<RoomConnectionMeta, 'key'>> {
  switch (state.kind) {
    case 'live':
      return { state: 'live', problem: null }
    case 'connecting':
    case 'offline':
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

const PROBLEMS = ['not_found', 'wrong_key', 'only_staff'] as const satisfies readonly RoomProblem[]

/** A moment of its own for a command that had to wait. */
export function drawDeparture({ clock, random }: Chance): Departure {
  return { kind: 'after', at: clock.now() + 1 + Math.floor(random() * QUEUED_DELAY_MAX_MS) }
}

export function withDeparture(entry: RoomEntry, departure: Departure, sent?: boolean): RoomEntry {
  if (entry.state.kind !== 'waiting') return entry
  return { ...entry, state: { ...entry.state, departure, sent: sent ?? entry.state.sent } }
}

async function queueAll({ outbox }: ClassroomTables): Promise<void> {
  const hurried = (await outbox.toArray()).filter(
    ({ state }) => state.kind === 'waiting' && state.departure.kind === 'now',
  )
  await outbox.bulkPut(hurried.map((entry) => withDeparture(entry, { kind: 'queued' })))
}

/** What fell due while nobody could send it gets a new moment: it would go with the return of the network. */
async function drawAll({ outbox }: ClassroomTables, chance: Chance): Promise<void> {
  const now = chance.clock.now()
  const waiting = (await outbox.toArray()).filter(
    ({ state }) => state.kind === 'waiting' && (state.departure.kind !== 'after' || state.departure.at <= now),
  )
  await outbox.bulkPut(waiting.map((entry) => withDeparture(entry, drawDeparture(chance))))
}
