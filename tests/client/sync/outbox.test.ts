import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ClientDatabase, type OutboxEntry } from '../../../client/sync/database.ts'
import { createDexieStore } from '../../../client/sync/dexie-store.ts'
import { drop, enqueue, enqueueIn, sendAgain } from '../../../client/sync/outbox.ts'
import type { Command, CommandOf } from '../../../shared/protocol/commands.ts'
import { ann, arrange, commandId, edit, entry, exampleId, group, NOON, refused, send } from '../data/example.ts'

const other = exampleId(101)
let db: ClientDatabase
let opened = 0
beforeEach(() => {
  db = new ClientDatabase(`outbox-${opened++}`)
})
afterEach(() => db.delete())

const entries = () => db.outbox.orderBy('position').toArray()
const ids = async () => (await entries()).map(({ id }) => id)
const read = (n: number, conversationId = group): Command => ({ type: 'read', id: commandId(), conversationId, n })

test('commands stand in the order in which they were written, waiting', async () => {
  const [one, two, three] = [send('one'), send('two', other), edit(exampleId(9), 'three')]
  await enqueue(db, [one, two], NOON)
  await enqueue(db, [three], NOON + 1)
  expect(await entries()).toMatchObject([
    { id: one.id, conversationId: group, command: one, state: { kind: 'waiting' }, queuedAt: NOON },
    { id: two.id, conversationId: other, command: two, state: { kind: 'waiting' }, queuedAt: NOON },
    { id: three.id, conversationId: group, command: three, state: { kind: 'waiting' }, queuedAt: NOON + 1 },
  ])
})

test('what two tabs write at one moment stands together, and each once', async () => {
  const there = new ClientDatabase(`outbox-${opened - 1}`)
  const [mine, theirs] = [
    [send('a'), send('b')],
    [send('c'), send('d')],
  ]
  await Promise.all([enqueue(db, mine, NOON), enqueue(there, theirs, NOON)])
  there.close()
  const mineFirst = [...mine, ...theirs].map(({ id }) => id)
  const theirsFirst = [...theirs, ...mine].map(({ id }) => id)
  expect([mineFirst, theirsFirst]).toContainEqual(await ids())
})

test('of several commands all are queued or none', async () => {
  const one = send('one')
  await enqueue(db, [one], NOON)
  await expect(enqueue(db, [read(3), send('two'), one], NOON)).rejects.toThrow()
  expect(await ids()).toEqual([one.id])
})

const rewritten = (id: string, text: string): CommandOf<'message.send'> => ({
  ...{ ...send(text), id },
})

test('an id stands in the outbox once', async () => {
  const one = send('one')
  await enqueue(db, [one], NOON)
  await expect(enqueue(db, [rewritten(one.id, 'another text')], NOON)).rejects.toThrow()
  expect(await entries()).toMatchObject([{ command: one }])
})

test('a command that belongs to no conversation is queued too', async () => {
  await enqueue(db, [{ type: 'profile.rename', id: commandId(), name: 'Anna' }], NOON)
  expect(await entries()).toMatchObject([{ conversationId: '' }])
})

test('of read positions the newest waits, each conversation by itself, and others are left alone', async () => {
  const [message, elsewhere, newest] = [send('one'), read(7, other), read(5)]
  await enqueue(db, [read(3)], NOON)
  await enqueue(db, [message, elsewhere, read(4), newest], NOON)
  expect(await ids()).toEqual([message.id, elsewhere.id, newest.id])
})

test('a read position that the server took is not dropped for a newer one', async () => {
  const { position: _, ...taken } = entry(read(3), { kind: 'accepted', seq: 9 })
  await db.outbox.add(taken)
  const newest = read(4)
  await enqueue(db, [newest], NOON)
  expect(await ids()).toEqual([taken.id, newest.id])
})

test('of drafts and arrangements of a conversation one waits, at the end and under the newer id', async () => {
  const draft = (text: string, changedAt: number): Command => ({
    ...{ type: 'draft.set', id: commandId(), conversationId: group, text, replyToId: null, changedAt },
  })
  const [message, typed, pinned] = [send('one'), draft('begun and go', NOON + 1), arrange({ pinned: true })]
  await enqueue(db, [draft('begun', NOON), arrange({ archivedN: 3 }), message], NOON)
  await enqueue(db, [typed, pinned], NOON + 1)
  expect(await entries()).toMatchObject([
    { id: message.id },
    { id: typed.id, command: { id: typed.id, text: 'begun and go' } },
    { id: pinned.id, command: { id: pinned.id, pinned: true, archivedN: 3 } },
  ])
})

test('what the store queues stands behind what views queued, and before what they queue next', async () => {
  const store = createDexieStore(db)
  const receive = (n: number): Command => ({
    ...{ type: 'receive', id: commandId(), positions: [{ conversationId: group, n }] },
  })
  const [one, two, last] = [send('one'), send('two'), receive(4)]
  await enqueue(db, [one], NOON)
  await store.transact((tables) => enqueueIn(tables, [receive(3), last], NOON))
  await enqueue(db, [two], NOON)
  expect(await ids()).toEqual([one.id, last.id, two.id])
})

async function put(...added: OutboxEntry[]): Promise<void> {
  await db.outbox.bulkPut(added)
}

test('a refused command sent again waits at the end under its old id', async () => {
  const [one, two] = [entry(send('one'), refused), entry(send('two'))]
  await put(one, two)
  await sendAgain(db, one.id, NOON)
  expect(await entries()).toMatchObject([
    { id: two.id },
    { id: one.id, command: one.command, state: { kind: 'waiting' } },
  ])
})

test('a refused command can be sent again with another body', async () => {
  const command = send('too long')
  await put(entry(command, refused))
  await sendAgain(db, command.id, NOON, rewritten(command.id, 'short'))
  expect(await entries()).toMatchObject([{ id: command.id, command: { text: 'short' }, state: { kind: 'waiting' } }])
})

test('sent again as something with another id, it is found under that', async () => {
  const command = send('to the wrong group')
  await put(entry(command, refused))
  const changed = send('to the right group', other)
  await sendAgain(db, command.id, NOON, changed)
  expect(await entries()).toMatchObject([{ id: changed.id, conversationId: other, command: changed }])
})

const undecided: OutboxEntry['state'][] = [{ kind: 'waiting' }, { kind: 'accepted', seq: 4 }]
test.each(undecided)('sending again and dropping leave what is $kind alone', async (state) => {
  const one = entry(send('one'), state)
  await put(one)
  await sendAgain(db, one.id, NOON, rewritten(one.id, 'changed'))
  await drop(db, one.id)
  expect(await entries()).toEqual([one])
})

test('a refused command is dropped when a person says so, and only that one', async () => {
  const [one, two] = [entry(send('one'), refused), entry(send('two'), refused)]
  await put(one, two)
  await drop(db, one.id)
  expect(await entries()).toEqual([two])
})

test('sending again or dropping what is gone does nothing', async () => {
  await sendAgain(db, ann, NOON)
  await drop(db, ann)
  expect(await entries()).toEqual([])
})

test('what is queued after a restored backup put others first still stands behind them', async () => {
  await put({ ...entry(send('lost')), position: -4 }, { ...entry(send('lost too')), position: -3 })
  const later = send('later')
  await enqueue(db, [later], NOON)
  expect((await ids()).at(-1)).toBe(later.id)
})
