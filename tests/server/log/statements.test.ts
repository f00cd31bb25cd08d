import { sql } from 'kysely'
import { uuidv7 } from 'uuidv7'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Store } from '../../../server/store/store.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import type { CampusCommand } from '../../../server/campus/command.ts'
import {
  type Campus,
  createCampus,
  edit,
  pin,
  pullCampus,
  react,
  read,
  receive,
  remove,
  send,
  setDraft,
} from '../../support/campus.ts'

let backend: Backend
let campus: Campus
let store: Store
let statements: string[] = []
beforeEach(async () => {
  backend = await createBackend()
  store = backend.openStore((statement) => statements.push(statement))
  campus = createCampus({ store })
})
afterEach(() => backend.dispose())

/** What `work` runs: the connection that a handle opens first sets itself up, which is counted out. */
async function listStatements(work: () => Promise<unknown>): Promise<string[]> {
  await store.db.selectFrom('log').select('head').execute()
  statements = []
  await work()
  return [...statements]
}

const sends = (count: number, conversationId: string) => Array.from({ length: count }, () => send(conversationId))

test('100 messages sent at once are at most 12 statements, begin and commit included', async () => {
  const ann = await campus.register()
  const found = await listStatements(() => campus.accept(ann, ...sends(100, EVERYONE_ID)))
  expect(found.length).toBeLessThanOrEqual(12)
})

test('100 messages of ten people to ten conversations are as many statements as one message', async () => {
  const people = await Promise.all(Array.from({ length: 10 }, () => campus.register()))
  const [ann = ''] = people
  const groups = await Promise.all(people.map(() => campus.group(ann, ...people)))
  const one = await listStatements(() => campus.accept(ann, send()))
  const many = await listStatements(async () => {
    // The first starts a transaction at once, so all are handed over in one submission of the same turn.
    await Promise.all([
      campus.accept(ann, send()),
      ...people.map((id) => campus.accept(id, ...groups.map((group) => send(group)))),
    ])
  })
  expect(many.length).toBeLessThanOrEqual(2 * one.length)
})

test('editing 100 messages at once is at most 12 statements', async () => {
  const ann = await campus.register()
  const messages = sends(100, EVERYONE_ID)
  await campus.accept(ann, ...messages)
  const found = await listStatements(() =>
    campus.accept(ann, ...messages.map(({ id, conversationId }) => edit(conversationId, id))),
  )
  expect(found.length).toBeLessThanOrEqual(12)
})

const crowds: [what: string, most: number, build: (groups: string[], messages: string[][]) => CampusCommand[]][] = [
  ['reactions', 11, (groups, messages) => messages.flatMap((ids, at) => ids.map((id) => react(groups[at] ?? '', id)))],
  ['pins', 12, (groups, messages) => messages.flatMap((ids, at) => ids.map((id) => pin(groups[at] ?? '', id)))],
  ['readings', 14, (groups) => groups.flatMap((group) => Array.from({ length: 10 }, (_, n) => read(group, n + 1)))],
  [
    'tidings of what was received',
    10,
    (groups) => groups.flatMap((group) => Array.from({ length: 10 }, (_, n) => receive(group, n + 1))),
  ],
  ['drafts', 9, (groups) => groups.flatMap((group) => Array.from({ length: 10 }, (_, n) => setDraft(group, `${n}`)))],
  ['deletions', 12, (groups, messages) => messages.flatMap((ids, at) => ids.map((id) => remove(groups[at] ?? '', id)))],
]
test.each(crowds)('100 %s in ten conversations at once are at most %i statements', async (_, most, build) => {
  const ann = await campus.register()
  const ben = await campus.register()
  const groups = await Promise.all(Array.from({ length: 10 }, () => campus.group(ann, ben)))
  const messages = groups.map((group) => sends(10, group))
  await campus.accept(ben, ...messages.flat())
  for (const { id, conversationId } of messages.flat()) await campus.accept(ben, react(conversationId, id, '🎉'))
  const commands = build(
    groups,
    messages.map((some) => some.map(({ id }) => id)),
  )
  expect(commands).toHaveLength(100)
  const found = await listStatements(() => campus.accept(ben, ...commands))
  expect(found.length).toBeLessThanOrEqual(most)
})

/** How many values its statements hand over, for so many people who each write into a group of their own. */
async function countValues(people: number): Promise<number> {
  const groups = await Promise.all(
    Array.from({ length: people }, async () => {
      const ben = await campus.register()
      return { ben, id: await campus.group(ben) }
    }),
  )
  const found = await listStatements(async () => {
    await Promise.all([
      campus.accept(groups[0]?.ben ?? '', send()),
      ...groups.map(({ ben, id }) => campus.accept(ben, send(id))),
    ])
  })
  return found.reduce((sum, statement) => sum + (statement.match(/\?/g)?.length ?? 0), 0)
}

test('who is in a conversation is asked of pairs: twice as many people in as many groups are about twice as many values', async () => {
  const [few, many] = [await countValues(20), await countValues(40)]
  expect(many).toBeLessThan(2.5 * few)
})

async function countRows(): Promise<Record<string, number>> {
  const tables = ['user', 'member', 'message', 'annotation', 'mention', 'reading', 'personal', 'command'] as const
  const counts: Record<string, number> = {}
  for (const table of tables) {
    const { count } = await store.db
      .selectFrom(table)
      .select(sql<number>`count(*)`.as('count'))
      .executeTakeFirstOrThrow()
    counts[table] = count
  }
  return counts
}

/** Users as so many registrations leave them; each alone through the sequencer would only take longer. */
async function insertUsers(count: number): Promise<string[]> {
  const head = await campus.head()
  const ids: string[] = []
  for (let done = 0; done < count; done += 2_000) {
    const users = Array.from({ length: Math.min(2_000, count - done) }, (_, index) => {
      const id = uuidv7()
      ids.push(id)
      const seq = head + done + index + 1
      return { id, seq, handle: `s${seq}`, name: 'A student', picture_id: null, created_at: 1, former: 0 }
    })
    await store.db.insertInto('user').values(users).execute()
  }
  await store.db
    .updateTable('log')
    .set({ head: head + count })
    .execute()
  return ids
}

test('a message to Everyone writes the same with 10,000 people as with 3', async () => {
  const ann = await campus.register()
  await insertUsers(2)
  const measure = async () => {
    const rowsBefore = await countRows()
    const head = await campus.head()
    const found = await listStatements(() => campus.accept(ann, send()))
    const rows = Object.entries(await countRows()).map(([table, count]) => [table, count - (rowsBefore[table] ?? 0)])
    return { rows, seqs: (await campus.head()) - head, statements: found }
  }
  await campus.accept(ann, send())
  const few = await measure()
  await insertUsers(9_997)
  const { rows, seqs, statements: found } = await measure()
  expect({ rows, seqs, statements: found }).toEqual(few)
  expect(Object.fromEntries(rows as [string, number][])).toMatchObject({
    user: 0,
    member: 0,
    message: 1,
    annotation: 0,
    reading: 0,
  })
})

/** A group with so much history, and one of its members who missed the last 200 messages. */
async function createHistory(messages: number): Promise<{ ben: string; group: string; cursor: number }> {
  const ann = await campus.register()
  const ben = await campus.register()
  const group = await campus.group(ann, ben)
  for (let done = 0; done < messages; done += 2_000) {
    await campus.accept(ann, ...sends(Math.min(2_000, messages - done), group), ...sends(100, EVERYONE_ID))
  }
  const cursor = await campus.head()
  await campus.accept(ann, ...sends(200, group))
  return { ben, group, cursor }
}

const pullFrom = (userId: string, cursor: number, from = store) => pullCampus(from, userId, { cursor })

test('a page of 200 missed messages is at most 11 statements, and as many after 20,000 messages as after 300', async () => {
  const counts: number[] = []
  for (const messages of [300, 20_000]) {
    const { ben, cursor } = await createHistory(messages)
    const found = await listStatements(async () => {
      const outcome = await pullFrom(ben, cursor)
      // The 200 messages, and the author's reading is not Ben's to see.
      expect(outcome).toMatchObject({ kind: 'page', page: { from: cursor } })
      expect(outcome.kind === 'page' && outcome.page.rows.length).toBe(200)
    })
    counts.push(found.length)
  }
  expect(counts[0]).toBeLessThanOrEqual(11)
  expect(counts[1]).toBe(counts[0])
}, 60_000)

test('a page that brings a conversation is at most 16 statements', async () => {
  const { ben, cursor } = await createHistory(300)
  const cid = await campus.register()
  await campus.accept(cid, send(await campus.group(cid, ben)))
  const found = await listStatements(() => pullFrom(ben, cursor))
  expect(found.length).toBeLessThanOrEqual(16)
})

test('a pull at the head is at most 6 statements', async () => {
  const { ben } = await createHistory(300)
  const head = await campus.head()
  const found = await listStatements(() => pullFrom(ben, head))
  expect(found.length).toBeLessThanOrEqual(6)
})
