import type { Api } from '../../../client/sync/api.ts'
import type { LeftOut } from '../../../client/sync/log/kind.ts'
import type { Disk } from '../memory-store.ts'
import { memberKey } from '../memory-store.ts'

/** What one device was told that it was not sent, because it was far behind: at rest it has to be there all the same. */
export interface LeftOutRecord {
  /** An API that notes what is told. */
  watch(api: Api): Api
  /** What is wrong at rest, in sentences. */
  check(disk: Disk, userId: string): string[]
}

export function createLeftOutRecord(): LeftOutRecord {
  let told: LeftOut[] = []
  return {
    watch: (api) => ({
      ...api,
      async pull(from, wait) {
        const answer = await api.pull(from, wait)
        if (answer.kind !== 'ok') return answer
        // From here on everything is pulled afresh.
        if (answer.value.from === 0) told = []
        told.push(...(answer.value.holes ?? []))
        return answer
      },
    }),
    check(disk, userId) {
      const held = new Set([...disk.messages.rows.values()].map(({ conversationId, n }) => `${conversationId} ${n}`))
      return told.flatMap(({ conversationId, after, before, seq }) => {
        const since = disk.members.rows.get(memberKey(conversationId, userId))?.since ?? 0
        // One is not in it any more, or anew, with the newest page alone.
        if (!disk.conversations.rows.has(conversationId) || since > seq) return []
        const places = Array.from({ length: before - after - 1 }, (_, index) => after + 1 + index)
        const lacking = places.filter((n) => !held.has(`${conversationId} ${n}`))
        return lacking.length > 0 ? [`${userId} was never sent ${lacking.join()} of ${conversationId}`] : []
      })
    },
  }
}
