import * as v from 'valibot'
import { seenRow, type DeliveryRow, type ReceiptsRow, type SeenRow } from '../../shared/protocol/rows.ts'
import { toRuns } from '../../shared/runs.ts'
import type { MemberTable, ReceiptTable } from '../store/schema.ts'
import { membersOf } from './records.ts'
import type { LogRow, PublishedReceipts } from './types.ts'

/*
 * Receipts: how far each member's devices hold a conversation, and how far they have read it when.
 *
 *   `receive`, `read`  ─▶  stored at once, unpublished  ─▶  a moment later, all that gathered: one change of the log
 *
 * So however many receive and read a message, the log moves by a few, and whoever listens hears of all of them in one
 * row. It names members by where their membership began in the log, which is theirs alone. In a page of a pull each
 * member has a row of their own, for whoever was away has to learn all of their steps.
 */

/** What is stored and not published yet. */
export const UNPUBLISHED = { delivered: 1, seen: 2 } as const

const stepsSchema = seenRow.entries.steps
export type Steps = SeenRow['steps']

export function toSteps({ steps }: Pick<ReceiptTable, 'steps'>): Steps {
  return v.parse(stepsSchema, JSON.parse(steps))
}

/** The rows that a member's record stands for, each at its own position in the log. */
export function fromReceipt(record: ReceiptTable): LogRow<DeliveryRow | SeenRow>[] {
  const { conversation_id: conversationId, user_id: userId, delivered_seq, delivered_n: n, seen_seq } = record
  const delivery: DeliveryRow = { type: 'delivery', seq: delivered_seq, conversationId, userId, n }
  const rows: LogRow<DeliveryRow | SeenRow>[] = []
  if (delivered_seq > 0) rows.push({ row: delivery, audience: membersOf(conversationId) })
  if (seen_seq > 0) {
    const seen: SeenRow = { type: 'seen', seq: seen_seq, conversationId, userId, steps: toSteps(record) }
    rows.push({ row: seen, audience: { kind: 'seers', conversationId } })
  }
  return rows
}

/** The rows of these records that somebody gets who lets others know what they have seen, or does not. */
export function toReceiptRows(records: readonly ReceiptTable[], seen: boolean): (DeliveryRow | SeenRow)[] {
  return records.flatMap(fromReceipt).flatMap(({ row }) => (seen || row.type === 'delivery' ? [row] : []))
}

export interface Unpublished {
  receipt: ReceiptTable
  member: MemberTable
}

/** Publishes what is unpublished of these members of one conversation as one change at `seq`: their records and rows from then on. */
export function publishReceipts(
  conversationId: string,
  seq: number,
  unpublished: readonly Unpublished[],
): { records: ReceiptTable[]; rows: LogRow[] } {
  const received = new Map<number, number[]>()
  const seen = new Map<string, { n: number; at: number; members: number[] }>()
  const records = unpublished.map(({ receipt, member }): ReceiptTable => {
    const isDelivered = (receipt.unpublished & UNPUBLISHED.delivered) > 0
    const step = (receipt.unpublished & UNPUBLISHED.seen) > 0 ? toSteps(receipt).at(-1) : undefined
    if (isDelivered) addTo(received, receipt.delivered_n, () => []).push(member.since)
    if (step !== undefined) {
      addTo(seen, `${step.n}/${step.at}`, () => ({ ...step, members: [] })).members.push(member.since)
    }
    return toPublished(receipt, seq)
  })
  const row: ReceiptsRow = {
    ...{ type: 'receipts', seq, conversationId },
    received: [...received].map(([n, members]) => [n, toRuns(members)]),
    seen: [...seen.values()].map(({ n, at, members }) => [n, at, toRuns(members)]),
  }
  const expanded = records.flatMap(fromReceipt).flatMap((one) => (one.row.seq === seq ? [one.row] : []))
  return { records, rows: addressReceipts({ ...row, expanded }) }
}

/** Publishes what is unpublished of one member as a change of its own at `seq`: their record and rows from then on. */
export function publishAlone(receipt: ReceiptTable, seq: number): { record: ReceiptTable; rows: LogRow[] } {
  const record = toPublished(receipt, seq)
  return { record, rows: fromReceipt(record).filter(({ row }) => row.seq === seq) }
}

function toPublished(receipt: ReceiptTable, seq: number): ReceiptTable {
  const { unpublished, delivered_seq, seen_seq } = receipt
  return {
    ...{ ...receipt, seq, unpublished: 0 },
    delivered_seq: (unpublished & UNPUBLISHED.delivered) > 0 ? seq : delivered_seq,
    seen_seq: (unpublished & UNPUBLISHED.seen) > 0 ? seq : seen_seq,
  }
}

/** Whoever keeps to themselves what they have seen learns only who received what. */
function addressReceipts(row: PublishedReceipts): LogRow[] {
  const { conversationId, received, seen, expanded } = row
  const withoutSeen = { ...row, seen: [], expanded: expanded.filter(({ type }) => type === 'delivery') }
  if (seen.length === 0) return [{ row: withoutSeen, audience: membersOf(conversationId) }]
  const forSeers: LogRow = { row, audience: { kind: 'seers', conversationId } }
  if (received.length === 0) return [forSeers]
  return [forSeers, { row: withoutSeen, audience: { kind: 'non-seers', conversationId } }]
}

function addTo<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const created = create()
  map.set(key, created)
  return created
}
