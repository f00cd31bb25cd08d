import type { MessageRow } from '../../../shared/protocol/rows.ts'

/** What was unread when a conversation was opened. It stays where it is while one reads and while more arrives. */
export interface Divider {
  /** How far one had read then. */
  afterN: number
  /** The newest message then. */
  uptoN: number
}

/** Null when there was nothing of anybody else's to read, or when one had never read here. */
export function findDivider(rows: readonly MessageRow[], readN: number, newestN: number, myId: string): Divider | null {
  const isUnread = rows.some((row) => row.n > readN && row.n <= newestN && row.authorId !== myId)
  return readN > 0 && isUnread ? { afterN: readN, uptoN: newestN } : null
}
