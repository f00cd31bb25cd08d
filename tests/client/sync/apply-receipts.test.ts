import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ClientStore } from '../../../client/sync/tables.ts'
import { SEEN_STEPS_MAX } from '../../../shared/protocol/limits.ts'
import type { LiveRow, MemberRow, ReceiptsRow, Row, SeenRow } from '../../../shared/protocol/rows.ts'
import { toRuns } from '../../../shared/runs.ts'
import { ann, ben, eva, group, member, NOON } from '../data/example.ts'
import { apply, at10, delivery, preference, rowsIn, seen, tombstone } from './applying.ts'
import { fill, stores, type OpenStore } from './stores.ts'

describe.each(stores)('applying receipts to the %s store', (_, openStore) => {
  let open: OpenStore
  let store: ClientStore
  beforeEach(() => {
    open = openStore()
    store = open.store
  })
  afterEach(() => open.close())

  test('when "seen" is switched off, what anybody has seen goes; switched on, it comes and stays', async () => {
    await fill(store, { position: at10, rows: [seen(1), seen(2, ann), delivery(3)] })
    await apply(store, { rows: [preference(11, false)] })
    expect(await rowsIn(store)).toEqual([delivery(3), preference(11, false)])
    await apply(store, { from: 11, to: 12, rows: [seen(1), preference(12, true)] })
    expect(await rowsIn(store)).toEqual(expect.arrayContaining([seen(1), preference(12, true)]))
  })

  test('what a member received and saw stays when they leave, as the server keeps it', async () => {
    await fill(store, { position: at10, rows: [member(ben), delivery(3), seen(3)] })
    await apply(store, { rows: [tombstone(ben, 11)] })
    expect(await rowsIn(store)).toEqual([delivery(3), seen(3)])
  })

  describe('what many received and saw, published as one row,', () => {
    /** Each is named by where their membership began. */
    const joined = (userId: string, since: number): MemberRow => ({ ...member(userId), since, seq: since })
    const people = [joined(ann, 2), joined(ben, 3), joined(eva, 4)]
    const receipts = (part: Partial<ReceiptsRow>): ReceiptsRow => ({
      ...{ type: 'receipts', seq: 11, conversationId: group, received: [], seen: [], ...part },
    })
    const receiptRows = async () => (await rowsIn(store)).filter(({ type }) => type === 'delivery' || type === 'seen')

    test('is kept as the rows that a pull would bring', async () => {
      await fill(store, { position: at10, rows: people })
      const received: ReceiptsRow['received'] = [
        [7, toRuns([2, 3])],
        [5, toRuns([4])],
      ]
      await apply(store, { rows: [receipts({ received, seen: [[6, NOON, toRuns([4])]] })] })
      const delivered = (userId: string, n: number) => ({ type: 'delivery', seq: 11, conversationId: group, userId, n })
      expect(await receiptRows()).toEqual(
        expect.arrayContaining([
          ...[delivered(ann, 7), delivered(ben, 7), delivered(eva, 5)],
          { type: 'seen', seq: 11, conversationId: group, userId: eva, steps: [{ n: 6, at: NOON }] },
        ]),
      )
      expect(await receiptRows()).toHaveLength(4)
    })

    test('adds a step to those that were known, and takes the place of none that is newer', async () => {
      const steps = [
        { n: 2, at: NOON - 2 },
        { n: 4, at: NOON - 1 },
      ]
      const before: SeenRow = { type: 'seen', seq: 9, conversationId: group, userId: ben, steps }
      const newer: SeenRow = { type: 'seen', seq: 12, conversationId: group, userId: eva, steps }
      await fill(store, { position: at10, rows: [...people, before, newer, delivery(12, eva)] })
      const runs = toRuns([3, 4])
      await apply(store, { rows: [receipts({ received: [[5, runs]], seen: [[5, NOON, runs]] })] })
      expect(await receiptRows()).toEqual(
        expect.arrayContaining([
          { ...before, seq: 11, steps: [...steps, { n: 5, at: NOON }] },
          { ...delivery(11, ben), n: 5 },
          ...[newer, delivery(12, eva)],
        ]),
      )
    })

    test('keeps no more steps than the server does', async () => {
      await fill(store, { position: at10, rows: people })
      for (let n = 1; n <= SEEN_STEPS_MAX + 3; n += 1) {
        await apply(store, {
          from: 9 + n,
          to: 10 + n,
          rows: [receipts({ seq: 10 + n, seen: [[n, NOON + n, toRuns([3])]] })],
        })
      }
      const [seenByBen] = await receiptRows()
      const steps = seenByBen?.type === 'seen' ? seenByBen.steps.map(({ n }) => n) : []
      expect(steps).toEqual(Array.from({ length: SEEN_STEPS_MAX }, (_, index) => index + 4))
    })

    test('says nothing of who is not in it any more, or comes only after', async () => {
      await fill(store, { position: at10, rows: people })
      const out = { ...joined(ben, 3), seq: 11, removed: true }
      await apply(store, { rows: [out, receipts({ received: [[5, toRuns([3, 9])]] })] })
      expect(await receiptRows()).toEqual([])
    })

    test.each<[what: string, held: Row[], rows: LiveRow[]]>([
      ['who leave', [joined(ben, 3)], [{ ...joined(ben, 3), seq: 12, removed: true }]],
      ['who leave and come back', [joined(ben, 3)], [joined(ben, 12)]],
      ['who come and leave', [], [joined(ben, 3), { ...joined(ben, 3), seq: 12, removed: true }]],
    ])('names those %s in the same burst, as without it', async (_, held, rows) => {
      await fill(store, { position: at10, rows: [joined(ann, 2), ...held] })
      await apply(store, { to: 12, rows: [receipts({ received: [[5, toRuns([3])]] }), ...rows] })
      expect(await receiptRows()).toEqual([{ ...delivery(11, ben), n: 5 }])
    })

    test('names those who came in the same frame', async () => {
      await fill(store, { position: at10, rows: [joined(ann, 2)] })
      await apply(store, { rows: [receipts({ received: [[5, toRuns([11])]] }), joined(ben, 11)] })
      expect(await receiptRows()).toEqual([{ ...delivery(11, ben), n: 5 }])
    })
  })
})
