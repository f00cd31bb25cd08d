import { sql } from 'kysely'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import type { Database, MessageTable, UserTable } from '../../../server/store/schema.ts'
import type { Store } from '../../../server/store/store.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { MESSAGE_TEXT_MAX, NAME_MAX } from '../../../shared/protocol/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { catchError } from '../../support/catch-error.ts'

let backend: Backend
beforeEach(async () => {
  backend = await createBackend()
})
afterEach(() => backend.dispose())

function exampleId(number: number): string {
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
}

function exampleUser(number: number, changes: Partial<UserTable> = {}): UserTable {
  return {
    id: exampleId(number),
    seq: number,
    handle: `user${number}`,
    name: `User ${number}`,
    picture_id: null,
    created_at: 1,
    former: 0,
    ...changes,
  }
}

function exampleMessage(number: number, text: string): MessageTable {
  return {
    id: exampleId(number),
    seq: number,
    conversation_id: EVERYONE_ID,
    n: number,
    author_id: exampleId(1),
    text,
    written_at: 1_800_000_000_000,
    sent_at: 1_800_000_000_001,
    edited_at: null,
    reply_to_id: null,
    reply_to_n: null,
    mentions: null,
    mentions_all: 0,
    forwarded: 0,
    pinned_at: null,
    pinned_by: null,
    edits: 0,
    files: null,
    taken_away: 0,
    withheld: null,
  }
}

const listUsers = () => backend.store.db.selectFrom('user').selectAll().orderBy('seq').execute()
const listTexts = async () => {
  const rows = await backend.store.db.selectFrom('message').select('text').orderBy('n').execute()
  return rows.map((row) => row.text)
}

test('upsert inserts what is new and replaces what is there, in one statement', async () => {
  const statements: string[] = []
  const store = backend.openStore((statement) => statements.push(statement))
  await store.upsert(store.db, 'user', ['id'], [exampleUser(1), exampleUser(2)])
  await store.upsert(store.db, 'user', ['id'], [exampleUser(2, { name: 'Renamed', seq: 4 }), exampleUser(3)])
  expect(statements).toHaveLength(2)
  expect(await listUsers()).toEqual([exampleUser(1), exampleUser(3), exampleUser(2, { name: 'Renamed', seq: 4 })])
})

test('upsert of no rows runs no statement', async () => {
  const statements: string[] = []
  const store = backend.openStore((statement) => statements.push(statement))
  await store.upsert(store.db, 'user', ['id'], [])
  expect(statements).toEqual([])
})

test('upsert knows a row by a key of two columns', async () => {
  const { store } = backend
  const reading = { user_id: exampleId(1), conversation_id: EVERYONE_ID, seq: 2, n: 1 }
  await store.upsert(store.db, 'reading', ['user_id', 'conversation_id'], [reading])
  await store.upsert(store.db, 'reading', ['user_id', 'conversation_id'], [{ ...reading, seq: 3, n: 5 }])
  expect(await store.db.selectFrom('reading').selectAll().execute()).toEqual([{ ...reading, seq: 3, n: 5 }])
})

test('upsert takes a batch of 500 rows', async () => {
  const { store } = backend
  const users = Array.from({ length: 500 }, (_, index) => exampleUser(index + 1))
  await store.write((db) => store.upsert(db, 'user', ['id'], users))
  expect(await listUsers()).toEqual(users)
})

test('what is written is seen by another process, and answers with what the work returned', async () => {
  const answer = await backend.store.write(async (db) => {
    await db.insertInto('user').values(exampleUser(1)).execute()
    return 'done'
  })
  expect(answer).toBe('done')
  const other = backend.openStore()
  expect(await other.read((db) => db.selectFrom('user').selectAll().execute())).toEqual([exampleUser(1)])
})

test('a write that throws leaves nothing behind, and the next one works', async () => {
  const { store } = backend
  const failing = store.write(async (db) => {
    await db.insertInto('user').values(exampleUser(1)).execute()
    throw new Error('stop here')
  })
  await expect(failing).rejects.toThrow('stop here')
  expect(await listUsers()).toEqual([])
  await store.write((db) => db.insertInto('user').values(exampleUser(2)).execute())
  expect(await listUsers()).toEqual([exampleUser(2)])
})

test('a read sees one snapshot while another process writes', async () => {
  const other = backend.openStore()
  const seen = await backend.store.read(async (db) => {
    const before = await db.selectFrom('user').selectAll().execute()
    await other.write((inner) => inner.insertInto('user').values(exampleUser(1)).execute())
    const after = await db.selectFrom('user').selectAll().execute()
    return { before, after }
  })
  expect(seen).toEqual({ before: [], after: [] })
  expect(await listUsers()).toEqual([exampleUser(1)])
})

test('a read sees one snapshot while its own store writes', async () => {
  const { store } = backend
  const seen = await store.read(async (db) => {
    await db.selectFrom('log').selectAll().execute()
    await store.write((inner) => inner.insertInto('user').values(exampleUser(1)).execute())
    return db.selectFrom('user').selectAll().execute()
  })
  expect(seen).toEqual([])
})

test('an open write is seen by nobody else', async () => {
  const { store } = backend
  const seen = await store.write(async (db) => {
    await db.insertInto('user').values(exampleUser(1)).execute()
    return store.read((outside) => outside.selectFrom('user').selectAll().execute())
  })
  expect(seen).toEqual([])
})

test('two writes at once run one after the other on the row that they both take first', async () => {
  const { store } = backend
  const raise = () =>
    store.write(async (db) => {
      await db
        .updateTable('log')
        .set({ head: sql`head + 1` })
        .execute()
      const { head } = await db.selectFrom('log').select('head').executeTakeFirstOrThrow()
      return head
    })
  expect((await Promise.all([raise(), raise(), raise()])).sort()).toEqual([2, 3, 4])
})

const texts = [
  ['four bytes a character', '👩🏽‍🚀 𝒳 🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
  ['the longest message, of three bytes a unit', '語'.repeat(MESSAGE_TEXT_MAX)],
  ['the longest message, of emoji', '🦊'.repeat(MESSAGE_TEXT_MAX / 2)],
  ['decomposed and composed accents', 'e\u0301 é'],
  ['white space at both ends', ' \n\ttext \n'],
  ['quotes and backslashes', String.raw`'; drop table message; -- " \' \\ %_`],
  ['nothing', ''],
] as const

test.each(texts)('a text comes back unchanged: %s', async (_, text) => {
  await backend.store.db.insertInto('message').values(exampleMessage(2, text)).execute()
  expect(await listTexts()).toEqual([text])
})

test('the longest name fits, counted in UTF-16 units', async () => {
  const user = exampleUser(1, { name: '語'.repeat(NAME_MAX) })
  await backend.store.db.insertInto('user').values(user).execute()
  expect(await listUsers()).toEqual([user])
})

test('handles and ids are compared byte by byte', async () => {
  const { store } = backend
  await store.db
    .insertInto('user')
    .values([
      exampleUser(1, { handle: 'anna' }),
      exampleUser(2, { handle: 'ANNA' }),
      exampleUser(3, { handle: 'a.nna' }),
    ])
    .execute()
  const find = (handle: string) => store.db.selectFrom('user').select('seq').where('handle', '=', handle).execute()
  expect(await find('anna')).toEqual([{ seq: 1 }])
  expect(await find('ANNA')).toEqual([{ seq: 2 }])
  expect(await find('Anna')).toEqual([])
  const ordered = await store.db.selectFrom('user').select('handle').orderBy('handle').execute()
  expect(ordered.map((row) => row.handle)).toEqual(['ANNA', 'a.nna', 'anna'])
})

test('a position or a handle taken twice is an error', async () => {
  const { store } = backend
  await store.db.insertInto('user').values(exampleUser(1)).execute()
  await expect(
    store.db
      .insertInto('user')
      .values(exampleUser(2, { seq: 1 }))
      .execute(),
  ).rejects.toThrow()
  await expect(
    store.db
      .insertInto('user')
      .values(exampleUser(2, { handle: 'user1' }))
      .execute(),
  ).rejects.toThrow()
  expect(await listUsers()).toEqual([exampleUser(1)])
})

test('numbers come back as numbers: times, counts, sums, greatest', async () => {
  await backend.store.db
    .insertInto('message')
    .values([exampleMessage(2, 'a'), exampleMessage(3, 'b')])
    .execute()
  const row = await backend.store.db
    .selectFrom('message')
    .select((select) => [
      select.fn.countAll().as('count'),
      select.fn.sum('n').as('sum'),
      select.fn.max('sent_at').as('latest'),
    ])
    .executeTakeFirst()
  expect(row).toEqual({ count: 2, sum: 5, latest: 1_800_000_000_001 })
})

test('every statement is told, begin and commit included', async () => {
  const statements: string[] = []
  const store = backend.openStore((statement) => statements.push(statement))
  await store.write((db) => db.insertInto('user').values(exampleUser(1)).execute())
  expect(statements).toEqual(['begin', expect.stringMatching(/^insert into .user./), 'commit'])
  statements.length = 0
  await store.read((db) => db.selectFrom('user').selectAll().execute())
  expect(statements).toEqual(['begin', expect.stringMatching(/^select/), 'commit'])
})

test('an error about what was given is of the statement', async () => {
  const { store } = backend
  await store.db.insertInto('user').values(exampleUser(1)).execute()
  const twice = store.write((db) => db.insertInto('user').values(exampleUser(1)).execute())
  expect(store.classify(await catchError(twice))).toBe('statement')
  const nonsense = store.write((db) => sql`select no_such_column from user`.execute(db))
  expect(store.classify(await catchError(nonsense))).toBe('statement')
})

const rename = (db: Database, number: number) =>
  db.updateTable('user').set({ name: 'Renamed' }).where('id', '=', exampleId(number)).execute()

/** A transaction that has read may not write once another one has committed. */
async function crossOnSqlite(one: Store, other: Store): Promise<void> {
  await one.write(async (db) => {
    await db.selectFrom('user').selectAll().execute()
    await other.write((inner) => rename(inner, 1))
    await rename(db, 2)
  })
}

/** Each transaction holds a row that the other one wants. */
async function crossOnMysql(one: Store, other: Store): Promise<void> {
  await one.write(async (db) => {
    await rename(db, 1)
    const crossing = { done: Promise.resolve() }
    await new Promise<void>((holds) => {
      crossing.done = other.write(async (inner) => {
        await rename(inner, 2)
        holds()
        await rename(inner, 1)
      })
    })
    await Promise.all([rename(db, 2), crossing.done])
  })
}

test('of two writes that stand in each other’s way one gives way, and may try again at once', async () => {
  const [one, other] = [backend.store, backend.openStore()]
  await one.upsert(one.db, 'user', ['id'], [exampleUser(1), exampleUser(2)])
  const crossing = backend.kind === 'sqlite' ? crossOnSqlite(one, other) : crossOnMysql(one, other)
  expect(one.classify(await catchError(crossing))).toBe('transient')
  await one.write((db) => rename(db, 2))
  expect((await listUsers()).find(({ seq }) => seq === 2)?.name).toBe('Renamed')
})

test('a write fails with what went wrong first, also when it cannot be undone any more', async () => {
  const { store } = backend
  const failing = store.write(async (db) => {
    await endTransaction(db)
    throw new Error('what went wrong first')
  })
  await expect(failing).rejects.toThrow('what went wrong first')
  await store.write((db) => db.insertInto('user').values(exampleUser(1)).execute())
  expect(await listUsers()).toEqual([exampleUser(1)])
})

/** Ends a transaction behind the back of whoever is in it. */
async function endTransaction(db: Database): Promise<void> {
  if (backend.kind === 'sqlite') {
    await sql`rollback`.execute(db)
  } else {
    const { rows } = await sql<{ id: number }>`select connection_id() as id`.execute(db)
    await sql`kill ${sql.lit(rows[0]?.id)}`.execute(backend.openStore().db)
  }
}

test('a database that is not there is down', async () => {
  const { store } = backend
  await store.close()
  expect(store.classify(await catchError(store.db.selectFrom('user').selectAll().execute()))).toBe('down')
})

if (inject('backend').kind === 'mysql') {
  test('a connection that is killed is down, and the next one works', async () => {
    const { store } = backend
    const killed = store.write(async (db) => {
      await endTransaction(db)
      await db.insertInto('user').values(exampleUser(1)).execute()
    })
    expect(store.classify(await catchError(killed))).toBe('down')
    expect(await listUsers()).toEqual([])
  })
} else {
  test('a transaction that SQLite has undone by itself does nothing more, and fails with what undid it', async () => {
    const { store } = backend
    const failing = store.write(async (db) => {
      await db.insertInto('user').values(exampleUser(1)).execute()
      const full = await catchError(fillUp(db))
      await db
        .insertInto('user')
        .values(exampleUser(2))
        .execute()
        .catch(() => undefined)
      expect(full).toMatchObject({ code: 'SQLITE_FULL' })
    })
    expect(await catchError(failing)).toMatchObject({ code: 'SQLITE_FULL' })
    expect(await listUsers()).toEqual([])
  })
}

/** One row after another until the file may grow no more: of a single row SQLite keeps no record to undo it by. */
async function fillUp(db: Database): Promise<never> {
  await sql`pragma max_page_count = 100`.execute(db)
  for (let number = 0; ; number += 1) {
    const bytes = new Uint8Array(60_000)
    await db
      .insertInto('picture')
      .values({ id: String(number), user_id: '', bytes, created_at: 0 })
      .execute()
  }
}

test('a list of statements answers with the rows of each, and none of it stays when one fails', async () => {
  const { store } = backend
  const insert = (...numbers: number[]) =>
    store.toInserts(
      'user',
      numbers.map((number) => exampleUser(number)),
    )
  const rows = await store.write(async (db) => store.run(db, [...insert(1, 2), db.selectFrom('user').select('name')]))
  expect(rows.at(-1)).toHaveLength(2)
  await catchError(store.write(async (db) => store.run(db, [...insert(3), ...insert(1), ...insert(4)])))
  await catchError(store.write(async (db) => store.runLast(db, [...insert(5), ...insert(2)])))
  expect((await listUsers()).map(({ seq }) => seq)).toEqual([1, 2])
})

test('what is run last in a transaction is committed, and a row that is there is replaced but for its key', async () => {
  const { store } = backend
  await store.write(async (db) => store.runLast(db, store.toInserts('user', [exampleUser(1)])))
  const changed = exampleUser(1, { name: `Ann's \\ "name"; drop table user; -- ?`, handle: 'ann' })
  await store.write(async (db) => store.runLast(db, store.toUpserts('user', ['id'], [changed, exampleUser(2)])))
  expect(await listUsers()).toEqual([changed, exampleUser(2)])
})
