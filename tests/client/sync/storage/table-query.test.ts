import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tableQuery, type Read } from '../../../../client/sync/storage/table-query.ts'
import { ClientDatabase } from '../../../../client/sync/database.ts'
import { waitFor } from '../../../support/wait-for.ts'

let db: ClientDatabase
let databases = 0

beforeEach(() => {
  db = new ClientDatabase(`table-query-${databases++}`)
})

afterEach(() => db.delete())

/** Follows a query; `reads` counts by name what it read, and `told` is all that it told. */
function follow<Value>(query: (read: Read) => PromiseLike<Value>) {
  const told: Value[] = []
  const failures: unknown[] = []
  const reads: Record<string, number> = {}
  const { unsubscribe } = tableQuery(db, (read) =>
    query((name, tables, from, given) =>
      read(
        name,
        tables,
        () => {
          reads[name] = (reads[name] ?? 0) + 1
          return from()
        },
        given,
      ),
    ),
  ).subscribe({ next: (value) => told.push(value), error: (error) => failures.push(error) })
  const tells = (value: Value) =>
    waitFor(JSON.stringify(value), () => (JSON.stringify(told.at(-1)) === JSON.stringify(value) ? true : undefined))
  return { told, failures, reads, tells, stop: unsubscribe }
}

const draft = (text: string) => ({ conversationId: 'one', text, replyToId: null, changedAt: 1 })
const choices = (cursor: number) => ({
  key: 'position' as const,
  ...{ log: 'campus', epoch: 'one', cursor, next: null },
})

test('a change reads again what is of its table, and nothing else', async () => {
  await db.meta.put(choices(1))
  const query = follow(async (read) => ({
    drafts: await read('drafts', [db.drafts], () => db.drafts.count()),
    meta: await read('meta', [db.meta], () => db.meta.count()),
  }))
  await query.tells({ drafts: 0, meta: 1 })
  await db.drafts.put(draft('Hello'))
  await query.tells({ drafts: 1, meta: 1 })
  expect(query.reads).toEqual({ drafts: 2, meta: 1 })
  await db.edits.clear()
  expect(query.reads).toEqual({ drafts: 2, meta: 1 })
  query.stop()
})

test('what depends on something else is read again when that is another', async () => {
  await db.meta.put(choices(1))
  await db.drafts.put(draft('Hello'))
  const query = follow(async (read) => {
    const position = await read('meta', [db.meta], () => db.meta.get('position'))
    const cursor = position?.key === 'position' ? position.cursor : 0
    return read('draft', [db.drafts], async () => `${(await db.drafts.toArray()).length} at ${cursor}`, [cursor])
  })
  await query.tells('1 at 1')
  await db.meta.put(choices(2))
  await query.tells('1 at 2')
  expect(query.reads).toEqual({ meta: 2, draft: 2 })
  query.stop()
})

test('changes that come faster than they are read are told while they come, and the last one at the end', async () => {
  const query = follow((read) => read('drafts', [db.drafts], async () => (await db.drafts.get('one'))?.text ?? ''))
  for (let n = 1; n <= 400; n += 1) await db.drafts.put(draft(`text ${n}`))
  const during = query.told.length
  await query.tells('text 400')
  expect(during).toBeGreaterThan(0)
  // Each waits for what came meanwhile: of 400 changes it makes a few.
  expect(query.told.length).toBeLessThan(100)
  query.stop()
})

test('what one transaction changed is told together', async () => {
  const query = follow(async (read) => {
    const [draft, position] = await Promise.all([
      read('draft', [db.drafts], () => db.drafts.get('one')),
      read('meta', [db.meta], () => db.meta.get('position')),
    ])
    return [draft?.text ?? '0', position?.key === 'position' ? String(position.cursor) : '0']
  })
  for (let n = 1; n <= 50; n += 1) {
    await db.transaction('rw', db.drafts, db.meta, async () => {
      await db.drafts.put(draft(String(n)))
      await db.meta.put(choices(n))
    })
  }
  await query.tells(['50', '50'])
  for (const [one, other] of query.told) expect(one).toBe(other)
  query.stop()
})

test('whoever stopped hears nothing more, and a failure is told', async () => {
  const stopped = follow((read) => read('drafts', [db.drafts], () => db.drafts.count()))
  await stopped.tells(0)
  stopped.stop()
  const failing = follow((read) => read('drafts', [db.drafts], () => Promise.reject(new Error('broken'))))
  await waitFor('the failure', () => failing.failures.at(0))
  await db.drafts.put(draft('Hello'))
  await waitFor('another try', () => failing.failures.at(1))
  expect(stopped.told).toEqual([0])
  failing.stop()
})

test('a query that may rest tells at first, and what comes while it rests once at its end', async () => {
  const told: number[] = []
  const count = (read: Read) => read('drafts', [db.drafts], () => db.drafts.count())
  const { unsubscribe } = tableQuery(db, count, 400).subscribe((value) => told.push(value))
  await waitFor('the first', () => (told.length === 1 ? true : undefined))
  for (const conversationId of ['one', 'two', 'three']) {
    await db.drafts.put({ ...draft('Hello'), conversationId })
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect(told).toEqual([0])
  await waitFor('the last', () => (told.at(-1) === 3 ? true : undefined))
  expect(told).toEqual([0, 3])
  unsubscribe()
})
