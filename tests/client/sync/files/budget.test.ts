import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ClientDatabase } from '../../../../client/sync/database.ts'
import { accountHolding, BUDGET_MAX_BYTES, toDefaultBudget } from '../../../../client/sync/files/account-holding.ts'
import { findOccupied, makeRoom, removeAllContents, type Holding } from '../../../../client/sync/files/budget.ts'
import { recordingKey } from '../../../../client/sync/files/recording-key.ts'
import { exampleId, group, message, MINUTE, NOON } from '../../data/example.ts'
import { storedFile, upload } from './example-uploads.ts'

let databases = 0
let db: ClientDatabase
let holding: Holding
beforeEach(() => {
  db = new ClientDatabase(`budget-${databases++}`)
  holding = accountHolding(db)
})
afterEach(() => db.delete())

const DAY = 24 * 60 * MINUTE
const blob = (bytes: number) => new Blob([new Uint8Array(bytes)])

/** Keeps a content of 100 bytes that was last looked at so many days ago. */
async function hold(id: string, days: number, variant = 'whole'): Promise<void> {
  const usedAt = NOON - days * DAY
  await db.contents.put({ key: `${id}/${variant}`, fileId: id, blob: blob(100), bytes: 100, usedAt })
}
const left = async () => (await db.contents.toArray()).map(({ key }) => key)

test.each([
  [undefined, BUDGET_MAX_BYTES],
  [1_000_000_000_000, BUDGET_MAX_BYTES],
  [1_000_000_000, 100_000_000],
  [0, 0],
])('of %s free bytes the default budget is %s', (free, budget) => {
  expect(toDefaultBudget(free)).toBe(budget)
})

test('what was not looked at for the longest time goes first, and no more than is needed', async () => {
  await hold('b', 2)
  await hold('a', 3)
  await hold('c', 1)
  await makeRoom(holding, 300)
  expect(await left()).toEqual(['a/whole', 'b/whole', 'c/whole'])
  await makeRoom(holding, 300, 50)
  expect(await left()).toEqual(['b/whole', 'c/whole'])
  await makeRoom(holding, 150)
  expect(await left()).toEqual(['c/whole'])
})

test('what is there in part goes before what is there, but for what is being fetched just now', async () => {
  await hold('a', 9)
  for (const key of ['b/whole', 'c/whole']) {
    for (const from of [0, 30]) await db.pieces.put({ key, from, blob: blob(30) })
  }
  expect((await findOccupied(holding)).bytes).toBe(220)
  await makeRoom(holding, 200, 0, { now: NOON, underWay: new Set(['b/whole']) })
  expect(await left()).toEqual(['a/whole'])
  expect((await db.pieces.toArray()).map(({ key }) => key)).toEqual(['b/whole', 'b/whole'])
  await makeRoom(holding, 100, 0, { now: NOON, underWay: new Set(['b/whole']) })
  expect(await left()).toEqual([])
})

test('what waits to be sent never goes, nor what was chosen and not sent yet', async () => {
  for (const id of ['waiting', 'chosen', 'other']) await hold(id, 9)
  await hold('waiting', 9, 'source')
  await db.uploads.bulkPut([upload(exampleId(1), { id: 'waiting' }), upload('', { id: 'chosen' })])
  await makeRoom(holding, 0)
  expect(await left()).toEqual(['chosen/whole', 'waiting/source', 'waiting/whole'])
  expect(await findOccupied(holding)).toEqual({ bytes: 300, keptBytes: 300 })
})

test('what is to stay on this device never goes: a file, or all of a conversation’s', async () => {
  const [one, other] = [storedFile(), storedFile()]
  await db.messages.bulkPut([message(1, { files: [one] }), message(2)])
  await db.keptOffline.bulkPut([
    { conversationId: group, fileId: '' },
    { conversationId: exampleId(200), fileId: other.id },
  ])
  for (const id of [one.id, other.id, 'third']) await hold(id, 9)
  await hold(one.id, 9, 'small')
  await makeRoom(holding, 0)
  expect(await left()).toEqual([`${one.id}/small`, `${one.id}/whole`, `${other.id}/whole`].sort())
})

test('what is being recorded stays, whatever goes', async () => {
  await db.pieces.bulkPut([
    { key: recordingKey(group), from: 500, blob: blob(30) },
    { key: 'a/whole', from: 0, blob: blob(30) },
  ])
  await hold('a', 0)
  await removeAllContents(holding)
  expect(await left()).toEqual([])
  expect((await db.pieces.toArray()).map(({ key }) => key)).toEqual([recordingKey(group)])
  expect(await findOccupied(holding)).toEqual({ bytes: 30, keptBytes: 30 })
})

test('what is on the screen does not give way to what comes onto it', async () => {
  await db.contents.put({ key: 'a/whole', fileId: 'a', blob: blob(100), bytes: 100, usedAt: NOON - 1_000 })
  const sparing = { underWay: new Set<string>() }
  await makeRoom(holding, 100, 100, { now: NOON, ...sparing })
  expect(await left()).toEqual(['a/whole'])
  await makeRoom(holding, 100, 100, { now: NOON + MINUTE, ...sparing })
  expect(await left()).toEqual([])
})

test('what is looked at, or comes, in the moment in which room is made does not give way', async () => {
  await hold('shown', 0)
  await makeRoom(holding, 100, 100, { now: NOON - 5, underWay: new Set() })
  expect(await left()).toEqual(['shown/whole'])
})

test('a time that is yet to come, of a clock that was wrong, counts as the oldest', async () => {
  await hold('old', 5)
  await hold('future', -400)
  await hold('new', 1)
  await makeRoom(holding, 200, 0, { now: NOON, underWay: new Set() })
  expect(await left()).toEqual(['new/whole', 'old/whole'])
})
