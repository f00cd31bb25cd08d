import { beforeEach, expect, test } from 'vitest'
import type { Answer } from '../../../client/sync/campus-http.ts'
import { findPeople, keepPeople, searchPeople, type PeopleSource } from '../../../client/sync/people.ts'
import type { ClientStore } from '../../../client/sync/tables.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import type { PeopleAnswer } from '../../../shared/protocol/http.ts'
import type { ConversationRow, UserRow } from '../../../shared/protocol/rows.ts'
import { createDisk, createMemoryStore, type Disk } from '../../sim/memory-store.ts'
import { ann, ben, conversation, eva, exampleId, member, user } from '../data/example.ts'
import { fill } from './stores.ts'
import { createScript } from './script.ts'

let disk: Disk
let store: ClientStore
const everyone = (part: Partial<ConversationRow> = {}): ConversationRow =>
  conversation({ id: EVERYONE_ID, kind: 'everyone', title: null, creatorId: null, ...part })

beforeEach(async () => {
  disk = createDisk()
  store = createMemoryStore(disk, () => true)
  const position = { lineage: 'l1', cursor: 40, path: [{ id: 'l1', start: 0 }] }
  const rows = [conversation(), everyone({ crowded: true }), member(ann), { ...user(ben, 'Ben'), seq: 30 }]
  await fill(store, { rows, position })
})

const found = (people: UserRow[], part: Partial<PeopleAnswer> = {}): PeopleAnswer => ({
  ...{ head: 50, total: 9_000, crowded: true, people, next: null },
  ...part,
})
const source = (answer: PeopleAnswer | null): PeopleSource => {
  const say = async (): Promise<Answer<PeopleAnswer>> =>
    answer === null ? { kind: 'unreachable' } : { kind: 'ok', value: answer }
  return { store, api: { ...createScript().api, findPeople: say, searchPeople: say } }
}
const held = (id: string) => disk.users.rows.get(id)

test('whoever is found is kept as of the cursor, so that nothing stands beyond it and what the log brings later wins', async () => {
  const outcome = await searchPeople(source(found([{ ...user(eva, 'Eva'), seq: 47 }], { next: 'more' })), 'eva', null)
  expect(outcome).toEqual({ kind: 'found', ids: [eva], total: 9_000, next: 'more' })
  expect(held(eva)).toMatchObject({ name: 'Eva', seq: 40 })
})

test('a name that was changed is kept in place of the one that is held, also where its row is older than what is held', async () => {
  await findPeople(source(found([{ ...user(ben, 'Benedict'), seq: 45 }])), [ben])
  expect(held(ben)).toMatchObject({ name: 'Benedict', seq: 40 })
  // The log was put back, and that name with it.
  await findPeople(source(found([{ ...user(ben, 'Ben'), seq: 12 }])), [ben])
  expect(held(ben)).toMatchObject({ name: 'Ben' })
})

test('what the log brought from beyond the answer is newer', async () => {
  await findPeople(source(found([{ ...user(ben, 'Before'), seq: 3 }], { head: 29 })), [ben])
  expect(held(ben)).toMatchObject({ name: 'Ben', seq: 30 })
})

test('a picture that was replaced goes from the device', async () => {
  const [before, after] = [exampleId(7), exampleId(8)]
  await store.transact(async (tables) => {
    await tables.users.bulkPut([{ ...user(ben, 'Ben'), pictureId: before }])
  })
  await store.transact(async (tables) => {
    await tables.pictures.bulkPut([{ id: before, bytes: new ArrayBuffer(1) }])
  })
  await store.transact((tables) => keepPeople(tables, [{ ...user(ben, 'Ben'), pictureId: after }], 40))
  expect([...disk.pictures.rows.keys()]).toEqual([])
  expect(held(ben)).toMatchObject({ pictureId: after })
})

test('with no answer, and before the first pull, nothing is kept', async () => {
  expect(await findPeople(source(null), [ben])).toEqual({ kind: 'offline' })
  await store.transact(async (tables) => tables.setPosition({ ...(await tables.getPosition()), cursor: 0 }))
  await findPeople(source(found([user(eva, 'Eva')])), [eva])
  expect(held(eva)).toBeUndefined()
})

test('a row of Everyone that an older version stored learns from the answer whether it is crowded; another one does not', async () => {
  await findPeople(source(found([], { crowded: false })), [ben])
  expect(disk.conversations.rows.get(EVERYONE_ID)).toMatchObject({ crowded: true })
  await store.transact(async (tables) => {
    await tables.conversations.bulkPut([everyone()])
  })
  await findPeople(source(found([])), [ben])
  expect(disk.conversations.rows.get(EVERYONE_ID)).toMatchObject({ crowded: true })
})
