import { expect, test } from 'vitest'
import { createReceipts, type ReceiptRows } from '../../../../client/data/receipts/receipts.ts'
import type { MemberRow, MessageRow, SeenRow } from '../../../../shared/protocol/rows.ts'
import { ann, ben, eva, exampleId, group, member, message, NOON } from '../example.ts'

function delivery(userId: string, n: number) {
  return { type: 'delivery' as const, seq: 1, conversationId: group, userId, n }
}

function seen(userId: string, ...steps: [n: number, at: number][]): SeenRow {
  return { type: 'seen', seq: 1, conversationId: group, userId, steps: steps.map(([n, at]) => ({ n, at })) }
}

function receipts(known: Partial<ReceiptRows>, rows: MessageRow[] = [message(5, { authorId: ann })]) {
  return createReceipts(ann, rows, {
    ...{ kind: 'group', members: [member(ann), member(ben), member(eva)], deliveries: [], seens: [], seenOn: true },
    ...known,
  })
}

const direct = { kind: 'direct' as const, members: [member(ann), member(ben)] }

const cases: [string, Partial<ReceiptRows>, unknown][] = [
  ['nothing known', direct, { kind: 'sent' }],
  ['on the device of the other', { ...direct, deliveries: [delivery(ben, 5)] }, { kind: 'delivered', seen: 0, of: 1 }],
  ['an earlier one delivered', { ...direct, deliveries: [delivery(ben, 4)] }, { kind: 'sent' }],
  ['seen by the other', { ...direct, seens: [seen(ben, [6, NOON])] }, { kind: 'seen', of: 1 }],
  ['an earlier one seen', { ...direct, seens: [seen(ben, [4, NOON])] }, { kind: 'sent' }],
  ['in a group on one of two devices', { deliveries: [delivery(ben, 5)] }, { kind: 'sent' }],
  ['on both', { deliveries: [delivery(ben, 5), delivery(eva, 9)] }, { kind: 'delivered', seen: 0, of: 2 }],
  [
    'seen by one',
    { deliveries: [delivery(eva, 5)], seens: [seen(ben, [5, 1])] },
    { kind: 'delivered', seen: 1, of: 2 },
  ],
  ['seen by both', { seens: [seen(ben, [5, 1]), seen(eva, [7, 1])] }, { kind: 'seen', of: 2 }],
  ['my own delivery', { deliveries: [delivery(ann, 5)] }, { kind: 'sent' }],
  ['alone in a group', { members: [member(ann)] }, { kind: 'sent' }],
  [
    'somebody left',
    { members: [member(ann), { ...member(ben), removed: true }, member(eva)], deliveries: [delivery(eva, 5)] },
    { kind: 'delivered', seen: 0, of: 1 },
  ],
  ['in Everyone', { kind: 'everyone', members: [], deliveries: [delivery(ben, 5)] }, { kind: 'sent' }],
  [
    'my own "seen" is off',
    { ...direct, seenOn: false, deliveries: [delivery(ben, 5)], seens: [seen(ben, [5, 1])] },
    { kind: 'delivered', seen: 0, of: 1 },
  ],
]

test.each(cases)('no more is claimed than is known: %s', (_, known, receipt) => {
  expect(receipts(known).toReceipt(5)).toEqual(receipt)
})

test('in a group of more than fifty nothing is told', () => {
  const members: MemberRow[] = Array.from({ length: 51 }, (_, index) => member(exampleId(600 + index)))
  const deliveries = members.map((row) => delivery(row.userId, 9))
  expect(receipts({ members, deliveries }).toReceipt(5)).toEqual({ kind: 'sent' })
  expect(receipts({ members: members.slice(1), deliveries }).toReceipt(5)).toMatchObject({ kind: 'delivered' })
})

test('when it was seen is when one came that far, and for what was there before, then at the latest', () => {
  const { findSeen } = receipts({ seens: [seen(ben, [10, 100], [20, 200])] })
  expect(findSeen(ben, 7)).toEqual({ at: 100, byThen: true })
  expect(findSeen(ben, 10)).toEqual({ at: 100, byThen: false })
  expect(findSeen(ben, 15)).toEqual({ at: 200, byThen: false })
  expect(findSeen(ben, 21)).toBeNull()
  expect(findSeen(eva, 7)).toBeNull()
})

test('somebody who joined later does not take a receipt back', () => {
  const rows = [10, 12, 30].map((seq, index) => message(index + 1, { authorId: ann, seq }))
  const members = [member(ann), member(ben), { ...member(eva), since: 20 }]
  const known = receipts({ members, deliveries: [delivery(ben, 3)] }, rows)
  expect(known.toReceipt(1)).toEqual({ kind: 'delivered', seen: 0, of: 1 })
  expect(known.toReceipt(2)).toEqual({ kind: 'delivered', seen: 0, of: 1 })
  expect(known.toReceipt(3)).toEqual({ kind: 'sent' })
})

test('an edit after somebody joined does not make them a receiver of what was sent before', () => {
  const rows = [message(1, { authorId: ann, seq: 40 }), message(2, { seq: 15 })]
  const members = [member(ann), member(ben), { ...member(eva), since: 20 }]
  expect(receipts({ members, deliveries: [delivery(ben, 2)] }, rows).toReceipt(1)).toMatchObject({ of: 1 })
})
