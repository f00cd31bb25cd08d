import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ClientDatabase, type OutboxEntry } from '../../../client/sync/database.ts'
import { createDexieStore } from '../../../client/sync/dexie-store.ts'
import { sendAgain } from '../../../client/sync/outbox.ts'
import { listWaiting } from '../../../client/sync/settle.ts'
import type { Command } from '../../../shared/protocol/commands.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import {
  arrange,
  ben,
  commandId,
  edit,
  entry,
  exampleId,
  group,
  NOON,
  pin,
  react,
  remove,
  send,
} from '../data/example.ts'
import { fill, readAll, stores, type OpenStore } from './stores.ts'

const DAYS = 24 * 60 * 60_000
const LATER = NOON + 60 * DAYS + 1

/** Done twice, these would do harm: what came between the two would be undone. */
const harmful: Command[] = [
  ...[edit(exampleId(1), 'better'), remove(exampleId(1)), pin(exampleId(1)), react(exampleId(1), '👍')],
  ...[arrange({ pinned: true }), { type: 'profile.rename', id: commandId(), name: 'Anna' } as const],
  { type: 'member.add', id: commandId(), conversationId: group, userIds: [ben] },
  { type: 'member.leave', id: commandId(), conversationId: group },
  { type: 'group.rename', id: commandId(), conversationId: group, title: 'Films' },
]
/** The rows themselves tell a second one of these from the first, or it changes nothing. */
const harmless: Command[] = [
  send('a letter'),
  { type: 'direct.create', id: commandId(), conversationId: group, userId: ben },
  { type: 'group.create', id: commandId(), conversationId: group, title: 'Films', userIds: [ben] },
  { type: 'read', id: commandId(), conversationId: group, n: 4 },
  { type: 'receive', id: commandId(), positions: [{ conversationId: group, n: 4 }] },
  { type: 'draft.set', id: commandId(), conversationId: group, text: 'begun', replyToId: null, changedAt: NOON },
]

test.each(stores)('in the %s store what waited for over 60 days is left to its writer', async (_, openStore) => {
  const open: OpenStore = openStore()
  const entries = [...harmful, ...harmless].map((command) => entry(command))
  const lost = entry(edit(exampleId(1), 'lost'), { kind: 'waiting', offeredAt: LATER })
  const young: OutboxEntry = { ...entry(edit(exampleId(2), 'young')), queuedAt: NOON + 1 }
  await fill(open.store, { outbox: [...entries, lost, young] })
  const list = (now: number) =>
    open.store.transact(async (tables) => (await listWaiting(tables, now)).map(({ command }) => command))
  expect(await list(NOON + 60 * DAYS)).toHaveLength(entries.length + 2)
  expect(await list(LATER)).toEqual([...harmless, lost.command, young.command])
  const left = (await readAll(open.store)).outbox.filter(({ state }) => state.kind === 'refused')
  expect(left.map(({ command }) => command)).toEqual(harmful)
  expect(left[0]?.state).toEqual({ kind: 'refused', ...refusal('too_old') })
  await open.close()
})

let db: ClientDatabase
beforeEach(() => {
  db = new ClientDatabase('stale')
})
afterEach(() => db.delete())

test('sent again by its writer it is as young as that, and goes', async () => {
  const one = entry(edit(exampleId(1), 'better'), { kind: 'refused', ...refusal('too_old') })
  await db.outbox.put(one)
  await sendAgain(db, one.id, LATER)
  const due = (now: number) => createDexieStore(db).transact((tables) => listWaiting(tables, now))
  expect(await due(LATER)).toMatchObject([{ id: one.id, queuedAt: LATER, state: { kind: 'waiting' } }])
  expect(await due(LATER + 61 * DAYS)).toEqual([])
})

test('refused for anything else and sent again, it is as old as it was written', async () => {
  const one = entry(edit(exampleId(1), 'better'), { kind: 'refused', ...refusal('not_author') })
  await db.outbox.put(one)
  await sendAgain(db, one.id, NOON + 5 * DAYS)
  expect(await db.outbox.toArray()).toMatchObject([{ id: one.id, queuedAt: NOON }])
})
