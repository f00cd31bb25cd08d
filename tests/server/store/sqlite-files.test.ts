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

const SHORT = 'Why, never to be found,'
/** So long that it lies on pages of its own. */
const LONG = 'is this so? '.repeat(800)

const insertReply = (db: Database, text: string, seq = 1) =>
  db
    .insertInto('reply')
    .values({
      id: `reply ${seq}`,
      classroom_id: 'k3vq7zt2mbda',
      question_id: 'question',
      seq,
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
const insertMessage = (db: Database, text: string, seq: number) =>
  db
    .insertInto('message')
    .values({
      id: `message ${seq}`,
      seq,
      conversation_id: 'group',
      n: seq,
      author_id: 'somebody',
      text,
      written_at: 1,
      sent_at: 1,
      edited_at: null,
      reply_to_id: null,
      reply_to_n: null,
      mentions: null,
      mentions_all: 0,
      forwarded: 0,
      pinned_at: null,
      pinned_by: null,
      edits: 0,
      taken_away: 0,
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
      former: 0,
    })
    .execute()

/** The files of the folder in which some words are. */
function filesWith(words: string): string[] {
  return readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(words))
}

async function expectGone(...words: string[]): Promise<void> {
  await waitFor('the words to be in no file', () => (words.flatMap(filesWith).length === 0 ? true : undefined), 5_000)
}

const ways: ((db: Database, table: 'reply' | 'message', seq: number) => Promise<unknown>)[] = [
  (db, table, seq) => db.updateTable(table).set({ text: null }).where('seq', '=', seq).execute(),
  (db, table, seq) => db.updateTable(table).set({ text: 'No more' }).where('seq', '=', seq).execute(),
  (db, table, seq) => db.deleteFrom(table).where('seq', '=', seq).execute(),
]

test('a text that is withdrawn, changed or deleted is in no file some seconds later, be it short or long', async () => {
  const words: string[] = []
  for (const length of ['', LONG]) {
    for (const withdraw of ways) {
      const seq = words.length + 1
      const said = `${SHORT} the ${seq}th,`
      words.push(said)
      await store.write(async (db) => {
        await insertReply(db, `${said} ${length}`, seq)
        await insertMessage(db, `${said} ${length}`, seq)
      })
      expect(filesWith(said)).toEqual(['chatbox.sqlite-wal', 'classrooms.sqlite-wal'])
      await store.write((db) => withdraw(db, 'reply', seq))
      await store.write((db) => withdraw(db, 'message', seq))
    }
  }
  await expectGone(...words, LONG.slice(0, 100))
})

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
