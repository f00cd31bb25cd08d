import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../../server/store/schema.ts'
import { fill } from '../../../server/store/templates.ts'
import { type Backend, createBackend } from '../../support/backend.ts'

let backend: Backend
let db: Database
beforeEach(async () => {
  backend = await createBackend()
  db = backend.store.db
})
afterEach(() => backend.dispose())

const usersOf = (ids: readonly string[]) =>
  db.selectFrom('user').selectAll().where('id', 'in', ids).where('seq', '>', 7).orderBy('id')

test('a statement is put together once for its shape, and says each time what it would say without', () => {
  let built = 0
  const find = (ids: readonly string[]) =>
    fill(db, `${ids.length} users`, ids, (places) => {
      built += 1
      return usersOf(places)
    })
  for (const ids of [['a', 'b'], ['c', 'd'], ['b', 'a'], ['e'], ['', "'"]]) {
    const { sql: text, parameters } = usersOf(ids).compile()
    expect(find(ids)).toMatchObject({ sql: text, parameters })
  }
  expect(built).toBe(2)
})

test('what it answers is what is there for these values', async () => {
  for (const id of ['a', 'b', 'c']) {
    const query = fill(db, 'a word', [id], ([word = '']) =>
      db.selectNoFrom([sql<string>`upper(${word})`.as('word'), sql<string>`${word}`.as('same')]),
    )
    expect((await db.executeQuery(query)).rows).toEqual([{ word: id.toUpperCase(), same: id }])
  }
})

test('with many values it is put together each time, and nothing is kept', () => {
  let built = 0
  const ids = Array.from({ length: 9 }, (_, index) => `user ${index}`)
  for (let time = 0; time < 2; time += 1) {
    const query = fill(db, '9 users', ids, (places) => {
      built += 1
      return usersOf(places)
    })
    expect(query.parameters).toEqual(usersOf(ids).compile().parameters)
  }
  expect(built).toBe(2)
})

test('a value that is no parameter is a mistake, and no statement with another one’s value', () => {
  expect(() => fill(db, 'first alone', ['a', 'b'], ([first = '']) => usersOf([first]))).toThrow(
    '1 values of the statement "first alone" are no parameters',
  )
})
