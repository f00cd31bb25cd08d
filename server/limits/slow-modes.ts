import type { CampusRow } from '../campus/types.ts'
import type { Store } from '../store/store.ts'
import type { LimitedCaller } from './callers.ts'

export interface SlowModes {
  /** Seconds between two messages of somebody there; 0 is none. Moderators, and whoever leads the group, write as they like. */
  findSeconds(conversationId: string, caller: Pick<LimitedCaller, 'userId' | 'isModerator'>): number
  /** Hears what changed in the log. */
  onBatch(batch: { rows: readonly { row: CampusRow }[] }): void
  /** What was missed is looked up. */
  onLost(): void
}

/** Every process knows the few conversations that are slow, and hears with their rows when that changes. */
export function createSlowModes(
  store: Store,
  onError: (error: unknown) => void,
): SlowModes & { load(): Promise<void> } {
  const slow = new Map<string, { seconds: number; leaderId: string | null }>()
  /** What was heard while it was looked up counts. */
  let heard: Set<string> | undefined

  async function load(): Promise<void> {
    const since = new Set<string>()
    heard = since
    const found = await store.db
      .selectFrom('conversation')
      .select(['id', 'slow_seconds', 'creator_id'])
      .where('slow_seconds', '>', 0)
      .execute()
    const ids = new Set(found.map(({ id }) => id))
    for (const id of slow.keys()) if (!ids.has(id) && !since.has(id)) slow.delete(id)
    for (const { id, slow_seconds, creator_id } of found) {
      if (!since.has(id)) slow.set(id, { seconds: slow_seconds, leaderId: creator_id })
    }
    if (heard === since) heard = undefined
  }

  return {
    load,
    findSeconds(conversationId, { userId, isModerator }) {
      const found = slow.get(conversationId)
      return found === undefined || isModerator || found.leaderId === userId ? 0 : found.seconds
    },
    onBatch({ rows }) {
      for (const { row } of rows) {
        if (row.type !== 'conversation') continue
        heard?.add(row.id)
        const { slowSeconds: seconds = 0, creatorId: leaderId } = row
        if (seconds === 0) slow.delete(row.id)
        else slow.set(row.id, { seconds, leaderId })
      }
    },
    onLost: () => void load().catch(onError),
  }
}
