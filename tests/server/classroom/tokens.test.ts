import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StudentCommand } from '../../../shared/classroom/commands.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  ask,
  choose,
  createReceipt,
  createTestClassroom,
  dumpClassrooms,
  edit,
  follow,
  poll,
  post,
  retract,
  set,
  type TestClassroom,
  vote,
  withdraw,
} from '../../support/classroom.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterAll(() => backend.dispose())

/** The log knows a token by its hash; that it is one of the issuer's was found before. */
const token = () => randomBytes(32).toString('base64url')
const limited = () =>
  createTestClassroom({ store: backend.store, keys: { issuerPublic: 'public', issuerPrivate: 'private' } })

async function askIn(room: TestClassroom) {
  const asked = ask()
  await room.accept(asked.command, token())
  return asked
}

const costly: [string, build: (room: TestClassroom) => Promise<StudentCommand>][] = [
  ['a question', async () => ask().command],
  ['a vote', async (room) => vote((await askIn(room)).id)],
  ['an answer', async (room) => post((await askIn(room)).id)],
  [
    'an answer to a poll',
    async (room) => {
      const made = poll()
      await room.act(made)
      return choose(made.id, [0])
    },
  ],
]
test.each(costly)('%s costs one token, which is spent once and for that alone', async (_, build) => {
  const room = await limited()
  const command = await build(room)
  const before = await dumpClassrooms(room.store)
  expect(await room.codeOf(command)).toBe('token_needed')
  expect(await dumpClassrooms(room.store)).toEqual(before)
  const mine = token()
  const seq = await room.accept(command, mine)
  const after = await dumpClassrooms(room.store)
  expect(after.spent_token?.length).toBe((before.spent_token?.length ?? 0) + 1)
  expect(after.spent_token).toContainEqual({ token_hash: mine, classroom_id: room.id, used_for: command.id })
  // A lost answer is asked for again, with the same token, with another or with none.
  for (const again of [mine, token(), undefined]) expect(await room.accept(command, again)).toBe(seq)
  expect(await room.codeOf(ask().command, mine)).toBe('token_spent')
  expect(await dumpClassrooms(room.store)).toEqual(after)
})

test('one token for two commands in one batch pays for one of them', async () => {
  const room = await limited()
  const mine = token()
  const codes = await Promise.all([room.codeOf(ask().command, mine), room.codeOf(ask().command, mine)])
  expect(codes).toEqual(['accepted', 'token_spent'])
})

test('a command that is refused spends nothing', async () => {
  const room = await limited()
  const mine = token()
  const asked = await askIn(room)
  await room.act(set({ mode: 'closed' }))
  const before = await dumpClassrooms(room.store)
  expect(await room.codeOf(vote(asked.id), mine)).toBe('closed')
  expect(await dumpClassrooms(room.store)).toEqual(before)
  await room.act(set({ mode: 'open' }))
  await room.accept(vote(asked.id), mine)
})

test('what changes or follows up on what one has paid for is free', async () => {
  const room = await limited()
  const asked = await askIn(room)
  const { receipt, receiptHash } = createReceipt()
  await room.accept(vote(asked.id, receiptHash), token())
  await room.accept(retract(asked.id, receipt))
  await room.accept(follow(asked.id, asked.receipt))
  await room.accept(edit(asked.id, asked.receipt))
  await room.accept(withdraw(asked.id, asked.receipt))
  expect(
    await room.store.db.selectFrom('spent_token').selectAll().where('classroom_id', '=', room.id).execute(),
  ).toHaveLength(2)
})

test('where everybody may ask, no token is spent', async () => {
  const room = await createTestClassroom({ store: backend.store })
  const mine = token()
  await room.accept(ask().command, mine)
  await room.accept(ask().command, mine)
  expect(
    await room.store.db.selectFrom('spent_token').selectAll().where('classroom_id', '=', room.id).execute(),
  ).toEqual([])
})
