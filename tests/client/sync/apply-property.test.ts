import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ClientStore } from '../../../client/sync/tables.ts'
import type { Row } from '../../../shared/protocol/rows.ts'
import {
  ann,
  ben,
  conversation,
  eva,
  exampleId,
  group,
  member,
  message,
  NOON,
  reaction,
  user,
} from '../data/example.ts'
import { apply, at10, change, reading, type Change } from './applying.ts'
import { clearAll, fill, readAll, stores, type OpenStore } from './stores.ts'

describe.each(stores)('applying anything to the %s store', (name, openStore) => {
  let open: OpenStore
  let store: ClientStore
  beforeEach(() => {
    open = openStore()
    store = open.store
  })
  afterEach(() => open.close())

  const numRuns = name === 'memory' ? 200 : 15

  test('applying any page twice is applying it once', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (frames) => {
        await start(store)
        for (const frame of frames) expect(await apply(store, frame)).toBe('applied')
        const once = await readAll(store)
        for (const frame of frames) expect(await apply(store, frame)).not.toBe('gap')
        expect(await readAll(store)).toEqual(once)
        // Even forced onto a device that has forgotten how far it was.
        const last = frames.at(-1)
        if (last === undefined) return
        await fill(store, { position: { cursor: last.from } })
        await apply(store, last)
        expect(await readAll(store)).toEqual(once)
      }),
      { numRuns },
    )
  })

  test('a burst applied as one is what its frames are one by one', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (frames) => {
        await start(store)
        for (const frame of frames) await apply(store, frame)
        const apart = await readAll(store)
        await start(store)
        const [first, last] = [frames[0], frames.at(-1)]
        if (first === undefined || last === undefined) return
        await apply(store, { from: first.from, to: last.to, rows: frames.flatMap((frame) => frame.rows) })
        expect(await readAll(store)).toEqual(apart)
      }),
      { numRuns },
    )
  })
})

async function start(store: ClientStore): Promise<void> {
  await store.transact(async (tables) => {
    await clearAll(tables)
  })
  const rows = [user(ben, 'Ben'), conversation(), member(ann), member(ben), message(1), message(2), reading(1, 2)]
  await fill(store, { position: { ...at10, next: null }, rows })
}

/** One change of what a device may hear live; its seq is put in later. */
const someRow: fc.Arbitrary<(seq: number) => Row> = fc.oneof(
  fc.constantFrom(ben, eva).map((id) => (seq: number): Row => ({ ...user(id, `name ${seq}`), seq })),
  fc.constant((seq: number): Row => conversation({ seq, title: `title ${seq}` })),
  fc
    .tuple(fc.constantFrom(ben, eva), fc.boolean())
    .map(([id, removed]) => (seq: number): Row => ({ ...member(id), seq, since: seq, removed })),
  fc.tuple(fc.integer({ min: 1, max: 6 }), fc.boolean()).map(
    ([n, deleted]) =>
      (seq: number): Row =>
        message(n, { seq, text: deleted ? null : `text ${seq}`, editedAt: NOON + seq }),
  ),
  fc.integer({ min: 1, max: 6 }).map(
    (n) =>
      (seq: number): Row =>
        reading(n, seq),
  ),
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(ann, ben), fc.subarray(['👍', '🎉'])).map(
    ([n, id, emoji]) =>
      (seq: number): Row =>
        reaction(n, id, emoji, seq),
  ),
  fc.tuple(fc.integer({ min: 1, max: 6 }), fc.subarray([ann, eva])).map(
    ([n, mentions]) =>
      (seq: number): Row =>
        message(n, { seq, mentions, editedAt: NOON + seq }),
  ),
  fc
    .tuple(fc.constantFrom(ann, ben), fc.integer({ min: 1, max: 6 }))
    .map(([userId, n]) => (seq: number): Row => ({ type: 'delivery', seq, conversationId: group, userId, n })),
  fc.integer({ min: 1, max: 3 }).map((n) => (seq: number): Row => {
    const conversationId = exampleId(200 + n)
    return message(n, { seq, id: exampleId(2_000 + n), conversationId })
  }),
)

/** Frames as the hub tells them: one after the other, each key once in a frame, rows in the order of seq. */
const history: fc.Arbitrary<Change[]> = fc
  .array(fc.array(someRow, { maxLength: 4 }), { minLength: 1, maxLength: 6 })
  .map((frames) => {
    let seq = 10
    return frames.map((makers): Change => {
      const from = seq
      const newest = new Map<string, Row>()
      for (const make of makers) {
        const row = make((seq += 1))
        newest.delete(keyOf(row))
        newest.set(keyOf(row), row)
      }
      return change({ from, to: seq, rows: [...newest.values()] })
    })
  })

function keyOf(row: Row): string {
  const parts = ['id', 'conversationId', 'messageId', 'userId', 'k'] as const
  const key = 'id' in row ? { id: row.id } : row
  return [row.type, ...parts.map((part) => (part in key ? key[part as keyof typeof key] : ''))].join()
}
