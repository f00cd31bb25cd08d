import type { ConversationSummary } from './conversation-summary.ts'

/** What the app's own badge tells of all conversations. */
export interface Totals {
  /** Unread messages, and one for each conversation marked as unread, where one is neither muted nor has put it away. */
  unread: number
  /** Unread mentions of oneself, muted or not, but of what was put away. */
  mentions: number
}

export function toTotals(summaries: readonly ConversationSummary[]): Totals {
  const totals: Totals = { unread: 0, mentions: 0 }
  for (const { unread, mentions, muted, archived, markedUnread } of summaries) {
    if (archived) continue
    totals.mentions += mentions
    if (!muted) totals.unread += Math.max(unread, markedUnread ? 1 : 0)
  }
  return totals
}
