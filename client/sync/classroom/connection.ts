import { QUEUED_DELAY_MAX_MS } from '../../../shared/classroom/limits.ts'
import type { Environment } from '../environment.ts'
import {
  getConnection,
  type ClassroomDatabase,
  type Departure,
  type RoomConnectionMeta,
  type RoomEntry,
} from './database.ts'

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

type Chance = Pick<Environment, 'clock' | 'random'>

/** Stores what is known of the connection, and lets what waits follow from it. */
export async function setConnection(
  db: ClassroomDatabase,
  chance: Chance,
  change: Partial<Omit<RoomConnectionMeta, 'key'>>,
): Promise<void> {
  await db.transaction('rw', db.meta, db.outbox, async () => {
    const before = await getConnection(db)
    const now = { ...before, ...change }
    const isSame = (['state', 'devices', 'problem'] as const).every((name) => now[name] === before[name])
    if (!isSame) await db.meta.put(now)
    if (now.state !== 'live') await queueAll(db)
    else if (before.state !== 'live') await drawAll(db, chance)
  })
}

/** A moment of its own for a command that had to wait. */
export function drawDeparture({ clock, random }: Chance): Departure {
  return { kind: 'after', at: clock.now() + 1 + Math.floor(random() * QUEUED_DELAY_MAX_MS) }
}

export function withDeparture(entry: RoomEntry, departure: Departure): RoomEntry {
  return entry.state.kind === 'waiting' ? { ...entry, state: { ...entry.state, departure } } : entry
}

async function queueAll(db: ClassroomDatabase): Promise<void> {
  const hurried = await db.outbox
    .filter(({ state }) => state.kind === 'waiting' && state.departure.kind === 'now')
    .toArray()
  if (hurried.length > 0) await db.outbox.bulkPut(hurried.map((entry) => withDeparture(entry, { kind: 'queued' })))
}

/** What fell due while nobody could send it gets a new moment: it would go with the return of the network. */
async function drawAll(db: ClassroomDatabase, chance: Chance): Promise<void> {
  const now = chance.clock.now()
  const waiting = await db.outbox
    .filter(({ state }) => state.kind === 'waiting' && (state.departure.kind !== 'after' || state.departure.at <= now))
    .toArray()
  await db.outbox.bulkPut(waiting.map((entry) => withDeparture(entry, drawDeparture(chance))))
}
