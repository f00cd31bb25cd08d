import Libsql from 'libsql'
import { type Kysely, sql } from 'kysely'
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sqliteColumns } from '../../../migrations/columns.ts'
import { classroomSteps, migrations } from '../../../migrations/index.ts'
import type { Database, Schema } from '../../../server/store/schema.ts'
import { openSqlite } from '../../../server/store/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'
import { migrateUnderKills, migrateUpTo } from '../../support/migrate.ts'

/*
 * What belongs to classrooms lies in a file of its own, with a `-wal` of its own: so the order in which something is
 * written there and in the campus, whose rows have exact times, does not date a question.
 */

let folder: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatbox-classrooms-'))
  store = openSqlite(folder)
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

const LAST_WITH_ONE_FILE = '0053-probe'
const CLASSROOM = 'k3vq7zt2mbda'
const ID = '5b0a6c1e-93d4-4f0e-8c57-2a1d9be40f73'
const TEXT = 'Why is the zero vector in every subspace?'
const VOTES = 20_000

/** As they were when there was one file: later steps add columns. */
interface Added {
  poll: Pick<Schema['poll'], 'right_options'>
  classroom: Pick<Schema['classroom'], 'photos'>
  question: Pick<Schema['question'], 'photo'>
  reply: Pick<Schema['reply'], 'files'>
}
type Records = {
  [Table in keyof Schema]?: (Table extends keyof Added ? Omit<Schema[Table], keyof Added[Table]> : Schema[Table])[]
}
const ADDED: Added & { [Table in keyof Schema]?: object } = {
  poll: { right_options: null },
  classroom: { photos: 'held' },
  question: { photo: null },
  reply: { files: null },
}
const records: Records = {
  classroom: [
    {
      id: CLASSROOM,
      seq: 1,
      title: 'Algebra',
      code: 'ABC',
      mode: 'open',
      opens_at: null,
      ends_at: null,
      threads_until: null,
      slow_seconds: 0,
      answers: 'staff',
      names: 0,
      words: '[]',
      group_id: null,
      issuer_public: null,
      issuer_private: null,
      challenge_key: 'key',
      focus_question_id: null,
      focus_poll_id: null,
      question_count: 1,
      created_at: 1,
    },
  ],
  classroom_staff: [{ classroom_id: CLASSROOM, user_id: ID, seq: 2, role: 'owner', read_n: 0, removed: 0 }],
  question: [
    {
      id: ID,
      classroom_id: CLASSROOM,
      seq: 3,
      n: 1,
      text: TEXT,
      name: null,
      asked_at: 300_000,
      edited: 0,
      receipt_hash: 'hash',
      state: 'shown',
      reason: null,
      note: null,
      merged_into: null,
      pinned: 0,
      answered: 'no',
      muted: 0,
      votes: VOTES,
    },
  ],
  reply: [
    {
      id: ID,
      classroom_id: CLASSROOM,
      question_id: ID,
      seq: 4,
      author: 'someone',
      staff_id: null,
      receipt_hash: null,
      text: TEXT,
      at: 300_000,
      edited: 0,
      endorsed: 0,
      state: 'shown',
    },
  ],
  vote: Array.from({ length: VOTES }, (_, index) => ({
    id: `vote ${String(index).padStart(6, '0')}`,
    classroom_id: CLASSROOM,
    question_id: ID,
    receipt_hash: `receipt ${index}`,
  })),
  poll: [
    {
      id: ID,
      classroom_id: CLASSROOM,
      seq: 5,
      kind: 'one',
      question: 'Clear?',
      options: '[]',
      state: 'open',
      results: 'live',
      revealed: 0,
      answers: 1,
    },
  ],
  poll_answer: [{ id: ID, classroom_id: CLASSROOM, poll_id: ID, receipt_hash: 'hash', choice: '[0]' }],
  spent_token: [{ token_hash: 'hash', classroom_id: CLASSROOM, used_for: ID }],
  token_issuance: [{ classroom_id: CLASSROOM, user_id: ID, blinded_hash: 'hash' }],
}
const tables = Object.keys(records) as (keyof Records)[]

const asUnknown = (db: Database) => db as unknown as Kysely<unknown>

async function insertRecords(db: Database): Promise<void> {
  for (const table of tables) {
    const rows: object[] = records[table] ?? []
    for (let from = 0; from < rows.length; from += 5_000) {
      await db
        .insertInto(table)
        .values(rows.slice(from, from + 5_000))
        .execute()
    }
  }
}

async function expectAllThere(): Promise<void> {
  for (const table of tables) {
    const found = await store.db.selectFrom(table).selectAll().execute()
    expect(found, table).toEqual(records[table]?.map((row) => ({ ...row, ...ADDED[table] })))
  }
}

async function listTables(file: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from ${sql.table(`${file}.sqlite_master`)} where type = 'table' order by name`.execute(store.db)
  return rows.map(({ name }) => name)
}

test('what belongs to classrooms lies in one file, all else in the other, and nothing in both', async () => {
  await store.migrate()
  const ofClassrooms = [
    ...[...tables, 'student_command', 'classroom_log', 'classroom_command', 'classroom_lineage'],
    ...['reply_file', 'photo_upload', 'photo_piece', 'photo_content', 'question_report'],
  ].sort()
  expect(await listTables('classrooms')).toEqual(ofClassrooms)
  const main = await listTables('main')
  expect(main.filter((name) => ofClassrooms.includes(name))).toEqual([])
  expect(main).toEqual(expect.arrayContaining(['command', 'log', 'message', 'user']))
})

test('what is written for a classroom alone is written to its file alone, also where it reads the other', async () => {
  await store.migrate()
  await store.close()
  store = openSqlite(folder)
  const read = (name: string) => readFileSync(join(folder, name)).toString('latin1')
  const before = read('chatbox.sqlite')
  await store.write(async (db) => {
    await db.selectFrom('user').selectAll().execute()
    await insertRecords(db)
    await db
      .insertInto('classroom_command')
      .values({ id: ID, user_id: ID, fingerprint: '', seq: 1, created_at: 0 })
      .execute()
  })
  expect(read('classrooms.sqlite-wal')).toContain(TEXT)
  expect(read('chatbox.sqlite-wal')).toBe('')
  expect(read('chatbox.sqlite')).toBe(before)
  await store.write((db) =>
    db.insertInto('credential').values({ user_id: ID, password_hash: 'of the campus' }).execute(),
  )
  expect(read('chatbox.sqlite-wal')).toContain('of the campus')
  expect(`${read('classrooms.sqlite')}${read('classrooms.sqlite-wal')}`).not.toContain('of the campus')
})

test('a database of one file becomes two, with all that is in it, and nothing of a classroom is left in the first', async () => {
  await migrateUpTo(store, LAST_WITH_ONE_FILE)
  await insertRecords(store.db)
  await store.migrate()
  await expectAllThere()
  await store.close()
  expect(readFileSync(join(folder, 'chatbox.sqlite')).includes(TEXT)).toBe(false)
  store = openSqlite(folder)
  await store.migrate()
  await expectAllThere()
})

test('tables are moved with their columns, keys and indexes as they stand', async () => {
  await migrateUpTo(store, LAST_WITH_ONE_FILE)
  const { schema } = store.db
  await schema.alterTable('question').addColumn('later', 'text').execute()
  await schema.createIndex('question_later').unique().on('question').columns(['later', 'n']).execute()
  const shape = (file: string) =>
    sql<{ sql: string }>`
      select sql from ${sql.table(`${file}.sqlite_master`)}
      where tbl_name in (${sql.join(tables)}) and sql is not null order by name`.execute(store.db)
  const before = await shape('main')
  await migrateUpTo(store, '0060-classroom-log-moved')
  const after = await shape('classrooms')
  expect(after.rows).toEqual(before.rows)
  expect(JSON.stringify(after.rows)).toContain('question_later')
})

const cuts: [name: string, until: () => Promise<unknown>][] = [
  ['before the copies were noted', () => runClassroomSteps()],
  [
    'before the copies were noted, and then an earlier version ran',
    async () => {
      await store.db.deleteFrom('vote').execute()
      await runClassroomSteps()
      await store.db
        .insertInto('vote')
        .values(records.vote?.slice(0, 5_000) ?? [])
        .execute()
      for (let from = 5_000; from < VOTES; from += 5_000) {
        await store.db
          .insertInto('vote')
          .values(records.vote?.slice(from, from + 5_000) ?? [])
          .execute()
      }
    },
  ],
  ['before what was copied was removed', () => migrateUpTo(store, '0057-classroom-lineage')],
]

/** What a start does before it notes it. */
async function runClassroomSteps(): Promise<void> {
  for (const name of classroomSteps) await migrations[name]?.(asUnknown(store.db), sqliteColumns)
}

test.each(cuts)('a start that was cut off %s lost nothing, and the next one ends it', async (_, until) => {
  await migrateUpTo(store, LAST_WITH_ONE_FILE)
  await insertRecords(store.db)
  await until()
  await store.close()
  store = openSqlite(folder)
  await store.migrate()
  await expectAllThere()
  expect((await listTables('main')).filter((name) => tables.some((table) => table === name))).toEqual([])
})

test('whenever a step is noted, all before it are', async () => {
  const main = new Libsql(join(folder, 'chatbox.sqlite'))
  const noted: string[][] = []
  const watched = openSqlite(folder, (statement) => {
    if (statement !== 'commit') return
    const rows = main.prepare('select name from kysely_migration order by name').all() as { name: string }[]
    noted.push(rows.map(({ name }) => name))
  })
  await watched.migrate()
  await watched.close()
  main.close()
  expect(noted.length).toBeGreaterThan(3)
  for (const names of noted) expect(names).toEqual(Object.keys(migrations).slice(0, names.length))
  expect(noted.at(-1)).toEqual(Object.keys(migrations))
})

test('a start that is killed again and again loses nothing', { timeout: 90_000 }, async () => {
  await migrateUpTo(store, LAST_WITH_ONE_FILE)
  await insertRecords(store.db)
  await store.close()
  await migrateUnderKills('sqlite', folder)
  store = openSqlite(folder)
  await expectAllThere()
})

test('a file of classrooms that is missing, or older, is not taken for an empty one', async () => {
  await store.migrate()
  await store.close()
  const file = join(folder, 'classrooms.sqlite')
  renameSync(file, `${file}.whole`)
  store = openSqlite(folder)
  await expect(store.migrate()).rejects.toThrow(/^The file classrooms.sqlite is missing.*both files of one backup/)
  await store.close()
  copyFileSync(`${file}.whole`, file)
  store = openSqlite(folder)
  await store.migrate()
})

test('classrooms of another database are not overwritten', async () => {
  await store.migrate()
  await insertRecords(store.db)
  await store.close()
  rmSync(join(folder, 'chatbox.sqlite'))
  store = openSqlite(folder)
  await expect(store.migrate()).rejects.toThrow(/holds classrooms that chatbox.sqlite knows nothing of/)
  const classrooms = new Libsql(join(folder, 'classrooms.sqlite'))
  expect(classrooms.prepare('select count(*) as count from vote').all()).toEqual([{ count: VOTES }])
  classrooms.close()
})
