import Libsql from 'libsql'
import { expect, test } from 'vitest'
import { createConnection, type SqliteConnection } from '../../../server/store/sqlite-connection.ts'

/** A connection to a database in memory, and what it had prepared, in order. */
function open(): SqliteConnection & { prepared: string[] } {
  const database = new Libsql(':memory:')
  const prepared: string[] = []
  const connection = createConnection({
    prepare(sql) {
      prepared.push(sql)
      return database.prepare(sql)
    },
    get inTransaction() {
      return database.inTransaction
    },
    close: () => database.close(),
  })
  return Object.assign(connection, { prepared })
}

test('a statement that is short is prepared once, whatever its parameters', () => {
  const connection = open()
  connection.execute('create table t (a integer primary key, b text)')
  for (const a of [1, 2, 3]) connection.execute('insert into t values (?, ?)', [a, `text ${a}`])
  const found = [1, 2, 3].map((a) => connection.execute('select b from t where a = ?', [a]).rows)
  expect(found).toEqual([[{ b: 'text 1' }], [{ b: 'text 2' }], [{ b: 'text 3' }]])
  expect(connection.prepared.filter((sql) => sql.startsWith('insert') || sql.startsWith('select'))).toHaveLength(2)
})

test('a statement answers with the columns that its table has by now', () => {
  const connection = open()
  connection.execute('create table t (a integer)')
  connection.execute('insert into t values (1)')
  expect(connection.execute('select * from t').rows).toEqual([{ a: 1 }])
  connection.execute("alter table t add column b text default 'new'")
  expect(connection.execute('select * from t').rows).toEqual([{ a: 1, b: 'new' }])
})

test('a statement that failed is good for the next time', () => {
  const connection = open()
  connection.execute('create table t (a integer primary key)')
  const insert = () => connection.execute('insert into t values (?)', [1])
  expect(insert().numAffectedRows).toBe(1n)
  expect(insert).toThrow('UNIQUE')
  connection.execute('delete from t')
  expect(insert().numAffectedRows).toBe(1n)
})

test('what is long, or has not been used for long, is not kept', () => {
  const connection = open()
  const long = `select ${Array.from({ length: 2_000 }, () => '1').join()}`
  for (let turn = 0; turn < 3; turn += 1) {
    connection.execute(long)
    for (let index = 0; index < 400; index += 1) connection.execute(`select ${index} as a`)
  }
  expect(connection.prepared.filter((sql) => sql === long)).toHaveLength(3)
  expect(connection.prepared.filter((sql) => sql === 'select 0 as a')).toHaveLength(3)
})
