import type { ClientDatabase, Content } from '../database.ts'
import { removePieces } from './contents.ts'
import { isRecording } from './recording-key.ts'

/*
 * What files may take of this device. Over it, what was not looked at for the longest time goes first; never what waits to
 * be sent, nor what somebody wants to have here.
 */

/** By default 500 MB, or a tenth of what is free where that is less. */
export const BUDGET_MAX_BYTES = 500_000_000
const SHARE_OF_FREE = 0.1

export function toDefaultBudget(freeBytes: number | undefined): number {
  return Math.min(BUDGET_MAX_BYTES, freeBytes === undefined ? Infinity : Math.floor(freeBytes * SHARE_OF_FREE))
}

/** What files take of this device now, in bytes. */
export interface Occupied {
  /** All of it. */
  bytes: number
  /** Of that what stays. */
  keptBytes: number
}

export async function findOccupied(db: ClientDatabase): Promise<Occupied> {
  const isKept = await findKept(db)
  const occupied = { bytes: 0, keptBytes: 0 }
  // A cursor, for what they hold need not all be loaded.
  await db.contents.each((content) => {
    occupied.bytes += content.bytes
    if (isKept(content)) occupied.keptBytes += content.bytes
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
 * in part. A time that is yet to come is of a clock that was wrong, and says nothing.
 */
export async function makeRoom(
  db: ClientDatabase,
  budgetBytes: number,
  newBytes = 0,
  sparing?: Sparing,
): Promise<void> {
  const tables = [db.contents, db.pieces, db.uploads, db.keptOffline, db.messages]
  // In one transaction, or something that is about to be sent could go.
  await db.transaction('rw', tables, async () => {
    const { bytes } = await findOccupied(db)
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
    const contents = take(await listRemovable(db, sparing))
    await db.contents.bulkDelete(contents.map(({ key }) => key))
  })
}

interface Held {
  key: string
  bytes: number
}

/** What is there in part, but for what is being recorded. */
async function listParts(db: ClientDatabase): Promise<Held[]> {
  const parts = new Map<string, number>()
  await db.pieces.each(({ key, blob }) => {
    if (!isRecording(key)) parts.set(key, (parts.get(key) ?? 0) + blob.size)
  })
  return [...parts].map(([key, bytes]) => ({ key, bytes }))
}

async function listRemovable(db: ClientDatabase, sparing: Sparing | undefined): Promise<Held[]> {
  const isKept = await findKept(db)
  const now = sparing?.now ?? Infinity
  const isSpared = (usedAt: number) => sparing !== undefined && usedAt <= now && usedAt > now - JUST_LOOKED_AT_MS
  const removable: (Held & { usedAt: number })[] = []
  await db.contents.each(({ key, fileId, bytes, usedAt }) => {
    if (!isKept({ fileId }) && !isSpared(usedAt)) removable.push({ key, bytes, usedAt: usedAt > now ? 0 : usedAt })
  })
  return removable.sort((one, other) => one.usedAt - other.usedAt)
}

/** Half of all that may go, and at last all of it: for a device on which nothing else can be stored. False when there is none. */
export async function giveWay(db: ClientDatabase): Promise<boolean> {
  const { bytes, keptBytes } = await findOccupied(db)
  if (bytes === keptBytes) return false
  const rest = bytes - keptBytes
  await makeRoom(db, keptBytes + (rest < SMALL_BYTES ? 0 : Math.floor(rest / 2)))
  return true
}

/** Removes all that may go. */
export async function removeAllContents(db: ClientDatabase): Promise<void> {
  await makeRoom(db, 0)
}

async function findKept(db: ClientDatabase): Promise<(content: Pick<Content, 'fileId'>) => boolean> {
  const [uploads, keptOffline] = await Promise.all([db.uploads.toArray(), db.keptOffline.toArray()])
  const kept = new Set([...uploads.map(({ id }) => id), ...keptOffline.map(({ fileId }) => fileId)])
  for (const { conversationId, fileId } of keptOffline) {
    if (fileId === '') for (const id of await listFilesOf(db, conversationId)) kept.add(id)
  }
  return ({ fileId }) => kept.has(fileId)
}

/** The files of all of a conversation's messages on this device. */
export async function listFilesOf(db: ClientDatabase, conversationId: string): Promise<string[]> {
  const rows = await db.messages
    .where('[conversationId+n]')
    .between([conversationId, 0], [conversationId, Infinity])
    .filter(({ files }) => files !== undefined)
    .toArray()
  return rows.flatMap(({ files = [] }) => files.map(({ id }) => id))
}
