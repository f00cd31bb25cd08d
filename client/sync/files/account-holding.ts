import type { ClientDatabase } from '../database.ts'
import type { Holding } from './budget.ts'

/** By default 500 MB, or a tenth of what is free where that is less. */
export const BUDGET_MAX_BYTES = 500_000_000
const SHARE_OF_FREE = 0.1

export function toDefaultBudget(freeBytes: number | undefined): number {
  return Math.min(BUDGET_MAX_BYTES, freeBytes === undefined ? Infinity : Math.floor(freeBytes * SHARE_OF_FREE))
}

/** What an account's files hold. What waits to be sent stays, and what somebody wants to have here. */
export function accountHolding(db: ClientDatabase): Holding {
  return { db, findKept: () => findKept(db), keptBy: [db.uploads, db.keptOffline, db.messages] }
}

async function findKept(db: ClientDatabase): Promise<ReadonlySet<string>> {
  const [uploads, keptOffline] = await Promise.all([db.uploads.toArray(), db.keptOffline.toArray()])
  const kept = new Set([...uploads.map(({ id }) => id), ...keptOffline.map(({ fileId }) => fileId)])
  for (const { conversationId, fileId } of keptOffline) {
    if (fileId === '') for (const id of await listFilesOf(db, conversationId)) kept.add(id)
  }
  return kept
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
