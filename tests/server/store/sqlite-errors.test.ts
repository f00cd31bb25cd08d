import Libsql from 'libsql'
import { sql } from 'kysely'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqlite } from '../../../server/store/sqlite.ts'
import { classifySqlite } from '../../../server/store/sqlite-errors.ts'
import type { Database } from '../../../server/store/schema.ts'
import type { ErrorClass, Store } from '../../../server/store/store.ts'
import { catchError } from '../../support/catch-error.ts'

let folder: string
let store: Store
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chatbox-errors-'))
  store = openSqlite(folder)
  await store.migrate()
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

const file = () => join(folder, 'chatbox.sqlite')
const picture = (number: number, bytes = 100) => ({
  id: `picture ${number}`,
  user_id: 'somebody',
  bytes: new Uint8Array(bytes),
  created_at: number,
})
const insert = (db: Database, ...numbers: number[]) =>
  db
    .insertInto('picture')
    .values(numbers.map((number) => picture(number)))
    .execute()

/** Leaves the file no room for more than it has. */
async function fill(): Promise<void> {
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(store.db)
  await sql`pragma max_page_count = ${sql.lit(rows[0]?.page_count)}`.execute(store.db)
}

const manyPictures = (db: Database) =>
  db
    .insertInto('picture')
    .values(Array.from({ length: 100 }, (_, number) => picture(number, 4_000)))
    .execute()

type Real = [name: string, code: string, errorClass: ErrorClass, produce: () => Promise<unknown>]

const real: Real[] = [
  ['a row that is there', 'SQLITE_CONSTRAINT_PRIMARYKEY', 'statement', () => insert(store.db, 1, 1)],
  [
    'a value that is missing',
    'SQLITE_CONSTRAINT_NOTNULL',
    'statement',
    () =>
      store.db
        .insertInto('picture')
        .values({ ...picture(1), user_id: sql`null` as never })
        .execute(),
  ],
  [
    'a value of another type',
    'SQLITE_MISMATCH',
    'statement',
    () => sql`insert into probe values ('word', 'word')`.execute(store.db),
  ],
  ['a value without end', 'SQLITE_TOOBIG', 'statement', () => sql`select zeroblob(2000000000)`.execute(store.db)],
  ['a column that is not there', 'SQLITE_ERROR', 'statement', () => sql`select no_such from user`.execute(store.db)],
  ['no SQL', 'SQLITE_ERROR', 'statement', () => sql`selec`.execute(store.db)],
  [
    'more parameters than there can be',
    'SQLITE_ERROR',
    'statement',
    () =>
      store.db
        .selectFrom('user')
        .selectAll()
        .where(
          'seq',
          'in',
          Array.from({ length: 40_000 }, (_, seq) => seq),
        )
        .execute(),
  ],
  ['a table that is not there', 'SQLITE_ERROR', 'down', () => sql`select 1 from no_such`.execute(store.db)],
  [
    'a full file in the middle of a transaction',
    'SQLITE_FULL',
    'down',
    async () => {
      await fill()
      await store.write(manyPictures)
    },
  ],
  [
    'a full file, found by a single statement',
    'SQLITE_FULL',
    'down',
    async () => {
      await fill()
      await manyPictures(store.db)
    },
  ],
  [
    'a database that is read only',
    'SQLITE_READONLY',
    'down',
    async () => {
      await sql`pragma query_only = on`.execute(store.db)
      await store.write((db) => insert(db, 1))
    },
  ],
  [
    'another writer that does not end',
    'SQLITE_BUSY',
    'transient',
    async () => {
      const other = new Libsql(file())
      other.exec('begin immediate')
      try {
        await store.write((db) => insert(db, 1))
      } finally {
        other.exec('rollback')
        other.close()
      }
    },
  ],
  [
    'another writer since this transaction has read',
    'SQLITE_BUSY_SNAPSHOT',
    'transient',
    async () => {
      const other = openSqlite(folder)
      try {
        await store.write(async (db) => {
          await db.selectFrom('picture').selectAll().execute()
          await insert(other.db, 1)
          await insert(db, 2)
        })
      } finally {
        await other.close()
      }
    },
  ],
  [
    'a transaction in the way of this statement',
    'SQLITE_LOCKED',
    'transient',
    () =>
      store.write(async (db) => {
        await insert(db, 1)
        await sql`pragma wal_checkpoint`.execute(db)
      }),
  ],
  [
    'a file of which a part was overwritten',
    'SQLITE_CORRUPT',
    'down',
    async () => {
      const overwritten = copy((bytes) => bytes.fill(0xff, 4_096))
      await useOther(overwritten, (other) => insert(other.db, 1))
    },
  ],
  [
    'a file that is no database',
    'SQLITE_NOTADB',
    'down',
    async () => {
      const other = copy((bytes) => bytes.fill('x'))
      await useOther(other, (opened) => insert(opened.db, 1))
    },
  ],
  [
    'a file that cannot be opened',
    'SQLITE_CANTOPEN',
    'down',
    async () => {
      const other = mkdtempSync(join(folder, 'other-'))
      mkdirSync(join(other, 'chatbox.sqlite'))
      await useOther(other, (opened) => insert(opened.db, 1))
    },
  ],
]

/** A folder with the database in it, changed. */
function copy(change: (bytes: Buffer) => void): string {
  const other = mkdtempSync(join(folder, 'other-'))
  new Libsql(file()).exec('pragma wal_checkpoint(truncate)')
  const bytes = readFileSync(file())
  change(bytes)
  writeFileSync(join(other, 'chatbox.sqlite'), bytes)
  return other
}

async function useOther(other: string, work: (opened: Store) => Promise<unknown>): Promise<void> {
  const opened = openSqlite(other)
  try {
    await work(opened)
  } finally {
    await opened.close()
  }
}

test.each(real)('%s is %s, which is of the class "%s"', async (_, code, errorClass, produce) => {
  const error = await catchError(produce())
  expect(error).toMatchObject({ code })
  expect(store.classify(error)).toBe(errorClass)
})

/** As libsql makes them; those that need a disk, a memory or a kernel that fails. */
const made: [code: string, rawCode: number, errorClass: ErrorClass][] = [
  ['SQLITE_INTERNAL', 2, 'down'],
  ['SQLITE_PERM', 3, 'down'],
  ['SQLITE_ABORT_ROLLBACK', 516, 'transient'],
  ['SQLITE_BUSY_RECOVERY', 261, 'transient'],
  ['UNKNOWN_SQLITE_ERROR_773', 773, 'transient'], // busy_timeout
  ['SQLITE_LOCKED_SHAREDCACHE', 262, 'transient'],
  ['SQLITE_NOMEM', 7, 'down'],
  ['SQLITE_READONLY_DBMOVED', 1032, 'down'],
  ['UNKNOWN_SQLITE_ERROR_1288', 1288, 'down'], // readonly_cantinit
  ['SQLITE_INTERRUPT', 9, 'transient'],
  ['SQLITE_IOERR', 10, 'down'],
  ['SQLITE_IOERR_WRITE', 778, 'down'],
  ['SQLITE_IOERR_FSYNC', 1034, 'down'],
  ['SQLITE_IOERR_SHMMAP', 5386, 'down'],
  ['SQLITE_CORRUPT_VTAB', 267, 'down'],
  ['SQLITE_NOTFOUND', 12, 'down'],
  ['SQLITE_PROTOCOL', 15, 'transient'],
  ['SQLITE_SCHEMA', 17, 'transient'],
  ['SQLITE_CONSTRAINT_CHECK', 275, 'statement'],
  ['UNKNOWN_SQLITE_ERROR_3091', 3091, 'statement'], // constraint_datatype
  ['SQLITE_NOLFS', 22, 'down'],
  ['SQLITE_AUTH', 23, 'down'],
  ['SQLITE_RANGE', 25, 'statement'],
  ['UNKNOWN_SQLITE_ERROR_99', 99, 'down'],
]

test.each(made)('%s (%i) is of the class "%s"', (code, rawCode, errorClass) => {
  expect(classifySqlite(new Libsql.SqliteError('it says no', code, rawCode))).toBe(errorClass)
})

test('an error that nobody knows is no reason to refuse anything', () => {
  expect(classifySqlite(new Error('what is this?'))).toBe('down')
  expect(classifySqlite('this neither')).toBe('down')
  expect(classifySqlite(Object.assign(new Error('libsql failed'), { code: '' }))).toBe('down')
})
