import type { Table } from 'dexie'
import { removePieces, type ContentsDatabase } from './contents.ts'
import { isRecording } from './recording-key.ts'

/*
 * What files may take of this device. Over it, what was not looked at for the longest time goes first; never what is being
 * recorded, nor what an account or a classroom keeps.
 */

/** What files hold of an account, or of a classroom, and what of it stays. */
export interface Holding {
  db: ContentsDatabase
  /** The files that stay. */
  findKept(): Promise<ReadonlySet<string>>
  /** What `findKept` reads. */
  keptBy: readonly Table[]
}

/** What files take of this device now, in bytes. */
export interface Occupied {
  /** All of it. */
  bytes: number
  /** Of that what stays. */
  keptBytes: number
}

export async function findOccupied({ db, findKept }: Holding): Promise<Occupied> {
  const kept = await findKept()
  const occupied = { bytes: 0, keptBytes: 0 }
  // A cursor, for what they hold need not all be loaded.
  await db.contents.each(({ fileId, bytes }) => {
    occupied.bytes += bytes
    if (kept.has(fileId)) occupied.keptBytes += bytes
  })
  await db.pieces.each(({ key, blob }) => {
    occupied.bytes += blob.size
    if (isRecording(key)) occupied.keptBytes += blob.size
  })
  return occupied
}

/** What goes last, or not at all, when room is made for something that somebody looks at. */
export interface Sparing {
  /** In milliseconds since 1970. */
  now: number
  /** The keys of what is being fetched. */
  underWay: ReadonlySet<string>
}

const SMALL_BYTES = 4_000_000

/** What is on the screen does not give way to what comes onto it. */
const JUST_LOOKED_AT_MS = 60_000

/**
 * Removes what was not looked at for the longest time, until so many bytes more are within the budget: first what is there
 * in part. A time that is yet to come is of a clock that was wrong, and says nothing; a moment ahead is what was looked at
 * since `sparing.now`.
 */
export async function makeRoom(holding: Holding, budgetBytes: number, newBytes = 0, sparing?: Sparing): Promise<void> {
  const { db, keptBy } = holding
  // In one transaction, or something that is about to be sent could go.
  await db.transaction('rw', [db.contents, db.pieces, ...keptBy], async () => {
    const { bytes } = await findOccupied(holding)
    let over = bytes + newBytes - budgetBytes
    if (over <= 0) return
    const take = (held: readonly Held[]): Held[] =>
      held.filter((one) => {
        if (over <= 0) return false
        over -= one.bytes
        return true
      })
    const parts = take((await listParts(db)).filter(({ key }) => sparing?.underWay.has(key) !== true))
    for (const { key } of parts) await removePieces(db, key)
    const contents = take(await listRemovable(holding, sparing))
    await db.contents.bulkDelete(contents.map(({ key }) => key))
  })
}

interface Held {
  key: string
  bytes: number
}

/** What is there in part, but for what is being recorded. */
async function listParts(db: ContentsDatabase): Promise<Held[]> {
  const parts = new Map<string, number>()
  await db.pieces.each(({ key, blob }) => {
    if (!isRecording(key)) parts.set(key, (parts.get(key) ?? 0) + blob.size)
  })
  return [...parts].map(([key, bytes]) => ({ key, bytes }))
}

async function listRemovable({ db, findKept }: Holding, sparing: Sparing | undefined): Promise<Held[]> {
  const kept = await findKept()
  const now = sparing?.now ?? Infinity
  const isSpared = (usedAt: number) => sparing !== undefined && Math.abs(now - usedAt) < JUST_LOOKED_AT_MS
  const removable: (Held & { usedAt: number })[] = []
  await db.contents.each(({ key, fileId, bytes, usedAt }) => {
    if (!kept.has(fileId) && !isSpared(usedAt)) removable.push({ key, bytes, usedAt: usedAt > now ? 0 : usedAt })
  })
  return removable.sort((one, other) => one.usedAt - other.usedAt)
}

/** Half of all that may go, and at last all of it: for a device on which nothing else can be stored. False when there is none. */
export async function giveWay(holding: Holding): Promise<boolean> {
  const { bytes, keptBytes } = await findOccupied(holding)
  if (bytes === keptBytes) return false
  const rest = bytes - keptBytes
  await makeRoom(holding, keptBytes + (rest < SMALL_BYTES ? 0 : Math.floor(rest / 2)))
  return true
}

/** Removes all that may go. */
export async function removeAllContents(holding: Holding): Promise<void> {
  await makeRoom(holding, 0)
}

/** So much stays free of what the browser would store: for what is written, which matters more. */
const RESERVE_BYTES = 20_000_000

/** Whether so many bytes can be stored on a device with this much free, as far as that is known. */
export function hasRoomFor(bytes: number, freeBytes: number | undefined): boolean {
  // Its pieces, and then all of it, before they go.
  return freeBytes === undefined || freeBytes > 2 * bytes + RESERVE_BYTES
}
