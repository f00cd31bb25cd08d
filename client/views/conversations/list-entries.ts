import type { StaffedView } from '../../data/classroom/views.ts'
import type { ConversationSummary } from '../../data/conversations/conversation-summary.ts'

export type ListEntry =
  { kind: 'conversation'; summary: ConversationSummary } | { kind: 'classroom'; classroom: StaffedView }

/** Conversations in their order, with the classrooms among them by last activity, below what is pinned. */
export function mergeEntries(
  summaries: readonly ConversationSummary[],
  classrooms: readonly StaffedView[],
): ListEntry[] {
  const entries = summaries.map((summary): ListEntry => ({ kind: 'conversation', summary }))
  for (const classroom of classrooms.toSorted((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0))) {
    const at = entries.findIndex((entry) => isBelow(entry, classroom))
    entries.splice(at === -1 ? entries.length : at, 0, { kind: 'classroom', classroom })
  }
  return entries
}

function isBelow(entry: ListEntry, { lastAt }: StaffedView): boolean {
  if (entry.kind === 'classroom') return (entry.classroom.lastAt ?? 0) < (lastAt ?? 0)
  return !entry.summary.pinned && entry.summary.activeAt < (lastAt ?? 0)
}
