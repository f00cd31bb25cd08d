import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ReadingRow, Row } from '../../../shared/protocol/rows.ts'
import { ann, ben, conversation, entry, exampleId, group, member, message, NOON, send, user } from '../data/example.ts'
import { isContradiction } from '../../../client/sync/log/exchange.ts'
import { fill, readAll, stores, type OpenStore } from './stores.ts'

const other = exampleId(101)

describe.each(stores)('the %s store', (_, openStore) => {
  let open: OpenStore
  beforeEach(() => {
    open = openStore()
  })
  afterEach(() => open.close())

  const reading = (conversationId: string): ReadingRow => ({ type: 'reading', seq: 3, conversationId, n: 2 })

  test('begins before the first change, in no lineage', async () => {
    expect((await readAll(open.store)).position).toEqual({
      ...{ lineage: '', cursor: 0, next: null, path: [], restoring: false, behind: false },
    })
  })

  test('keeps the position as it was set', async () => {
    const path = [
      { id: 'l1', start: 0 },
      { id: 'l2', start: 5 },
    ]
    const position = { lineage: 'l2', cursor: 7, next: 'there', path, restoring: true, behind: true }
    await fill(open.store, { position })
    expect((await readAll(open.store)).position).toEqual(position)
  })

  test('a transaction that throws wrote nothing, whatever it did before', async () => {
    const rows = [user(ann, 'Ann'), conversation(), member(ann), message(1), reading(group)]
    await fill(open.store, { rows, outbox: [entry(send('waits'))], position: { lineage: 'l1', cursor: 5 } })
    const before = await readAll(open.store)
    const failing = open.store.transact(async (tables) => {
      await tables.users.bulkPut([user(ann, 'Anna'), user(ben, 'Ben')])
      await tables.messages.bulkPut([message(1, { text: 'changed' }), message(2)])
      await tables.purgeConversation(group)
      await tables.latest.clear()
      await tables.outbox.bulkDelete(before.outbox.map((one) => one.position))
      await tables.setPosition({ ...(await tables.getPosition()), cursor: 6 })
      throw new Error('the tab ran out of luck')
    })
    await expect(failing).rejects.toThrow('out of luck')
    expect(await readAll(open.store)).toEqual(before)
  })

  test('another message at a place that is taken contradicts what is held, and nothing of it is kept', async () => {
    await fill(open.store, { rows: [message(1), message(2)] })
    const before = await readAll(open.store)
    const rows = [message(3), message(2, { id: exampleId(77) })]
    const failing = open.store.transact(async (tables) => tables.messages.bulkPut(rows))
    await expect(failing).rejects.toSatisfy(isContradiction)
    expect(await readAll(open.store)).toEqual(before)
  })

  test('the transaction after one that threw is done in full', async () => {
    await expect(open.store.transact(() => Promise.reject(new Error('first')))).rejects.toThrow('first')
    await fill(open.store, { rows: [message(1)] })
    expect((await readAll(open.store)).rows).toEqual([message(1)])
  })

  test('two transactions do not mix', async () => {
    const move = () =>
      open.store.transact(async (tables) => {
        const position = await tables.getPosition()
        await tables.users.bulkPut([user(ann, 'Ann')])
        await tables.setPosition({ ...position, cursor: position.cursor + 1 })
      })
    await Promise.all([move(), move(), move()])
    expect((await readAll(open.store)).position.cursor).toBe(3)
  })

  test('purging a conversation removes its rows, and neither others nor what is on its way', async () => {
    const others = [conversation({ id: other }), member(ann, other), reading(other), user(ben, 'Ben')]
    const kept: Row[] = [...others, message(7, { conversationId: other })]
    const hanging = (conversationId: string): Row[] => [
      { type: 'revision', seq: 4, conversationId, messageId: conversationId, k: 1, text: 'before', at: NOON },
      { type: 'reaction', seq: 5, conversationId, messageId: conversationId, userId: ben, emoji: ['👍'] },
      { type: 'delivery', seq: 6, conversationId, userId: ben, n: 1 },
      { type: 'seen', seq: 7, conversationId, userId: ben, steps: [{ n: 1, at: NOON }] },
      { type: 'setting', seq: 8, conversationId, mutedUntil: null, pinned: true, archivedN: null, markedUnread: false },
      { type: 'draft', seq: 9, conversationId, text: 'begun', replyToId: null, changedAt: NOON },
    ]
    kept.push(...hanging(other))
    const gone = [conversation(), member(ann), member(ben), message(1), message(2), reading(group), ...hanging(group)]
    const waiting = entry(send('still to be sent'))
    await fill(open.store, { rows: [...kept, ...gone], outbox: [waiting] })
    const mention = (conversationId: string) => ({ conversationId, n: 1, messageId: message(1).id })
    await open.store.transact(async (tables) => tables.mentions.bulkPut([mention(group), mention(other)]))
    await open.store.transact(async (tables) => tables.purgeConversation(group))
    const left = await readAll(open.store)
    expect(left.rows).toHaveLength(kept.length)
    expect(left.rows).toEqual(expect.arrayContaining(kept))
    expect(left.latest).toEqual([`${message(7).id} of seq 7`])
    expect(left.mentions).toEqual([`1 in ${other}`])
    expect(left.outbox).toEqual([waiting])
  })

  test('keys that are not there are undefined, each in its place', async () => {
    await fill(open.store, { rows: [message(2), member(ben)] })
    await open.store.transact(async (tables) => {
      const found = await tables.messages.bulkGet([message(1).id, message(2).id])
      expect(found).toEqual([undefined, message(2)])
      expect(await tables.members.bulkGet([[group, ben]])).toEqual([member(ben)])
    })
  })

  test('members are counted, each conversation by itself', async () => {
    await fill(open.store, { rows: [member(ann), member(ben), member(ann, other)] })
    await open.store.transact(async (tables) => {
      expect(await tables.countMembers(group)).toBe(2)
      expect(await tables.countMembers(exampleId(7))).toBe(0)
    })
  })

  test('messages above a place come in order, no more than asked for', async () => {
    const rows = [message(9), message(3), message(4), message(2), message(5, { conversationId: other })]
    await fill(open.store, { rows })
    await open.store.transact(async (tables) => {
      const above = async (n: number, limit: number) =>
        (await tables.listMessagesAbove(group, n, limit)).map((row) => row.n)
      expect(await above(2, 10)).toEqual([3, 4, 9])
      expect(await above(2, 2)).toEqual([3, 4])
      expect(await above(9, 2)).toEqual([])
    })
  })

  test('messages between two places come in order, neither of the two among them', async () => {
    const rows = [message(9), message(3), message(4), message(2), message(5, { conversationId: other })]
    await fill(open.store, { rows })
    await open.store.transact(async (tables) => {
      const between = async (after: number, before: number) =>
        (await tables.listMessagesBetween(group, after, before)).map((row) => row.n)
      expect(await between(2, 9)).toEqual([3, 4])
      expect(await between(0, 3)).toEqual([2])
      expect(await between(4, 9)).toEqual([])
    })
  })

  test('what is only for now is kept or not as a whole', async () => {
    const typist = { conversationId: group, userId: ben, until: NOON }
    await open.store.transactLive(async (tables) => tables.typists.bulkPut([typist]))
    const failing = open.store.transactLive(async (tables) => {
      await tables.typists.clear()
      throw new Error('the tab ran out of luck')
    })
    await expect(failing).rejects.toThrow('out of luck')
    expect(await open.store.transactLive(async (tables) => tables.typists.toArray())).toEqual([typist])
  })

  test('hears of what this tab watches, and another one', async () => {
    let seen: string[] = []
    let wake: () => void = () => undefined
    // Looks only when it hears something.
    const stop = open.store.onWatchChange(() => {
      void open.store
        .transactLive(async (tables) => tables.watches.toArray())
        .then((watches) => {
          seen = watches.map(({ tab }) => tab)
          wake()
        })
    })
    const watch = { conversationId: group, userIds: [ben], typingAt: null, changedAt: NOON }
    await open.watch({ tab: 'here', ...watch })
    while (!seen.includes('here')) await new Promise<void>((resolve) => (wake = resolve))
    await open.watchElsewhere({ tab: 'there', ...watch })
    while (!seen.includes('there')) await new Promise<void>((resolve) => (wake = resolve))
    stop()
  })

  test('the connection is what was said last', async () => {
    await open.store.setConnection({ kind: 'live' })
    await open.store.setConnection({ kind: 'offline', since: NOON })
    expect(await open.getConnection()).toEqual({ kind: 'offline', since: NOON })
  })

  test('hears of what is queued in this tab, and in another one', async () => {
    const hears = listen(open)
    await open.enqueue([send('here')])
    await hears.until((texts) => texts.includes('here'))
    await open.enqueueElsewhere([send('there')])
    await hears.until((texts) => texts.includes('there'))
    hears.stop()
  })

  test('hears no more once told to stop', async () => {
    const hears = listen(open)
    await open.enqueue([send('one')])
    await hears.until((texts) => texts.includes('one'))
    hears.stop()
    await open.enqueue([send('two')])
    await readAll(open.store)
    expect(hears.count()).toBe(hears.countAtStop())
  })
})

/** Looks into the outbox whenever the store says that it may have changed, and only then. */
function listen({ store }: OpenStore) {
  let calls = 0
  let atStop = 0
  let seen: string[] = []
  let wake: () => void = () => undefined
  const stop = store.onOutboxChange(() => {
    calls += 1
    void readAll(store).then(({ outbox }) => {
      seen = outbox.map(({ command }) => ('text' in command ? command.text : ''))
      wake()
    })
  })
  return {
    count: () => calls,
    countAtStop: () => atStop,
    async until(fact: (texts: string[]) => boolean): Promise<void> {
      while (!fact(seen)) await new Promise<void>((resolve) => (wake = resolve))
    },
    stop() {
      stop()
      atStop = calls
    },
  }
}
