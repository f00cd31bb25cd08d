import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { StudentCommand } from '../../../shared/classroom/commands.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  ask,
  choose,
  createReceipt,
  createTestClassroom,
  dumpClassrooms,
  edit,
  mark,
  poll,
  post,
  retract,
  type TestClassroom,
  vote,
} from '../../support/classroom.ts'

// What a network delivers once more, long after it was done and after others were.

const DAY_MS = 24 * 60 * 60_000

let backend: Backend
let room: TestClassroom
let asked: ReturnType<typeof ask>
beforeAll(async () => {
  backend = await createBackend()
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  room = await createTestClassroom({ store: backend.store, body: { answers: 'everyone' } })
  asked = ask()
  await room.accept(asked.command)
})

/** Does all of it, and then the first once more. */
async function doAgainLate(late: StudentCommand, ...between: StudentCommand[]): Promise<void> {
  await room.accept(late)
  for (const command of between) await room.accept(command)
  const before = await dumpClassrooms(backend.store)
  const { length } = room.published
  await room.accept(late)
  expect(await dumpClassrooms(backend.store)).toEqual(before)
  expect(room.published).toHaveLength(length)
}

test('a vote that was taken back does not count again', async () => {
  const { receipt, receiptHash } = createReceipt()
  await doAgainLate(vote(asked.id, receiptHash), retract(asked.id, receipt))
  expect(await room.row('question', asked.id)).toMatchObject({ votes: 0 })
})

test('a vote that is taken back does not take back the next one', async () => {
  const { receipt, receiptHash } = createReceipt()
  await room.accept(vote(asked.id, receiptHash))
  await doAgainLate(retract(asked.id, receipt), vote(asked.id, receiptHash))
  expect(await room.row('question', asked.id)).toMatchObject({ votes: 1 })
})

test('what took back a vote that the log had lost takes it back again once it was offered', async () => {
  const { receipt, receiptHash } = createReceipt()
  const takingBack = retract(asked.id, receipt)
  await room.accept(takingBack)
  await room.accept(vote(asked.id, receiptHash))
  await room.accept(takingBack)
  expect(await room.row('question', asked.id)).toMatchObject({ votes: 0 })
})

test('a question that its asker changed before it was known is refused, and not taken for the one that came late', async () => {
  const before = await room.row('question', asked.id)
  expect(await room.codeOf({ ...asked.command, text: 'As it reads now' })).toBe('id_taken')
  expect(await room.row('question', asked.id)).toEqual(before)
  await room.accept(edit(asked.id, asked.receipt, 'As it reads now'))
  // The first request once more, and the one that was refused: what stands is what was edited.
  for (const text of [asked.command.text, 'Whatever']) await room.accept({ ...asked.command, text })
  expect(await room.row('question', asked.id)).toMatchObject({ text: 'As it reads now' })
})

test('an edit does not bring back its text over a later one', async () => {
  await doAgainLate(edit(asked.id, asked.receipt, 'First'), edit(asked.id, asked.receipt, 'Second'))
  expect(await room.row('question', asked.id)).toMatchObject({ text: 'Second' })
})

test('one token pays for one command, also where four go by one id', async () => {
  const limited = await createTestClassroom({
    ...{ store: backend.store, body: { answers: 'everyone' } },
    keys: { issuerPublic: 'public', issuerPrivate: 'private' },
  })
  const [shown, made] = [ask(), poll()]
  const token = () => createReceipt().receiptHash
  await limited.accept(shown.command, token())
  await limited.act(made)
  const { command } = ask()
  const commands = [
    command,
    ...[vote(shown.id), post(shown.id), choose(made.id, [1])].map((one) => ({ ...one, id: command.id })),
  ]
  const mine = token()
  const codes: string[] = []
  for (const one of commands) codes.push(await limited.codeOf(one, mine))
  expect(codes).toEqual(['accepted', 'token_spent', 'token_spent', 'token_spent'])
  const other = token()
  const fresh = commands.map((one) => ({ ...one, id: ask().id }))
  const [first] = fresh
  const atOnce = await Promise.all(fresh.map((one) => limited.codeOf({ ...one, id: first?.id ?? '' }, other)))
  expect(atOnce).toEqual(['accepted', 'token_spent', 'token_spent', 'token_spent'])
})

test('of what staff have read no command is kept, and of what they did the day alone', async () => {
  const listKept = () =>
    backend.store.db.selectFrom(room.kind.tables.command).selectAll().where('user_id', '=', room.owner).execute()
  await room.act({ type: 'staff.read', id: ask().id, n: 1 })
  expect(await listKept()).toEqual([])
  await room.act(mark(asked.id, { pinned: true }))
  const now = room.clock.now()
  expect((await listKept()).map(({ created_at }) => created_at)).toEqual([now - (now % DAY_MS)])
})
