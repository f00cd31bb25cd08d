import { afterEach, beforeEach, expect, test } from 'vitest'
import type { StaffCommand, StudentCommand } from '../../../shared/classroom/commands.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  answer,
  ask,
  choose,
  createReceipt,
  createTestClassroom,
  edit,
  follow,
  judge,
  mark,
  merge,
  poll,
  post,
  retract,
  type TestClassroom,
  vote,
  withdraw,
} from '../../support/classroom.ts'

let backend: Backend
let room: TestClassroom
let statements: string[] = []
beforeEach(async () => {
  backend = await createBackend()
  room = await createTestClassroom({ store: backend.openStore((statement) => statements.push(statement)) })
})
afterEach(() => backend.dispose())

/** What `work` runs: the connection that a handle opens first sets itself up, which is counted out. */
async function countStatements(work: () => Promise<unknown>): Promise<number> {
  await room.accept(ask().command)
  await room.rows('staff')
  statements = []
  await work()
  return statements.length
}

/** Sends the first alone, while which the others gather: two batches. */
const together = (commands: readonly StudentCommand[]) => Promise.all(commands.map((command) => room.accept(command)))

async function askMany(count: number) {
  const asked = Array.from({ length: count }, () => ask())
  await together(asked.map(({ command }) => command))
  return asked
}

test('300 votes at once are at most 26 statements in two batches, begin and commit included', async () => {
  const asked = await askMany(30)
  const votes = asked.flatMap(({ id }) => Array.from({ length: 10 }, () => vote(id)))
  expect(votes).toHaveLength(300)
  const found = await countStatements(() => together(votes))
  expect(found).toBeLessThanOrEqual(26)
  expect((await room.rows()).filter((row) => row.type === 'question' && row.votes === 10)).toHaveLength(30)
})

const bursts: [what: string, most: number, build: (asked: ReturnType<typeof ask>[]) => Promise<StudentCommand[]>][] = [
  ['questions', 20, async (asked) => asked.map(() => ask().command)],
  ['edits', 24, async (asked) => asked.map(({ id, receipt }) => edit(id, receipt))],
  ['withdrawals', 20, async (asked) => asked.map(({ id, receipt }) => withdraw(id, receipt))],
  ['follow-ups', 22, async (asked) => asked.map(({ id, receipt }) => follow(id, receipt))],
  ['answers', 22, async (asked) => asked.map(({ id }) => post(id))],
  [
    'votes that are taken back',
    26,
    async (asked) => {
      const cast = asked.map(({ id }) => ({ id, ...createReceipt() }))
      await together(cast.map(({ id, receiptHash }) => vote(id, receiptHash)))
      return cast.map(({ id, receipt }) => retract(id, receipt))
    },
  ],
  [
    'answers to a poll',
    22,
    async (asked) => {
      const made = poll()
      await room.act(made)
      return asked.map(() => choose(made.id, [1]))
    },
  ],
]
test.each(bursts)('100 %s at once are at most %i statements', async (_, most, build) => {
  const commands = await build(await askMany(100))
  expect(commands).toHaveLength(100)
  const found = await countStatements(() => together(commands))
  expect(found).toBeLessThanOrEqual(most)
})

const judged: [what: string, most: number, build: (ids: string[]) => StaffCommand[]][] = [
  ['approvals', 12, (ids) => ids.map((id) => judge(id, 'shown'))],
  ['marks', 12, (ids) => ids.map((id) => mark(id, { pinned: true }))],
  ['answers', 14, (ids) => ids.map((id) => answer(id))],
  ['merges', 14, (ids) => ids.slice(1).map((id) => merge(id, ids[0] ?? ''))],
]
test.each(judged)('100 %s of staff at once are at most %i statements', async (_, most, build) => {
  const asked = await askMany(100)
  const found = await countStatements(() => room.act(...build(asked.map(({ id }) => id))))
  expect(found).toBeLessThanOrEqual(most)
})

test('a page costs the same with one question as with four hundred and a poll', async () => {
  const measure = (audience: 'everybody' | 'staff') => countStatements(() => room.pull(audience))
  await room.act(poll())
  const few = [await measure('everybody'), await measure('staff')]
  const asked = await askMany(400)
  await together(asked.map(({ id }) => post(id)))
  expect([await measure('everybody'), await measure('staff')]).toEqual(few)
  expect(few[0]).toBeLessThanOrEqual(8)
  expect(few[1]).toBeLessThanOrEqual(9)
})

test('a long thread that comes into view fits into the statements of every store', async () => {
  const asked = await askMany(40)
  for (const { id } of asked) await together(Array.from({ length: 60 }, () => post(id)))
  await room.act(...asked.map(({ id }) => judge(id, 'held')))
  expect((await room.rows()).filter((row) => row.type === 'reply' && row.state === 'held')).toHaveLength(2_400)
  expect(room.errors).toEqual([])
}, 60_000)

test('as many votes as a batch holds, each for another question, fit into one statement', async () => {
  const asked = await askMany(500)
  await together(asked.map(({ id }) => vote(id)))
  const published = room.published.length
  await together([ask().command, ...asked.map(({ id }) => vote(id))])
  expect(room.published.length - published).toBe(2)
  expect((await room.rows()).filter((row) => row.type === 'question' && row.votes === 2)).toHaveLength(500)
  expect(room.errors).toEqual([])
}, 60_000)
