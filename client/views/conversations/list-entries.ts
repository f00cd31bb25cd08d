import type { ArrangedClassroom } from '../../data/classroom/watch-arranged.ts'
import type { ConversationSummary } from '../../data/conversations/conversation-summary.ts'

export type ListEntry =
  { kind: 'conversation'; summary: ConversationSummary } | { kind: 'classroom'; classroom: ArrangedClassroom }

/** Conversations in their order, with the classrooms among them by last activity; what is pinned stands above the rest. */
export function mergeEntries(
  summaries: readonly ConversationSummary[],
  classrooms: readonly ArrangedClassroom[],
): ListEntry[] {
  const entries = summaries.map((summary): ListEntry => ({ kind: 'conversation', summary }))
  for (const classroom of classrooms.toSorted((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0))) {
    const at = entries.findIndex((entry) => isBelow(entry, classroom))
    entries.splice(at === -1 ? entries.length : at, 0, { kind: 'classroom', classroom })
  }
  return entries
}

function isBelow(entry: ListEntry, { lastAt, pinned }: ArrangedClassroom): boolean {
  const other = entry.kind === 'classroom' ? entry.classroom : entry.summary
  if (other.pinned !== pinned) return pinned
  const otherAt = entry.kind === 'classroom' ? entry.classroom.lastAt : entry.summary.activeAt
  return (otherAt ?? 0) < (lastAt ?? 0)
}
