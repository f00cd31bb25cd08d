import { GROUP_MEMBERS_MAX, SEEN_STEPS_MAX } from '../../shared/protocol/limits.ts'
import type { DeliveryRow, MemberRow, ReceiptsRow, SeenRow } from '../../shared/protocol/rows.ts'
import { fromRuns } from '../../shared/runs.ts'
import type { ClientTables } from './tables.ts'

/**
 * Stores what many members received and have seen, each as the row that a pull would bring. `formerMembers` may
 * have left since, or come back, after these receipts were published.
 */
export async function applyReceipts(
  tables: ClientTables,
  row: ReceiptsRow,
  formerMembers: readonly MemberRow[],
): Promise<void> {
  const { conversationId, seq } = row
  const present = await tables.listMembers(conversationId)
  const members = [...formerMembers.filter((one) => one.conversationId === conversationId), ...present]
  const users = new Map(members.map(({ since, userId }) => [since, userId]))
  // Whoever was not in it any more, as this device knows it, has no receipts any more.
  for (const one of members) if (one.removed && one.seq <= seq) users.delete(one.since)
  const usersOf = (runs: readonly number[]) =>
    fromRuns(runs, GROUP_MEMBERS_MAX).flatMap((since) => users.get(since) ?? [])

  const deliveries = row.received.flatMap(([n, runs]) =>
    usersOf(runs).map((userId): DeliveryRow => ({ type: 'delivery', seq, conversationId, userId, n })),
  )
  const held = await tables.deliveries.bulkGet(deliveries.map(({ userId }) => [conversationId, userId]))
  await tables.deliveries.bulkPut(deliveries.filter((_, index) => (held[index]?.seq ?? -1) < seq))

  const steps = row.seen.flatMap(([n, at, runs]) => usersOf(runs).map((userId) => ({ userId, step: { n, at } })))
  const seens = await tables.seens.bulkGet(steps.map(({ userId }) => [conversationId, userId]))
  await tables.seens.bulkPut(
    steps.flatMap(({ userId, step }, index): SeenRow[] => {
      const before = seens[index]
      if (before !== undefined && before.seq >= seq) return []
      const earlier = (before?.steps ?? []).filter(({ n }) => n < step.n)
      return [{ type: 'seen', seq, conversationId, userId, steps: [...earlier, step].slice(-SEEN_STEPS_MAX) }]
    }),
  )
}
