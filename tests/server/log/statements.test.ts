import { CompiledQuery, type KyselyPlugin, sql } from 'kysely'
import { uuidv7 } from 'uuidv7'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { history } from '../../../server/log/history.ts'
import { pull } from '../../../server/log/pull.ts'
import type { Store } from '../../../server/store/store.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { addMembers, type Campus, createCampus, edit, send } from '../../support/campus.ts'

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

test('100 messages sent at once are at most 10 statements, begin and commit included', async () => {
  const ann = await campus.register()
  const found = await listStatements(() => campus.accept(ann, ...sends(100, EVERYONE_ID)))
  expect(found.length).toBeLessThanOrEqual(10)
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

test('editing 100 messages at once is at most 10 statements', async () => {
  const ann = await campus.register()
  const messages = sends(100, EVERYONE_ID)
  await campus.accept(ann, ...messages)
  const found = await listStatements(() =>
    campus.accept(ann, ...messages.map(({ id, conversationId }) => edit(conversationId, id))),
  )
  expect(found.length).toBeLessThanOrEqual(10)
})

async function countRows(): Promise<Record<string, number>> {
  const tables = ['user', 'conversation', 'member', 'message', 'reading', 'command', 'session'] as const
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
      return { id, seq, handle: `s${seq}`, name: 'A student', created_at: 1 }
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
  expect(Object.fromEntries(rows as [string, number][])).toMatchObject({ user: 0, member: 0, message: 1, reading: 0 })
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

const pullFrom = (userId: string, cursor: number, from = store) =>
  pull(from, userId, { log: CAMPUS_LOG, epoch: '', cursor, next: null })

test('a page of 200 missed messages is at most 8 statements, and as many after 20,000 messages as after 300', async () => {
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
  expect(counts[0]).toBeLessThanOrEqual(8)
  expect(counts[1]).toBe(counts[0])
}, 60_000)

test('a page that brings a conversation is at most 9 statements', async () => {
  const { ben, cursor } = await createHistory(300)
  await campus.group(await campus.register(), ben)
  const found = await listStatements(() => pullFrom(ben, cursor))
  expect(found.length).toBeLessThanOrEqual(9)
})

test('a pull at the head is at most 6 statements', async () => {
  const { ben } = await createHistory(300)
  const head = await campus.head()
  const found = await listStatements(() => pullFrom(ben, head))
  expect(found.length).toBeLessThanOrEqual(6)
})

/** How the database finds what a page asks of a table: the plan of each of its statements, as one text. */
async function explain(table: string, work: (store: Store) => Promise<unknown>): Promise<string[]> {
  const queries: CompiledQuery[] = []
  const spy: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      queries.push(store.db.getExecutor().compileQuery(node, queryId))
      return node
    },
    transformResult: async ({ result }) => result,
  }
  await work({ ...store, read: (inner) => store.read((db) => inner(db.withPlugin(spy))) })
  const verb = backend.kind === 'mysql' ? 'explain' : 'explain query plan'
  const plans: string[] = []
  for (const query of queries) {
    if (!new RegExp(`from [\`"]${table}[\`"]`).test(query.sql)) continue
    const { rows } = await store.db.executeQuery(CompiledQuery.raw(`${verb} ${query.sql}`, [...query.parameters]))
    const steps = rows.map((row) => JSON.stringify(row))
    plans.push(steps.filter((step) => new RegExp(`"table":"${table}"|"detail":"\\w+ ${table} `).test(step)).join('\n'))
  }
  return plans
}

/** MySQL says `"type":"ALL"` or `"type":"index"` where it reads a whole table or index, SQLite `SCAN`. */
const WHOLE = /"type":"(ALL|index)"|"detail":"SCAN/

/** What goes on elsewhere: groups of other people, and what they say. */
async function addOthers(messages: number): Promise<void> {
  const [leader = '', ...others] = await insertUsers(200)
  for (let index = 0; index < 20; index += 1) {
    await campus.accept(leader, ...sends(messages / 20, await campus.group(leader, ...others)))
  }
  // MySQL plans by what it last counted, and SQLite too where an operator had it count.
  if (backend.kind === 'sqlite') await sql`analyze`.execute(store.db)
  else for (const table of ['message', 'member']) await sql`analyze table ${sql.table(table)}`.execute(store.db)
}

/** The index over (conversation, seq), as each of the two names it. */
const BY_SEQ = /"key":"message_change"|message USING INDEX \w+ \(conversation_id=\? AND seq>\?\)/

test('missed messages are found by the index over conversation and seq', async () => {
  const { ben, cursor } = await createHistory(3_000)
  await addOthers(10_000)
  const [plan, ...more] = await explain('message', (spied) => pullFrom(ben, cursor, spied))
  expect(more).toEqual([])
  expect(plan).toMatch(BY_SEQ)
  expect(plan).not.toMatch(WHOLE)
})

test.each([1, 2, 30])(
  '%i conversations that arrive, and what was missed beside, are found by indexes',
  async (count) => {
    const { ben, cursor } = await createHistory(3_000)
    const cid = await campus.register()
    for (let index = 0; index < count; index += 1) {
      const group = await campus.group(cid)
      await campus.accept(cid, ...sends(60, group), addMembers(group, ben), ...sends(20, group))
    }
    await addOthers(10_000)
    const plans = [
      ...(await explain('message', (spied) => pullFrom(ben, cursor, spied))),
      ...(await explain('member', (spied) => pullFrom(ben, cursor, spied))),
    ]
    expect(plans).toHaveLength(5)
    for (const plan of plans) expect(plan).not.toMatch(WHOLE)
  },
)

test.each([1, 25])('a first pull of %i groups finds members and messages by indexes', async (count) => {
  const ben = await campus.register()
  for (let index = 0; index < count; index += 1) await campus.accept(ben, ...sends(60, await campus.group(ben)))
  await addOthers(10_000)
  const plans = [
    ...(await explain('message', (spied) => pullFrom(ben, 0, spied))),
    ...(await explain('member', (spied) => pullFrom(ben, 0, spied))),
  ]
  expect(plans).toHaveLength(3)
  for (const plan of plans) expect(plan).not.toMatch(WHOLE)
})

test('a page of history is found by the index over conversation and n', async () => {
  const { ben, group } = await createHistory(3_000)
  await addOthers(10_000)
  const input = { log: CAMPUS_LOG, conversation: group, before: 2_000, limit: 200 }
  const [plan] = await explain('message', (spied) => history(spied, ben, input))
  expect(plan).toMatch(/"key":"message_place"|message USING INDEX \w+ \(conversation_id=\? AND n<\?\)/)
  expect(plan).not.toMatch(WHOLE)
})
