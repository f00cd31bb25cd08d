import Libsql from 'libsql'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../../server/store/schema.ts'
import { openSqlite } from '../../../server/store/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'
import { waitFor } from '../../support/wait-for.ts'

/*
 * What is in the files of the embedded database, of which an operator makes copies.
 */

let folder: string
let store: Store
const errors: unknown[] = []
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chatbox-files-'))
  store = openSqlite(folder, undefined, (error) => errors.push(error))
  await store.migrate()
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
  expect(errors.splice(0)).toEqual([])
})

const ID = '5b0a6c1e-93d4-4f0e-8c57-2a1d9be40f73'
const SHORT = 'Why, never to be found,'
/** So long that it lies on pages of its own. */
const LONG = 'is this so? '.repeat(800)

const insertReply = (db: Database, text: string) =>
  db
    .insertInto('reply')
    .values({
      id: ID,
      classroom_id: 'k3vq7zt2mbda',
      question_id: ID,
      seq: 1,
      author: 'someone',
      staff_id: null,
      receipt_hash: null,
      text,
      at: 1,
      edited: 0,
      endorsed: 0,
      state: 'shown',
    })
    .execute()
const insertUser = (db: Database, number: number) =>
  db
    .insertInto('user')
    .values({
      id: `user ${number}`,
      seq: number,
      handle: `user${number}`,
      name: 'User',
      picture_id: null,
      created_at: 1,
    })
    .execute()

/** The files of the folder in which some words are. */
function filesWith(words: string): string[] {
  return readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(words))
}

async function expectGone(...words: string[]): Promise<void> {
  await waitFor('the words to be in no file', () => (words.flatMap(filesWith).length === 0 ? true : undefined), 5_000)
}

const gone: [name: string, withdraw: (db: Database) => Promise<unknown>][] = [
  ['withdrawn', (db) => db.updateTable('reply').set({ text: null, state: 'withdrawn' }).execute()],
  ['deleted', (db) => db.deleteFrom('reply').execute()],
  ['changed', (db) => db.updateTable('reply').set({ text: 'No more' }).execute()],
]
const texts = [
  ['short', SHORT],
  ['long', `${SHORT} ${LONG}`],
] as const

for (const [length, text] of texts) {
  test.each(gone)(`a ${length} text that is %s is in no file some seconds later`, async (_, withdraw) => {
    await store.write((db) => insertReply(db, text))
    expect(filesWith(SHORT)).not.toEqual([])
    await store.write(withdraw)
    await expectGone(SHORT, LONG.slice(0, 100))
  })
}

test('a text that a single statement deletes is in no file some seconds later', async () => {
  await insertReply(store.db, SHORT)
  await store.db.deleteFrom('reply').execute()
  await expectGone(SHORT)
})

test('a text that is gone is in no file some seconds later, however many always read', async () => {
  await store.write((db) => insertReply(db, SHORT))
  await store.write((db) => db.deleteFrom('reply').execute())
  const reading = { isOver: false }
  const readers = Array.from({ length: 8 }, async () => {
    while (!reading.isOver) await readSlowly(5)
  })
  await expectGone(SHORT)
  reading.isOver = true
  await Promise.all(readers)
})

test('whoever reads for very long is not waited for: others read and write, and what is gone is so once they end', async () => {
  await store.write((db) => insertReply(db, SHORT))
  const slow = { isOver: false }
  const reading = store.read(async (db) => {
    await db.selectFrom('user').selectAll().execute()
    await waitFor('the end', () => (slow.isOver ? true : undefined))
  })
  await store.write((db) => db.deleteFrom('reply').execute())
  for (let number = 1; number <= 300; number += 1) {
    await store.write((db) => insertUser(db, number))
    expect(await store.db.selectFrom('user').select('seq').execute()).toHaveLength(number)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  slow.isOver = true
  await reading
  await expectGone(SHORT)
})

/** Two statements of one snapshot, with some time between them. */
function readSlowly(ms: number): Promise<unknown> {
  return store.read(async (db) => {
    await db.selectFrom('user').selectAll().execute()
    await new Promise((resolve) => setTimeout(resolve, ms))
    await db.selectFrom('user').selectAll().execute()
  })
}

test('closing leaves two files in which everything is', async () => {
  await store.write((db) => insertUser(db, 1))
  await store.write((db) => insertReply(db, SHORT))
  await store.db.selectFrom('user').selectAll().execute()
  await store.close()
  const alone = mkdtempSync(join(folder, 'alone-'))
  for (const name of ['chatbox.sqlite', 'classrooms.sqlite']) copyFileSync(join(folder, name), join(alone, name))
  const copy = openSqlite(alone)
  expect(await copy.db.selectFrom('user').select('seq').execute()).toEqual([{ seq: 1 }])
  expect(await copy.db.selectFrom('reply').select('text').execute()).toEqual([{ text: SHORT }])
  await copy.close()
  const left = readdirSync(folder).filter((name) => name.endsWith('-wal'))
  expect(left.map((name) => statSync(join(folder, name)).size)).toEqual(left.map(() => 0))
})

test('closing waits for a transaction that has begun', async () => {
  const writing = store.write(async (db) => {
    await insertUser(db, 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await insertUser(db, 2)
  })
  await store.close()
  await writing
  const again = openSqlite(folder)
  expect(await again.db.selectFrom('user').select('seq').execute()).toHaveLength(2)
  await again.close()
})

test('closing while another process reads loses nothing, and another one empties the file', async () => {
  const other = new Libsql(join(folder, 'chatbox.sqlite'))
  other.exec('begin')
  other.prepare('select * from user').all()
  await store.write((db) => insertUser(db, 1))
  await store.close()
  other.exec('commit')
  store = openSqlite(folder)
  expect(await store.db.selectFrom('user').select('seq').execute()).toEqual([{ seq: 1 }])
})
