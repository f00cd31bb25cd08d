import { RECEIPT_MEMBERS_MAX } from '../../../shared/protocol/limits.ts'
import type { ConversationRow, DeliveryRow, MemberRow, MessageRow, SeenRow } from '../../../shared/protocol/rows.ts'
import { SENT, type Delivery } from '../outbox/pending.ts'

/**
 * How far a message of one's own has come. `sent` is on the server; `delivered` is on a device of all
 * `of` people whom it went to, of whom `seen` are known to have seen it; `seen` is seen by all `of`.
 */
export type Receipt = Delivery | { kind: 'delivered'; seen: number; of: number } | { kind: 'seen'; of: number }

/** What is known of others' devices and eyes in one conversation. */
export interface ReceiptRows {
  kind: ConversationRow['kind'] | undefined
  members: readonly MemberRow[]
  deliveries: readonly DeliveryRow[]
  seens: readonly SeenRow[]
  /** Whether one lets others know what one has seen; who does not is not shown others' either. */
  seenOn: boolean
}

export interface Seen {
  at: number
  /** Then at the latest: it may have been earlier. */
  byThen: boolean
}

export interface Receipts {
  /** Whether others' receipts are listed here; in larger conversations there is only a count of who has seen. */
  listed: boolean
  /** Those to whom the message with this `n` went, but oneself. */
  recipientsOf(n: number): string[]
  isDelivered(userId: string, n: number): boolean
  findSeen(userId: string, n: number): Seen | null
  toReceipt(n: number): Receipt
}

/** Whether in a conversation of so many people its members learn who received, saw and types what. */
export function hasReceipts(kind: ConversationRow['kind'] | undefined, people: number): boolean {
  return kind === 'direct' || (kind === 'group' && people <= RECEIPT_MEMBERS_MAX)
}

/** Answers for the messages `rows`, by ascending n, and for no others. */
export function createReceipts(myId: string, rows: readonly MessageRow[], known: ReceiptRows): Receipts {
  const present = known.members.filter((member) => !member.removed)
  const listed = hasReceipts(known.kind, present.length)
  const others = listed ? present.filter((member) => member.userId !== myId) : []
  const joinedBefore = findJoins(rows, others)
  const delivered = new Map(known.deliveries.map((row) => [row.userId, row.n]))
  const seens = new Map(known.seenOn ? known.seens.map((row) => [row.userId, row]) : [])

  const findSeen = (userId: string, n: number) => findSeenIn(seens.get(userId), n)
  const isDelivered = (userId: string, n: number) => (delivered.get(userId) ?? 0) >= n || findSeen(userId, n) !== null
  const recipientsOf = (n: number) =>
    others.flatMap(({ userId }) => (n >= (joinedBefore.get(userId) ?? 0) ? [userId] : []))

  return {
    listed,
    recipientsOf,
    isDelivered,
    findSeen,
    toReceipt(n) {
      const recipients = recipientsOf(n)
      const of = recipients.length
      if (of === 0 || !recipients.every((userId) => isDelivered(userId, n))) return SENT
      const seen = recipients.filter((userId) => findSeen(userId, n) !== null).length
      return seen === of ? { kind: 'seen', of } : { kind: 'delivered', seen, of }
    },
  }
}

function findSeenIn(row: SeenRow | undefined, n: number): Seen | null {
  const index = row?.steps.findIndex((step) => step.n >= n) ?? -1
  const step = row?.steps[index]
  return step === undefined ? null : { at: step.at, byThen: index === 0 && n < step.n }
}

/**
 * The first of these messages that may have gone to each member; somebody who came later has what was
 * before as history. A row's `seq` is never less than that of its sending, so a row that is older than
 * a membership was sent before it, and so was everything before that row.
 */
function findJoins(rows: readonly MessageRow[], members: readonly MemberRow[]): Map<string, number> {
  return new Map(members.map(({ userId, since }) => [userId, (rows.findLast((row) => row.seq < since)?.n ?? 0) + 1]))
}
