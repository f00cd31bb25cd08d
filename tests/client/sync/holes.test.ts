import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FetchedHistory, HistoryRequest } from '../../../client/sync/api.ts'
import type { Answer } from '../../../client/sync/campus-http.ts'
import { createHoleFiller } from '../../../client/sync/fill-holes.ts'
import { loadHistory } from '../../../client/sync/history.ts'
import type { LeftOut } from '../../../client/sync/log/kind.ts'
import type { ClientStore } from '../../../client/sync/tables.ts'
import type { HistoryPage } from '../../../shared/protocol/http.ts'
import { settle } from '../../sim/scheduler.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { ann, ben, conversation, event, exampleId, group, member, message, reaction } from '../data/example.ts'
import { applyPulled, at10, revision, tombstone } from './applying.ts'
import { fill, readAll, stores, type OpenStore } from './stores.ts'
import { createScript, unreachable } from './script.ts'

describe.each(stores)('holes in the %s store', (_, openStore) => {
  let open: OpenStore
  let store: ClientStore
  beforeEach(async () => {
    open = openStore()
    store = open.store
    const held = [1, 2, 3, 4].map((n) => message(n, { seq: n, mentions: n === 4 ? [ann] : [] }))
    const rows = [conversation(), member(ann), ...held, reaction(4, ben, ['👍'], 5), revision(6)]
    await fill(store, { position: at10, rows })
  })
  afterEach(() => open.close())

  const hole = (after: number, before: number, part: Partial<LeftOut> = {}): LeftOut => ({
    ...{ conversationId: group, after, before, seq: 40 },
    ...part,
  })
  const isFar = { from: 10, to: 10, next: 'more' }
  const places = async () => {
    const { rows } = await readAll(store)
    return rows.flatMap((row) => (row.type === 'message' ? [row.n] : [])).sort((one, other) => one - other)
  }
  const listHoles = async () => {
    const held = await store.transact((tables) => Promise.resolve(tables.holes.toArray()))
    return held.sort((one, other) => one.after - other.after)
  }
  const messages = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (__, index) => message(first + index, { seq: 20 + first + index }))

  /** A server that answers with the messages that were asked for, as they were at this position. */
  function serve(head = 40, change: (asked: HistoryRequest) => Answer<FetchedHistory> | undefined = () => undefined) {
    const asked: HistoryRequest[] = []
    const api = {
      ...createScript().api,
      async history(request: HistoryRequest): Promise<Answer<FetchedHistory>> {
        asked.push(request)
        const before = 'before' in request ? request.before : 0
        const rows = messages(Math.max(1, before - Math.min(request.limit, 3)), before - 1) as HistoryPage['rows']
        return change(request) ?? { kind: 'ok', value: { epoch: '', lineage: { id: 'l1', start: 0 }, head, rows } }
      },
    }
    return { source: { store, api, me: ann }, asked }
  }

  /** Fills until nothing is left to be done, or tried again. */
  async function fillAll({ source }: ReturnType<typeof serve>, clock = createFakeClock()): Promise<number> {
    let filled = 0
    const errors: unknown[] = []
    const filler = createHoleFiller({
      ...{ clock, source },
      onFilled: () => (filled += 1),
      onError: (error) => errors.push(error),
    })
    filler.begin()
    filler.begin()
    for (let turn = 0; turn < 50; turn += 1) await settle()
    await new Promise((resolve) => setTimeout(resolve, 20))
    filler.stop()
    expect(errors).toEqual([])
    return filled
  }

  test('what is left out is noted with the newest, in which the cursor does not move; all beyond it counts as ahead', async () => {
    const rows = messages(9, 10)
    expect(await applyPulled(store, { ...isFar, rows, holes: [hole(4, 9)] })).toBe('applied')
    expect(await listHoles()).toEqual([hole(4, 9)])
    expect((await readAll(store)).position).toMatchObject({ cursor: 10, next: 'more', ahead: 30, aheadIn: 'l1' })
    expect(await places()).toEqual([1, 2, 3, 4, 9, 10])
  })

  test('what is held where something was left out goes, with what hangs on it; what comes with the page stays', async () => {
    const pinned = message(5, { seq: 22 })
    await applyPulled(store, { ...isFar, rows: [pinned, ...messages(9, 10)], holes: [hole(0, 9)] })
    expect(await places()).toEqual([5, 9, 10])
    const { rows, mentions } = await readAll(store)
    expect(rows.filter(({ type }) => type === 'reaction' || type === 'revision')).toEqual([])
    expect(mentions).toEqual([])
  })

  test('holes that meet are one', async () => {
    await applyPulled(store, { ...isFar, holes: [hole(4, 9), hole(20, 30)] })
    await applyPulled(store, { ...isFar, from: 10, to: 11, next: null, holes: [hole(7, 25, { seq: 50 })] })
    expect(await listHoles()).toEqual([hole(4, 30, { seq: 50 })])
  })

  test('a page of history takes its numbers out of a hole, whoever asked for it', async () => {
    await applyPulled(store, { ...isFar, rows: messages(20, 20), holes: [hole(4, 20)] })
    await loadHistory(serve().source, group, 1)
    expect(await listHoles()).toEqual([hole(4, 8), hole(10, 20)])
  })

  test('a page that was read before something was left out is not kept: what changed since it does not say', async () => {
    await applyPulled(store, { ...isFar, rows: messages(20, 20), holes: [hole(4, 20)] })
    expect(await loadHistory(serve(39).source, group, 1)).toBe('offline')
    expect(await places()).toEqual([1, 2, 3, 4, 20])
    expect(await listHoles()).toEqual([hole(4, 20)])
  })

  test('a hole is filled from its upper end down, page by page, and nothing else is asked for', async () => {
    await applyPulled(store, { ...isFar, rows: messages(12, 12), holes: [hole(4, 12)] })
    const server = serve()
    expect(await fillAll(server)).toBe(1)
    expect(server.asked).toEqual([
      { conversation: group, before: 12, limit: 7 },
      { conversation: group, before: 9, limit: 4 },
      { conversation: group, before: 6, limit: 1 },
    ])
    expect(await listHoles()).toEqual([])
    expect(await places()).toEqual(Array.from({ length: 12 }, (__, index) => index + 1))
  })

  test('a newer state of what lies in a hole stays when the hole is filled', async () => {
    await applyPulled(store, { ...isFar, rows: messages(8, 8), holes: [hole(4, 8)] })
    await applyPulled(store, { from: 10, to: 41, next: null, rows: [message(6, { seq: 41, text: null })] })
    await fillAll(serve())
    const { rows } = await readAll(store)
    expect(rows.find((row) => row.type === 'message' && row.n === 6)).toMatchObject({ seq: 41, text: null })
  })

  const isLive = { from: 10, to: 41, next: null }

  test('a message that was never here and comes because it changed is fetched once more, with what hangs on it', async () => {
    await applyPulled(store, { ...isLive, to: 30, rows: messages(9, 9) })
    await applyPulled(store, {
      ...isLive,
      from: 30,
      rows: [message(7, { seq: 41, text: 'better' }), ...messages(10, 10)],
    })
    expect(await listHoles()).toEqual([hole(6, 8, { seq: 0 })])
    const server = serve(40)
    expect(await fillAll(server)).toBe(1)
    expect(server.asked).toEqual([{ conversation: group, before: 8, limit: 1 }])
    expect(await listHoles()).toEqual([])
    const { rows } = await readAll(store)
    expect(rows.find((row) => row.type === 'message' && row.n === 7)).toMatchObject({ seq: 41, text: 'better' })
  })

  test('nothing is fetched for what is here and changes, for what follows on the last, or for a conversation that arrives', async () => {
    const other = exampleId(201)
    const arriving = [5, 6].map((n) => message(n, { seq: 30 + n, id: exampleId(300 + n), conversationId: other }))
    const rows = [
      message(2, { seq: 38 }),
      ...messages(5, 6),
      { ...member(ann, other), seq: 37, since: 37 },
      ...arriving,
    ]
    await applyPulled(store, { ...isLive, rows })
    expect(await listHoles()).toEqual([])
  })

  test('the conversation in which something was said last is filled first', async () => {
    const other = exampleId(201)
    const there = (n: number) => message(n, { seq: 30, sentAt: 9e12, conversationId: other, id: exampleId(7_000 + n) })
    await applyPulled(store, {
      ...{ ...isFar, rows: [conversation({ id: other }), { ...member(ann), conversationId: other }] },
    })
    await applyPulled(store, {
      ...{ ...isFar, from: 10, to: 10, rows: [...messages(6, 6), there(3)] },
      holes: [hole(4, 6), hole(1, 3, { conversationId: other })],
    })
    const server = serve(40, ({ conversation: id }) => (id === other ? unreachable : undefined))
    await fillAll(server)
    expect(server.asked.map(({ conversation: id }) => id)).toEqual([other, group])
  })

  test('what could not be had is tried again', async () => {
    await applyPulled(store, { ...isFar, rows: messages(6, 6), holes: [hole(4, 6)] })
    let isThere = false
    const server = serve(40, () => (isThere ? undefined : unreachable))
    const clock = createFakeClock()
    const filler = createHoleFiller({
      ...{ clock, source: server.source, onFilled: () => undefined },
      onError: (error) => {
        throw error
      },
    })
    filler.begin()
    await expect.poll(() => clock.waiting()).toBe(1)
    isThere = true
    clock.advance(10_000)
    await expect.poll(listHoles).toEqual([])
    filler.stop()
  })

  test('with the conversation goes what was left out of it, also when one comes back with the same page', async () => {
    await applyPulled(store, { ...isFar, rows: messages(6, 6), holes: [hole(4, 6)] })
    await applyPulled(store, { from: 10, to: 12, next: null, rows: [tombstone(ann, 12)] })
    expect(await listHoles()).toEqual([])
    const again = { ...member(ann), seq: 14, since: 14 }
    await applyPulled(store, { from: 12, to: 12, next: 'more', rows: [conversation(), again], holes: [hole(4, 6)] })
    expect(await listHoles()).toEqual([hole(4, 6)])
  })

  test('a first pull leaves none', async () => {
    await applyPulled(store, { ...isFar, rows: messages(6, 6), holes: [hole(4, 6)] })
    await fill(store, { position: { cursor: 0, next: null } })
    await applyPulled(store, {
      from: 0,
      to: 40,
      next: null,
      rows: [conversation(), member(ann), event(1, { kind: 'left', leaderId: null })],
    })
    expect(await listHoles()).toEqual([])
  })
})
