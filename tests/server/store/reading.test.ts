import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../../server/store/schema.ts'
import type { Store } from '../../../server/store/store.ts'
import { type Backend, createBackend } from '../../support/backend.ts'

let backend: Backend
let store: Store
beforeEach(async () => {
  backend = await createBackend()
  store = backend.store
})
afterEach(() => backend.dispose())

const insert = (db: Database, number: number) =>
  db
    .insertInto('user')
    .values({
      id: `user ${number}`,
      seq: number,
      handle: `user${number}`,
      name: 'User',
      picture_id: null,
      created_at: 1,
      former: 0,
    })
    .execute()
const countUsers = async (db: Database) => {
  const users = await db.selectFrom('user').select('id').execute()
  return users.length
}

/** A transaction that stands open after it has done something, until it is ended. */
async function leaveOpen(begin: Store['read'], work: (db: Database) => Promise<unknown>) {
  const open = { end: (): void => undefined }
  const ended = new Promise<void>((resolve) => (open.end = resolve))
  const begun = { done: Promise.resolve() }
  await new Promise<void>((isOpen) => {
    begun.done = begin(async (db) => {
      await work(db)
      isOpen()
      await ended
    })
  })
  return async () => {
    open.end()
    await begun.done
  }
}

test('who reads waits for nobody who writes, and sees what was committed', async () => {
  await insert(store.db, 1)
  const end = await leaveOpen(store.write, (db) => insert(db, 2))
  expect(await countUsers(store.db)).toBe(1)
  expect(await store.read(countUsers)).toBe(1)
  await end()
  expect(await countUsers(store.db)).toBe(2)
})

test('a page that takes long to read holds up no other one, nor a commit', async () => {
  const end = await leaveOpen(store.read, countUsers)
  const others = [await leaveOpen(store.read, countUsers), await leaveOpen(store.read, countUsers)]
  expect(await store.read(countUsers)).toBe(0)
  await store.write((db) => insert(db, 1))
  expect(await countUsers(store.db)).toBe(1)
  for (const endOther of [end, ...others]) await endOther()
})

test('what a single statement has written the next one reads', async () => {
  for (let number = 1; number <= 20; number += 1) {
    await insert(store.db, number)
    expect(await countUsers(store.db)).toBe(number)
  }
})

test('within a transaction one reads what one has written', async () => {
  const counted = await store.write(async (db) => {
    await insert(db, 1)
    const { rows } = await sql<{ count: number }>`select count(*) as count from user`.execute(db)
    return [await countUsers(db), rows[0]?.count]
  })
  expect(counted).toEqual([1, 1])
})

test('many who read at once let others have a turn', async () => {
  let done = 0
  const reading = Promise.all(Array.from({ length: 2_000 }, () => countUsers(store.db).then(() => (done += 1))))
  await new Promise((resolve) => setTimeout(resolve, 0))
  expect(done).toBeLessThan(2_000)
  await reading
})
