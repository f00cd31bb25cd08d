import { Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler, sql } from 'kysely'
import type { Pool } from 'mysql2'
import { expect, test } from 'vitest'
import { createMysqlDriver } from '../../../server/store/mysql-driver.ts'
import type { Schema } from '../../../server/store/schema.ts'
import { runStatements } from '../../../server/store/statements.ts'
import { catchError } from '../../support/catch-error.ts'

/** A database whose messages are only noted; one that holds this text fails. */
function open({ isJoining, fails = 'nothing' }: { isJoining: boolean; fails?: string }) {
  const messages: string[] = []
  const ended: string[] = []
  const header = { affectedRows: 1 }
  const connection = {
    query(text: string, _values: unknown[], done: (error: unknown, answer?: unknown) => void) {
      messages.push(text)
      if (text.includes(fails)) return done(Object.assign(new Error('refused'), { errno: 1062 }))
      const answers = text.split('; ').map((one) => (one.startsWith('select') ? [{ a: 1 }] : header))
      done(null, answers.length > 1 ? answers : answers[0])
    },
    release: () => ended.push('released'),
    destroy: () => ended.push('destroyed'),
  }
  const pool = { getConnection: (done: (error: null, found: unknown) => void) => done(null, connection) }
  const db = new Kysely<Schema>({
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => createMysqlDriver(pool as unknown as Pool, { isJoining }),
      createIntrospector: (of) => new MysqlIntrospector(of),
      createQueryCompiler: () => new MysqlQueryCompiler(),
    },
  })
  return { db, messages, ended }
}
const statement = (text: string) => sql.raw(text)
const compile = (db: Kysely<Schema>, ...texts: string[]) => texts.map((text) => statement(text).compile(db))

test('a transaction of two lists is two messages: begun with the first, committed with the last', async () => {
  const { db, messages, ended } = open({ isJoining: true })
  const rows = await db.transaction().execute(async (inner) => {
    const found = await runStatements(inner, compile(db, 'update log', 'select a'), { isLast: false })
    await runStatements(inner, compile(db, 'insert', 'update log'), { isLast: true })
    return found
  })
  expect(rows).toEqual([[], [{ a: 1 }]])
  expect(messages).toEqual(['begin; update log; select a', 'insert; update log; commit'])
  expect(ended).toEqual(['released'])
})

test('a transaction of single statements is begun with the first, and committed after the last', async () => {
  const { db, messages } = open({ isJoining: true })
  await db.transaction().execute(async (inner) => {
    expect((await statement('select a').execute(inner)).rows).toEqual([{ a: 1 }])
    expect((await statement('insert').execute(inner)).numAffectedRows).toBe(1n)
  })
  expect(messages).toEqual(['begin; select a', 'insert', 'commit'])
})

test('what fails in a list is undone and not committed', async () => {
  const { db, messages, ended } = open({ isJoining: true, fails: 'insert' })
  const error = await catchError(
    db.transaction().execute(async (inner) => {
      await runStatements(inner, compile(db, 'update log'), { isLast: false })
      await runStatements(inner, compile(db, 'insert', 'update log'), { isLast: true })
    }),
  )
  expect(error).toMatchObject({ errno: 1062 })
  expect(messages).toEqual(['begin; update log', 'insert; update log; commit', 'rollback'])
  expect(ended).toEqual(['released'])
})

test('a transaction in which nothing was asked says nothing', async () => {
  const { db, messages, ended } = open({ isJoining: true })
  await db.transaction().execute(async () => undefined)
  await catchError(db.transaction().execute(() => Promise.reject(new Error('changed its mind'))))
  expect(messages).toEqual([])
  expect(ended).toEqual(['released', 'released'])
})

test('where a message holds one statement, a transaction begins and ends with messages of its own', async () => {
  const { db, messages } = open({ isJoining: false })
  await db.transaction().execute(async (inner) => {
    await statement('select a').execute(inner)
  })
  expect(messages).toEqual(['begin', 'select a', 'commit'])
})
