import { sql } from 'kysely'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CampusCommand } from '../../../server/campus/command.ts'
import { history } from '../../../server/campus/history.ts'
import type { Store } from '../../../server/store/store.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  addMembers,
  type Campus,
  createCampus,
  hide,
  pin,
  pullCampus,
  react,
  read,
  receive,
  registerUser,
  send,
  setDraft,
  setPreference,
} from '../../support/campus.ts'
import { explainQuery, noteQueries, WHOLE } from '../../support/plans.ts'

// How the database finds what it is asked for, on a campus where much else goes on.

let backend: Backend
let campus: Campus
let store: Store
beforeAll(async () => {
  backend = await createBackend()
  store = backend.store
  campus = createCampus({ store })
  await addOthers()
}, 120_000)
afterAll(() => backend.dispose())

const sends = (count: number, conversationId: string) => Array.from({ length: count }, () => send(conversationId))
const pullFrom = (userId: string, cursor: number, from: Store) => pullCampus(from, userId, { cursor })

/** A group of two with some history, of which one of them missed the last 200 messages. */
async function createHistory(): Promise<{ ben: string; group: string; cursor: number }> {
  const ann = await campus.register()
  const ben = await campus.register()
  const group = await campus.group(ann, ben)
  await campus.accept(ann, ...sends(3_000, group))
  const cursor = await campus.head()
  await campus.accept(ann, ...sends(200, group))
  return { ben, group, cursor }
}

/** How the database finds what `work` asks of a table: the plan of each of its statements, as one text; or what they ask of another. */
async function explain(table: string, work: (store: Store) => Promise<unknown>, of = table): Promise<string[]> {
  const noted = noteQueries(store)
  await work(noted.store)
  const plans: string[] = []
  for (const query of noted.queries) {
    if (!new RegExp(`^select.*(from|join) [\`"]${table}[\`"]`).test(query.sql)) continue
    plans.push(await explainQuery(store, query, of))
  }
  return plans
}

/** The statements that `work` asks of a table, so many, none of which reads all of it. */
async function expectIndexed(table: string, count: number, work: (store: Store) => Promise<unknown>): Promise<void> {
  const plans = await explain(table, work)
  expect([table, plans.length]).toEqual([table, count])
  for (const plan of plans) {
    expect(plan, table).not.toBe('')
    expect(plan, table).not.toMatch(WHOLE)
  }
}

/** Groups of other people, what they say, and what hangs on it. */
async function addOthers(): Promise<void> {
  const people = Array.from({ length: 60 }, () => uuidv7())
  await campus.accept(uuidv7(), ...people.map((id) => registerUser(id, 'One of many')))
  const [leader = '', reader = '', ...others] = people
  for (let index = 0; index < 20; index += 1) {
    const group = await campus.group(leader, ...people)
    const said = sends(500, group)
    await campus.accept(leader, ...said, send(group, 'All', { mentionsAll: true, mentions: others.slice(0, 50) }))
    await Promise.all([
      campus.accept(
        reader,
        ...said.map(({ id }) => react(group, id)),
        ...said.slice(0, 30).map(({ id }) => pin(group, id)),
      ),
      ...others.map((id) => campus.accept(id, read(group, 20), setDraft(group, 'A draft'))),
    ])
  }
}

/** MySQL plans by what it last counted, and SQLite too where an operator had it count. */
async function analyze(): Promise<void> {
  if (backend.kind === 'sqlite') await sql`analyze`.execute(store.db)
  else {
    for (const table of ['message', 'member', 'annotation', 'mention', 'reading', 'personal', 'hidden_message']) {
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
  const { ben, group, cursor } = await createHistory()
  const messages = await store.db.selectFrom('message').select('id').where('conversation_id', '=', group).execute()
  await campus.accept(ben, ...messages.slice(0, 300).map(({ id }) => react(group, id)))
  // Most of what follows the cursor is not of this conversation.
  const other = await campus.register()
  const elsewhere = sends(3_000, await campus.group(other))
  await campus.accept(other, ...elsewhere, ...elsewhere.map(({ id, conversationId }) => react(conversationId, id)))
  await analyze()
  for (const table of ['message', 'annotation'] as const) {
    const [plan, ...more] = await explain(table, (spied) => pullFrom(ben, cursor, spied))
    expect(more).toEqual([])
    expect(plan).toMatch(BY_SEQ[table])
    expect(plan).not.toMatch(WHOLE)
  }
})

/** What MariaDB sorts it reads whole first, however much that is. */
const SORTED = /filesort/

/** MariaDB calls it `ref` where it goes by the conversation alone, and reads that from its beginning. */
const FROM_BEGINNING = /"type":"ref"/

test.each([1, 2, 120])(
  'what follows the middle of a long conversation, and of %i in all, is read from there on, and no more than a page of each',
  async (count) => {
    const ann = await campus.register()
    const ben = await campus.register()
    const group = await campus.group(ann, ben)
    const said = sends(4_000, group)
    await campus.accept(ann, ...said, ...said.map(({ id }) => react(group, id)))
    const messages = await store.db.selectFrom('message').select('seq').where('conversation_id', '=', group).execute()
    const cursor = messages.map(({ seq }) => seq).sort((one, other) => one - other)[2_000] ?? 0
    for (let more = 1; more < count; more += 1) {
      const other = await campus.group(ann)
      await campus.accept(ann, ...sends(4, other), addMembers(other, ben))
    }
    await campus.accept(ann, ...sends(8_000, await campus.group(ann)))
    await analyze()
    const plans = await explain('message', (spied) => pullFrom(ben, cursor, spied))
    expect(plans[0]).toMatch(BY_SEQ.message)
    const [annotations = ''] = await explain('annotation', (spied) => pullFrom(ben, cursor, spied))
    expect(annotations).toMatch(BY_SEQ.annotation)
    for (const plan of [plans[0], annotations]) {
      expect(plan).not.toMatch(WHOLE)
      expect(plan).not.toMatch(FROM_BEGINNING)
      expect(plan).not.toMatch(SORTED)
    }
  },
)

test.each([1, 2, 30])(
  '%i conversations that arrive, and what was missed beside, are found by indexes',
  async (count) => {
    const { ben, cursor } = await createHistory()
    const cid = await campus.register()
    for (let index = 0; index < count; index += 1) {
      const group = await campus.group(cid)
      const [first, ...more] = sends(60, group)
      if (first === undefined) return expect.unreachable()
      await campus.accept(cid, first, ...more, pin(group, first.id), react(group, first.id), addMembers(group, ben))
      await campus.accept(cid, ...sends(20, group))
    }
    await analyze()
    const work = (spied: Store) => pullFrom(ben, cursor, spied)
    await expectIndexed('message', 3, work)
    await expectIndexed('member', 3, work)
    await expectIndexed('annotation', 2, work)
    await expectIndexed('mention', 1, work)
    await expectIndexed('reading', 2, work)
    await expectIndexed('personal', 1, work)
    await expectIndexed('event', 2, work)
  },
)

test.each([1, 25])('a first pull of %i groups finds all that it brings by indexes', async (count) => {
  const ben = await campus.register()
  for (let index = 0; index < count; index += 1) await campus.accept(ben, ...sends(60, await campus.group(ben)))
  await analyze()
  const work = (spied: Store) => pullFrom(ben, 0, spied)
  await expectIndexed('message', 2, work)
  await expectIndexed('member', 2, work)
  await expectIndexed('annotation', 1, work)
  await expectIndexed('mention', 1, work)
  await expectIndexed('reading', 2, work)
  await expectIndexed('personal', 1, work)
  await expectIndexed('event', 1, work)
})

test('what others have seen, told again, is found by the key of receipts', async () => {
  const { ben, cursor } = await createHistory()
  await campus.accept(ben, setPreference({ seen: false }), setPreference({ presence: false }))
  await campus.accept(ben, setPreference({ seen: true }))
  await analyze()
  await expectIndexed('receipt', 2, (spied) => pullFrom(ben, cursor, spied))
})

/** The index over (user, seq), as each of the two names it. */
const HIDDEN_BY_SEQ =
  /"key":"hidden_message_change"|hidden_message USING INDEX hidden_message_change \(user_id=\? AND seq>\?\)/

test('what somebody deleted for themselves since is found by the index over who and seq, however much that is by now', async () => {
  const { ben, group } = await createHistory()
  const messages = await store.db.selectFrom('message').select('id').where('conversation_id', '=', group).execute()
  await campus.accept(ben, ...messages.slice(0, 2_000).map(({ id }) => hide(group, id)))
  const cursor = await campus.head()
  await campus.accept(ben, ...messages.slice(2_000, 2_010).map(({ id }) => hide(group, id)))
  // Most of what follows the cursor is somebody else's.
  const other = await campus.register()
  const theirs = sends(2_000, await campus.group(other))
  await campus.accept(other, ...theirs, ...theirs.map(({ id, conversationId }) => hide(conversationId, id)))
  await analyze()
  const [plan] = await explain('reading', (spied) => pullFrom(ben, cursor, spied), 'hidden_message')
  expect(plan).toMatch(HIDDEN_BY_SEQ)
  expect(plan).not.toMatch(WHOLE)
})

const BY_PLACE = /"key":"message_place"|message USING INDEX \w+ \(conversation_id=\? AND n[<>]\?(?: AND n<\?)?\)/
const BY_MOMENT =
  /"key":"message_sent"|message USING (COVERING )?INDEX message_sent \(conversation_id=\? AND sent_at[=>]\?\)/

test('a page of history is found by the index over conversation and n, and what hangs on it by its key', async () => {
  const { ben, group } = await createHistory()
  await analyze()
  const input = { log: CAMPUS_LOG, conversation: group, from: { before: 2_000 }, limit: 200 }
  const [plan, ...more] = await explain('message', (spied) => history(spied, ben, input))
  expect(more).toEqual([])
  expect(plan).toMatch(BY_PLACE)
  expect(plan).not.toMatch(WHOLE)
  await expectIndexed('annotation', 1, (spied) => history(spied, ben, input))
  await expectIndexed('event', 1, (spied) => history(spied, ben, input))
})

test.each([0, 1_700_000_000_000, 999_999_999_999_999])(
  'history from the moment %i on is found by the indexes over when and n',
  async (at) => {
    const { ben, group } = await createHistory()
    await analyze()
    const input = { log: CAMPUS_LOG, conversation: group, from: { at }, limit: 200 }
    const plans = await explain('message', (spied) => history(spied, ben, input))
    const page = plans.pop()
    expect(plans).toHaveLength(at > Date.now() ? 1 : 2)
    for (const plan of plans) {
      expect(plan).toMatch(BY_MOMENT)
      expect(plan).not.toMatch(WHOLE)
      expect(plan).not.toMatch(SORTED)
    }
    expect(page).toMatch(/"key":"message_place"|message USING INDEX \w+ \(conversation_id=\?/)
    expect(page).not.toMatch(WHOLE)
  },
)

test('what a command has to know is found by indexes', async () => {
  const { ben, group } = await createHistory()
  const message = send(group)
  await campus.accept(ben, message)
  await analyze()
  const ask =
    (...commands: CampusCommand[]) =>
    (spied: Store) =>
      createCampus({ store: spied }).accept(ben, ...commands)
  await expectIndexed('message', 2, ask(pin(group, message.id)))
  await expectIndexed('annotation', 1, ask(react(group, message.id)))
  await expectIndexed('receipt', 1, ask(read(group, 1_000), receive(group, 1_001)))
  await expectIndexed('receipt', 1, (spied) => createCampus({ store: spied }).publishReceipts(group))
  await expectIndexed('personal', 1, ask(setDraft(group, 'A draft'), setDraft(group, 'Another')))
  await expectIndexed('hidden_message', 1, ask(hide(group, message.id), hide(group, message.id, false)))
  await expectIndexed('preference', 0, ask(send(group)))
})
