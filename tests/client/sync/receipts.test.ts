import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createReceipts, queueReceipts, type Receipts } from '../../../client/sync/receipts.ts'
import type { Command } from '../../../shared/protocol/commands.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { RECEIPT_MEMBERS_MAX, RECEIVED_MAX } from '../../../shared/protocol/limits.ts'
import type { ReadingRow, Row } from '../../../shared/protocol/rows.ts'
import { settle } from '../../sim/scheduler.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { ann, ben, commandId, conversation, entry, exampleId, group, member, message } from '../data/example.ts'
import { NOON, refused } from '../data/example.ts'
import { fill, readAll, stores, type OpenStore } from './stores.ts'

const direct = exampleId(300)
const here: Row[] = [conversation(), member(ann), member(ben)]
const own = (n: number) => message(n, { authorId: ann })
const delivered = (n: number, userId = ann): Row => ({ type: 'delivery', seq: 1, conversationId: group, userId, n })
const isRead = (n: number): ReadingRow => ({ type: 'reading', seq: 1, conversationId: group, n })
const read = (n: number): Command => ({ type: 'read', id: commandId(), conversationId: group, n })
const receive = (n: number): Command => ({
  ...{ type: 'receive', id: commandId(), positions: [{ conversationId: group, n }] },
})
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => message(from + index))

describe.each(stores)('receipts of the %s store', (_, openStore) => {
  let open: OpenStore
  beforeEach(() => {
    open = openStore()
  })
  afterEach(() => open.close())

  const queue = (among?: ReadonlySet<string>) =>
    open.store.transact((tables) => queueReceipts(tables, ann, NOON, among))
  const positions = async () =>
    (await readAll(open.store)).outbox.flatMap(({ command, state }) =>
      command.type === 'receive' && state.kind === 'waiting' ? command.positions.map(({ n }) => n) : [],
    )

  const cases: [what: string, rows: Row[], expected: number[]][] = [
    ['all that others wrote', [message(1), message(2)], [2]],
    ['nothing where nobody else wrote', [own(1), own(2)], []],
    ['the last of others, not what one wrote after it', [message(1), own(2)], [1]],
    ['what follows on what was said before', [message(1), message(2), message(3), delivered(2)], [3]],
    ['nothing twice', [message(1), message(2), delivered(2)], []],
    ['nothing for what others have received', [message(1), delivered(1, ben)], [1]],
    ['nothing that was read, which says more', [message(1), message(2), isRead(2)], []],
    ['what came after what was read', [message(1), message(2), isRead(1)], [2]],
    ['nothing behind a hole', [message(1), message(2), message(5), message(6)], [2]],
    ['nothing when the hole is at the beginning', range(51, 60), []],
    ['what follows on what was read, whatever is missing below', [...range(51, 60), isRead(50)], [60]],
    ['all of a long absence', range(1, 260), [260]],
    ['a message that was deleted, as it came too', [message(1), message(2, { text: null })], [2]],
  ]
  test.each(cases)('say %s', async (_, rows, expected) => {
    await fill(open.store, { rows: [...here, ...rows], position: { lineage: 'l1', cursor: 10 } })
    expect(await queue()).toBe(expected.length > 0)
    expect(await positions()).toEqual(expected)
  })

  test('are for direct conversations and small groups', async () => {
    const everyone = conversation({ id: EVERYONE_ID, kind: 'everyone' })
    const large = exampleId(700)
    const crowd = Array.from({ length: RECEIPT_MEMBERS_MAX + 1 }, (_, index) => exampleId(800 + index))
    const rows: Row[] = [
      ...[everyone, conversation({ id: large }), conversation({ id: direct, kind: 'direct' })],
      ...crowd.map((id) => member(id, large)),
      ...crowd.slice(1).map((id) => member(id, group)),
      ...[conversation(), message(1), message(2, { n: 1, conversationId: large })],
      ...[message(3, { n: 1, conversationId: EVERYONE_ID }), message(4, { n: 1, conversationId: direct })],
    ]
    await fill(open.store, { rows, position: { lineage: 'l1', cursor: 10 } })
    await queue()
    const { outbox } = await readAll(open.store)
    expect(outbox.map(({ command }) => command)).toMatchObject([
      {
        type: 'receive',
        positions: expect.toSatisfy((said: { conversationId: string }[]) =>
          [direct, group].every((id) => said.length === 2 && said.some((one) => one.conversationId === id)),
        ) as unknown,
      },
    ])
  })

  test('are left to a read that waits, or that the server took', async () => {
    const rows = [...here, message(1), message(2)]
    await fill(open.store, { rows, outbox: [entry(read(2))], position: { lineage: 'l1', cursor: 10 } })
    expect(await queue()).toBe(false)
    const [first] = (await readAll(open.store)).outbox
    await fill(open.store, { outbox: first === undefined ? [] : [{ ...first, state: { kind: 'accepted', seq: 11 } }] })
    expect(await queue()).toBe(false)
  })

  test('are not said again while they are on their way, and again when they were refused', async () => {
    await fill(open.store, { rows: [...here, message(1)], position: { lineage: 'l1', cursor: 10 } })
    expect(await queue()).toBe(true)
    expect(await queue()).toBe(false)
    await open.store.transact((tables) => tables.outbox.clear() as Promise<unknown>)
    await fill(open.store, { outbox: [entry(receive(1), refused)] })
    expect(await queue()).toBe(true)
    expect(await positions()).toEqual([1])
  })

  test('that still wait are joined with newer ones', async () => {
    await fill(open.store, { rows: [...here, message(1)], position: { lineage: 'l1', cursor: 10 } })
    await queue()
    await fill(open.store, { rows: [message(2)] })
    await queue()
    expect(await positions()).toEqual([2])
  })

  test('wait for the end of a first pull, before which it is not known what was said', async () => {
    const position = { lineage: 'l1', cursor: 0, next: 'page 2' }
    await fill(open.store, { rows: [...here, message(1)], position })
    expect(await queue()).toBe(false)
  })

  test('can be asked for of some conversations only', async () => {
    const rows = [...here, message(1), conversation({ id: direct, kind: 'direct' })]
    rows.push(message(2, { n: 1, conversationId: direct }))
    await fill(open.store, { rows, position: { lineage: 'l1', cursor: 10 } })
    await queue(new Set([direct, exampleId(999)]))
    expect((await readAll(open.store)).outbox).toMatchObject([
      { command: { positions: [{ conversationId: direct, n: 1 }] } },
    ])
  })

  test('of more conversations than fit into one command go out as several', async () => {
    const ids = Array.from({ length: RECEIVED_MAX + 5 }, (_, index) => exampleId(3_000 + index))
    const rows = ids.flatMap((id, index): Row[] => [
      conversation({ id, kind: 'direct' }),
      message(index, { n: 1, conversationId: id }),
    ])
    await fill(open.store, { rows, position: { lineage: 'l1', cursor: 10 } })
    await queue()
    const sizes = (await readAll(open.store)).outbox.map(({ command }) =>
      command.type === 'receive' ? command.positions.length : 0,
    )
    expect(sizes).toEqual([RECEIVED_MAX, 5])
  })
})

describe('a moment later', () => {
  const [, openStore] = stores[1] ?? []
  let open: OpenStore
  let receipts: Receipts
  let queued: number
  const clock = createFakeClock()
  beforeEach(async () => {
    if (openStore === undefined) throw new Error('no store')
    open = openStore()
    queued = 0
    receipts = createReceipts({
      ...{ clock, store: open.store, me: ann },
      onQueued: () => (queued += 1),
      onError: (error) => {
        throw error
      },
    })
    await fill(open.store, { rows: [...here, message(1)], position: { lineage: 'l1', cursor: 10 } })
  })
  afterEach(() => {
    receipts.stop()
    expect(clock.waiting(), 'timers left behind').toBe(0)
  })

  const pass = async (ms: number) => {
    clock.advance(ms)
    await settle()
  }

  test('receipts are said a second after the first message, once for all of them', async () => {
    receipts.note([message(1)])
    await pass(600)
    receipts.note([message(2)])
    expect(queued).toBe(0)
    await pass(400)
    expect(queued).toBe(1)
    await pass(5_000)
    expect(queued).toBe(1)
  })

  test('what the person has read meanwhile needs no receipt', async () => {
    receipts.note([message(1)])
    await open.enqueue([read(1)])
    await pass(1_000)
    expect(queued).toBe(0)
  })

  test('nothing but a message of somebody else makes a receipt, least of all a receipt', async () => {
    receipts.note([delivered(1), delivered(1, ben), own(2), isRead(1)])
    expect(clock.waiting()).toBe(0)
  })

  test('after the end nothing is said', async () => {
    receipts.note([message(1)])
    receipts.stop()
    receipts.noteAll()
    await pass(2_000)
    expect(queued).toBe(0)
    expect((await readAll(open.store)).outbox).toEqual([])
  })
})
