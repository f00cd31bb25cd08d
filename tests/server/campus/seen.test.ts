import { CompiledQuery, type KyselyPlugin, sql } from 'kysely'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countSeen } from '../../../server/campus/seen.ts'
import type { Store } from '../../../server/store/store.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  addMembers,
  type Campus,
  createCampus,
  leaveGroup,
  read,
  removeMember,
  send,
  setPreference,
} from '../../support/campus.ts'

let backend: Backend
let campus: Campus
let time = 1_800_000_000_000
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store, now: () => (time += 1) })
})
afterAll(() => backend.dispose())

/** A number, or the code of the refusal. */
async function seenBy(userId: string, conversation: string, n: number): Promise<number | string> {
  const outcome = await countSeen(campus.store, userId, { conversation, n })
  return outcome.kind === 'count' ? outcome.count : outcome.refusal.code
}

async function findLastN(conversation: string): Promise<number> {
  const places = campus.store.db.selectFrom('conversation').select('last_n').where('id', '=', conversation)
  return (await places.executeTakeFirstOrThrow()).last_n
}

/** A group in which Ann has said three things, of which Ben has read two and Cid all. */
async function createReadGroup() {
  const [ann, ben, cid, dan] = await Promise.all(['Ann', 'Ben', 'Cid', 'Dan'].map((name) => campus.register(name)))
  if (ann === undefined || ben === undefined || cid === undefined || dan === undefined) throw new Error('nobody')
  const group = await campus.group(ann, ben, cid, dan)
  await campus.accept(ann, send(group), send(group), send(group))
  await campus.accept(ben, read(group, 2))
  await campus.accept(cid, read(group, 3))
  return { ann, ben, cid, dan, group }
}

test('a message was seen by those others who have read that far', async () => {
  const { ann, ben, dan, group } = await createReadGroup()
  expect(await Promise.all([1, 2, 3].map((n) => seenBy(ann, group, n)))).toEqual([2, 2, 1])
  // Nobody counts for themselves; Ann read what she wrote.
  expect(await seenBy(ben, group, 2)).toBe(2)
  expect(await seenBy(dan, group, 3)).toBe(2)
})

test('a message that is not there yet was seen by nobody', async () => {
  const { ann, group } = await createReadGroup()
  expect(await seenBy(ann, group, 4)).toBe(0)
  expect(await seenBy(ann, group, Number.MAX_SAFE_INTEGER)).toBe(0)
})

test('whoever keeps to themselves what they have seen is not counted, and is told nothing', async () => {
  const { ann, ben, cid, group } = await createReadGroup()
  await campus.accept(cid, setPreference({ seen: false }))
  expect(await seenBy(ann, group, 1)).toBe(1)
  expect(await seenBy(cid, group, 1)).toBe('forbidden')
  // The other preference is another matter.
  await campus.accept(ben, setPreference({ presence: false }))
  expect(await seenBy(ann, group, 1)).toBe(1)
  expect(await seenBy(ben, group, 1)).toBe(1)
  await campus.accept(cid, setPreference({ seen: true }))
  expect(await seenBy(ann, group, 1)).toBe(2)
  expect(await seenBy(cid, group, 1)).toBe(2)
})

test('whoever left or was removed is not counted', async () => {
  const { ann, ben, cid, group } = await createReadGroup()
  await campus.accept(ben, leaveGroup(group))
  expect(await seenBy(ann, group, 1)).toBe(1)
  await campus.accept(ann, removeMember(group, cid))
  expect(await seenBy(ann, group, 1)).toBe(0)
})

test('whoever came later, and so began with everything read, is not said to have seen it', async () => {
  const { ann, group } = await createReadGroup()
  const eva = await campus.register('Eva')
  await campus.accept(ann, addMembers(group, eva))
  expect(await seenBy(ann, group, 3)).toBe(1)
  await campus.accept(ann, send(group))
  expect(await seenBy(ann, group, 4)).toBe(0)
  await campus.accept(eva, read(group, 4))
  expect(await seenBy(ann, group, 4)).toBe(1)
})

test('in Everyone those count who were there and have read it', async () => {
  const ann = await campus.register('Ann')
  const ben = await campus.register('Ben')
  await campus.accept(ann, send())
  const n = await findLastN(EVERYONE_ID)
  await campus.register('Newcomer')
  expect(await seenBy(ann, EVERYONE_ID, n)).toBe(0)
  await campus.accept(ben, read(EVERYONE_ID, n))
  expect(await seenBy(ann, EVERYONE_ID, n)).toBe(1)
})

test('in a direct conversation it is one or none', async () => {
  const ann = await campus.register('Ann')
  const ben = await campus.register('Ben')
  const direct = await campus.direct(ann, ben)
  await campus.accept(ann, send(direct))
  expect(await seenBy(ann, direct, 1)).toBe(0)
  await campus.accept(ben, read(direct, 1))
  expect(await seenBy(ann, direct, 1)).toBe(1)
})

const outsiders: [who: string, prepare: (group: string, leader: string) => Promise<string>][] = [
  ['a stranger', () => campus.register()],
  [
    'somebody who left',
    async (group, leader) => {
      const cid = await campus.register()
      await campus.accept(leader, addMembers(group, cid))
      await campus.accept(cid, leaveGroup(group))
      return cid
    },
  ],
]
test.each(outsiders)('%s learns nothing, not even whether there is such a conversation', async (_, prepare) => {
  const { ann, group } = await createReadGroup()
  const outsider = await prepare(group, ann)
  const told = await countSeen(campus.store, outsider, { conversation: group, n: 1 })
  expect(told).toMatchObject({ kind: 'refused', refusal: { code: 'not_a_member' } })
  expect(await countSeen(campus.store, outsider, { conversation: uuidv7(), n: 1 })).toEqual(told)
})

/** How the database reads a table in the statement that counts. */
async function explainCount(table: string, userId: string, conversation: string, n: number): Promise<string> {
  const queries: CompiledQuery[] = []
  const spy: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      queries.push(campus.store.db.getExecutor().compileQuery(node, queryId))
      return node
    },
    transformResult: async ({ result }) => result,
  }
  const spied: Store = { ...campus.store, db: campus.store.db.withPlugin(spy) }
  await countSeen(spied, userId, { conversation, n })
  const [count, ...more] = queries.filter((query) => query.sql.includes('count(*)'))
  if (count === undefined || more.length > 0) throw new Error('it is not counted in one statement')
  const verb = backend.kind === 'mysql' ? 'explain' : 'explain query plan'
  const plan = await campus.store.db.executeQuery(CompiledQuery.raw(`${verb} ${count.sql}`, [...count.parameters]))
  const steps = plan.rows.map((row) => JSON.stringify(row))
  return steps.filter((step) => new RegExp(`"table":"${table}"|"detail":"\\w+ ${table} `).test(step)).join('\n')
}

/** As each of the two says that it reads a whole table or index. */
const WHOLE = /"type":"(ALL|index)"|"detail":"SCAN/
const BY_POSITION =
  /"key":"reading_position"|reading USING (COVERING )?INDEX reading_position \(conversation_id=\? AND n>\?\)/

test('of thousands in Everyone those who have read so far are found by the index over conversation and n', async () => {
  const ann = await campus.register('Ann')
  await campus.accept(ann, send())
  const n = await findLastN(EVERYONE_ID)
  const users = Array.from({ length: 3_000 }, (_, index) => ({ id: uuidv7(), seq: 1_000_000 + index }))
  await campus.store.db
    .insertInto('user')
    .values(users.map(({ id, seq }) => ({ id, seq, handle: `s${seq}`, name: 'A student', created_at: 1, former: 0 })))
    .execute()
  const readings = users.map(({ id, seq }, index) => ({ user_id: id, seq, n: index % 100 === 0 ? n : 0 }))
  await campus.store.db
    .insertInto('reading')
    .values(readings.map((reading) => ({ ...reading, conversation_id: EVERYONE_ID })))
    .execute()
  const preferences = users.map(({ id, seq }, index) => ({ user_id: id, seq, seen: index % 200 === 0 ? 0 : 1 }))
  await campus.store.db
    .insertInto('preference')
    .values(preferences.map((preference) => ({ ...preference, presence: 1 })))
    .execute()
  // Both plan by what they last counted.
  for (const table of ['user', 'reading', 'message', 'preference']) {
    await (backend.kind === 'sqlite' ? sql`analyze` : sql`analyze table ${sql.table(table)}`).execute(campus.store.db)
  }
  expect(await seenBy(ann, EVERYONE_ID, n)).toBe(15)
  expect(await explainCount('reading', ann, EVERYONE_ID, n)).toMatch(BY_POSITION)
  for (const table of ['reading', 'user', 'message', 'preference']) {
    expect(await explainCount(table, ann, EVERYONE_ID, n)).not.toMatch(WHOLE)
  }
})

test('in a group too', async () => {
  const { ann, group } = await createReadGroup()
  for (const table of ['reading', 'member', 'preference']) {
    const plan = await explainCount(table, ann, group, 2)
    expect(plan).not.toBe('')
    expect(plan).not.toMatch(WHOLE)
  }
})
