import { CompiledQuery, type KyselyPlugin, sql } from 'kysely'
import { uuidv7 } from 'uuidv7'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { history } from '../../../server/log/history.ts'
import { pull } from '../../../server/log/pull.ts'
import type { Store } from '../../../server/store/store.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import type { CampusCommand } from '../../../server/commands/command.ts'
import {
  addMembers,
  type Campus,
  createCampus,
  edit,
  pin,
  react,
  read,
  receive,
  remove,
  send,
  setDraft,
  setPreference,
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

test('editing 100 messages at once is at most 11 statements', async () => {
  const ann = await campus.register()
  const messages = sends(100, EVERYONE_ID)
  await campus.accept(ann, ...messages)
  const found = await listStatements(() =>
    campus.accept(ann, ...messages.map(({ id, conversationId }) => edit(conversationId, id))),
  )
  expect(found.length).toBeLessThanOrEqual(11)
})

const crowds: [what: string, most: number, build: (groups: string[], messages: string[][]) => CampusCommand[]][] = [
  ['reactions', 11, (groups, messages) => messages.flatMap((ids, at) => ids.map((id) => react(groups[at] ?? '', id)))],
  ['pins', 11, (groups, messages) => messages.flatMap((ids, at) => ids.map((id) => pin(groups[at] ?? '', id)))],
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
      return { id, seq, handle: `s${seq}`, name: 'A student', picture_id: null, created_at: 1 }
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

test('a page that brings a conversation is at most 12 statements', async () => {
  const { ben, cursor } = await createHistory(300)
  await campus.group(await campus.register(), ben)
  const found = await listStatements(() => pullFrom(ben, cursor))
  expect(found.length).toBeLessThanOrEqual(12)
})

test('a pull at the head is at most 6 statements', async () => {
  const { ben } = await createHistory(300)
  const head = await campus.head()
  const found = await listStatements(() => pullFrom(ben, head))
  expect(found.length).toBeLessThanOrEqual(6)
})

/** How the database finds what `work` asks of a table: the plan of each of its statements, as one text. */
async function explain(table: string, work: (store: Store) => Promise<unknown>): Promise<string[]> {
  const queries: CompiledQuery[] = []
  const spy: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      queries.push(store.db.getExecutor().compileQuery(node, queryId))
      return node
    },
    transformResult: async ({ result }) => result,
  }
  await work({
    ...store,
    read: (inner) => store.read((db) => inner(db.withPlugin(spy))),
    write: (inner) => store.write((db) => inner(db.withPlugin(spy))),
  })
  const verb = backend.kind === 'mysql' ? 'explain' : 'explain query plan'
  const plans: string[] = []
  for (const query of queries) {
    if (!new RegExp(`^select.*(from|join) [\`"]${table}[\`"]`).test(query.sql)) continue
    const { rows } = await store.db.executeQuery(CompiledQuery.raw(`${verb} ${query.sql}`, [...query.parameters]))
    const steps = rows.map((row) => JSON.stringify(row))
    plans.push(
      steps.filter((step) => new RegExp(`"table":"${table}"|"detail":"\\w+ ${table}[ "]`).test(step)).join('\n'),
    )
  }
  return plans
}

/** MySQL says `"type":"ALL"` or `"type":"index"` where it reads a whole table or index, SQLite `SCAN`. */
const WHOLE = /"type":"(ALL|index)"|"detail":"SCAN/

/** The statements that `work` asks of a table, so many, none of which reads all of it. */
async function expectIndexed(table: string, count: number, work: (store: Store) => Promise<unknown>): Promise<void> {
  const plans = await explain(table, work)
  expect([table, plans.length]).toEqual([table, count])
  for (const plan of plans) {
    expect(plan, table).not.toBe('')
    expect(plan, table).not.toMatch(WHOLE)
  }
}

/** What goes on elsewhere: groups of other people, what they say, and what hangs on it. */
async function addOthers(messages: number): Promise<void> {
  const [leader = '', reader = '', ...others] = await insertUsers(200)
  for (let index = 0; index < 20; index += 1) {
    const group = await campus.group(leader, reader, ...others)
    const said = sends(messages / 20, group)
    await campus.accept(leader, ...said, send(group, 'All', { mentionsAll: true, mentions: others.slice(0, 50) }))
    await campus.accept(reader, ...said.map(({ id }) => react(group, id)))
    await campus.accept(leader, ...said.slice(0, 30).map(({ id }) => pin(group, id)))
    await Promise.all(others.map((id) => campus.accept(id, read(group, 20), setDraft(group, 'A draft'))))
  }
  // MySQL plans by what it last counted, and SQLite too where an operator had it count.
  if (backend.kind === 'sqlite') await sql`analyze`.execute(store.db)
  else {
    for (const table of ['message', 'member', 'annotation', 'mention', 'reading', 'personal']) {
      await sql`analyze table ${sql.table(table)}`.execute(store.db)
    }
  }
}

/** The index over (conversation, seq), as each of the two names it. */
const BY_SEQ = {
  message: /"key":"message_change"|message USING INDEX \w+ \(conversation_id=\? AND seq>\?\)/,
  annotation: /"key":"annotation_change"|annotation USING INDEX \w+ \(conversation_id=\? AND seq>\?\)/,
}

test('missed messages, and what hangs on them, are found by the index over conversation and seq', async () => {
  const { ben, group, cursor } = await createHistory(3_000)
  const messages = await store.db.selectFrom('message').select('id').where('conversation_id', '=', group).execute()
  await campus.accept(ben, ...messages.slice(0, 300).map(({ id }) => react(group, id)))
  await addOthers(10_000)
  for (const table of ['message', 'annotation'] as const) {
    const [plan, ...more] = await explain(table, (spied) => pullFrom(ben, cursor, spied))
    expect(more).toEqual([])
    expect(plan).toMatch(BY_SEQ[table])
    expect(plan).not.toMatch(WHOLE)
  }
})

test.each([1, 2, 30])(
  '%i conversations that arrive, and what was missed beside, are found by indexes',
  async (count) => {
    const { ben, cursor } = await createHistory(3_000)
    const cid = await campus.register()
    for (let index = 0; index < count; index += 1) {
      const group = await campus.group(cid)
      const [first, ...more] = sends(60, group)
      if (first === undefined) return expect.unreachable()
      await campus.accept(cid, first, ...more, pin(group, first.id), react(group, first.id), addMembers(group, ben))
      await campus.accept(cid, ...sends(20, group))
    }
    await addOthers(10_000)
    const work = (spied: Store) => pullFrom(ben, cursor, spied)
    await expectIndexed('message', 3, work)
    await expectIndexed('member', 3, work)
    await expectIndexed('annotation', 2, work)
    await expectIndexed('mention', 1, work)
    await expectIndexed('reading', 2, work)
    await expectIndexed('personal', 1, work)
  },
)

test.each([1, 25])('a first pull of %i groups finds all that it brings by indexes', async (count) => {
  const ben = await campus.register()
  for (let index = 0; index < count; index += 1) await campus.accept(ben, ...sends(60, await campus.group(ben)))
  await addOthers(10_000)
  const work = (spied: Store) => pullFrom(ben, 0, spied)
  await expectIndexed('message', 2, work)
  await expectIndexed('member', 2, work)
  await expectIndexed('annotation', 1, work)
  await expectIndexed('mention', 1, work)
  await expectIndexed('reading', 2, work)
  await expectIndexed('personal', 1, work)
})

test('what others have seen, told again, is found by the key of annotations', async () => {
  const { ben, cursor } = await createHistory(3_000)
  await campus.accept(ben, setPreference({ seen: false }), setPreference({ presence: false }))
  await campus.accept(ben, setPreference({ seen: true }))
  await addOthers(10_000)
  await expectIndexed('annotation', 2, (spied) => pullFrom(ben, cursor, spied))
})

const BY_PLACE = /"key":"message_place"|message USING INDEX \w+ \(conversation_id=\? AND n[<>]\?\)/
const BY_MOMENT =
  /"key":"message_sent"|message USING (COVERING )?INDEX message_sent \(conversation_id=\? AND sent_at>\?\)/

test('a page of history is found by the index over conversation and n, and what hangs on it by its key', async () => {
  const { ben, group } = await createHistory(3_000)
  await addOthers(10_000)
  const input = { log: CAMPUS_LOG, conversation: group, from: { before: 2_000 }, limit: 200 }
  const [plan, ...more] = await explain('message', (spied) => history(spied, ben, input))
  expect(more).toEqual([])
  expect(plan).toMatch(BY_PLACE)
  expect(plan).not.toMatch(WHOLE)
  await expectIndexed('annotation', 1, (spied) => history(spied, ben, input))
})

test.each([0, 1_700_000_000_000, 999_999_999_999_999])(
  'history from the moment %i on is found by the indexes over when and n',
  async (at) => {
    const { ben, group } = await createHistory(3_000)
    await addOthers(10_000)
    const input = { log: CAMPUS_LOG, conversation: group, from: { at }, limit: 200 }
    const [first, page, ...more] = await explain('message', (spied) => history(spied, ben, input))
    expect(more).toEqual([])
    expect(first).toMatch(BY_MOMENT)
    expect(first).not.toMatch(WHOLE)
    expect(page).toMatch(/"key":"message_place"|message USING INDEX \w+ \(conversation_id=\?/)
    expect(page).not.toMatch(WHOLE)
  },
)

test('what a command has to know is found by indexes', async () => {
  const { ben, group } = await createHistory(3_000)
  const message = send(group)
  await campus.accept(ben, message)
  await addOthers(10_000)
  const ask =
    (...commands: CampusCommand[]) =>
    (spied: Store) =>
      createCampus({ store: spied }).accept(ben, ...commands)
  await expectIndexed('message', 2, ask(pin(group, message.id)))
  await expectIndexed('annotation', 1, ask(react(group, message.id), read(group, 1_000), receive(group, 1_001)))
  await expectIndexed('personal', 1, ask(setDraft(group, 'A draft'), setDraft(group, 'Another')))
  await expectIndexed('preference', 0, ask(send(group)))
})
