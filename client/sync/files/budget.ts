import type { ClientDatabase, Content } from '../database.ts'

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
  return occupied
}

/** Removes what was not looked at for the longest time, until so many bytes more are within the budget. */
export async function makeRoom(db: ClientDatabase, budgetBytes: number, newBytes = 0): Promise<void> {
  const { bytes } = await findOccupied(db)
  let over = bytes + newBytes - budgetBytes
  if (over <= 0) return
  const isKept = await findKept(db)
  const gone: string[] = []
  await db.contents
    .orderBy('usedAt')
    .until(() => over <= 0)
    .each((content) => {
      if (isKept(content)) return
      gone.push(content.key)
      over -= content.bytes
    })
  await db.contents.bulkDelete(gone)
}

/** Removes all that may go. */
export async function removeAllContents(db: ClientDatabase): Promise<void> {
  await makeRoom(db, 0)
  // What is being recorded is no content that could be fetched again.
  await db.pieces.filter(({ key }) => !key.startsWith('voice/')).delete()
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
