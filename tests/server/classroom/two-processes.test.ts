import { afterEach, beforeEach, expect, test } from 'vitest'
import { submitStaffCommands, submitStudentCommand } from '../../../server/classroom/submit.ts'
import type { Classroom } from '../../../server/classroom/types.ts'
import type { Sequencer } from '../../../server/log/sequencer.ts'
import type { StudentCommand } from '../../../shared/classroom/commands.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { createCampus, send } from '../../support/campus.ts'
import {
  answer,
  ask,
  createClassroomSequencer,
  createReceipt,
  createTestClassroom,
  insertUser,
  mark,
  type TestClassroom,
  vote,
} from '../../support/classroom.ts'

let backend: Backend
let room: TestClassroom
let processes: [Sequencer<Classroom>, Sequencer<Classroom>]
beforeEach(async () => {
  backend = await createBackend()
  room = await createTestClassroom({ store: backend.store })
  // Two sequencers, as two server processes have. On SQLite they share the connection that writes.
  processes = [createClassroomSequencer(backend.store), createClassroomSequencer(backend.store)]
})
afterEach(async () => {
  for (const sequencer of processes) await sequencer.close()
  await backend.dispose()
})

const codes = (commands: readonly StudentCommand[], pick = (index: number) => index) =>
  Promise.all(
    commands.map(async (command, index) => {
      const sequencer = processes[pick(index) % 2 === 0 ? 0 : 1]
      const result = await submitStudentCommand(sequencer, room.id, { command, tokenHash: null })
      return 'code' in result ? result.code : 'accepted'
    }),
  )

async function listSeqs(): Promise<number[]> {
  return (await room.rows('staff')).flatMap((row) => (row.type === 'desk' ? [] : [row.seq]))
}

test('questions from two processes at once leave neither a gap nor a double in seq and n', async () => {
  const commands = Array.from({ length: 100 }, () => ask().command)
  expect(new Set(await codes(commands))).toEqual(new Set(['accepted']))
  const questions = (await room.rows()).flatMap((row) => (row.type === 'question' ? [row] : []))
  expect(questions.map(({ n }) => n)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
  expect(await listSeqs()).toEqual(Array.from({ length: 102 }, (_, index) => index + 1))
})

test('the same commands from two processes at once are answered twice and done once', async () => {
  const asked = Array.from({ length: 20 }, () => ask())
  await codes(asked.map(({ command }) => command))
  const commands = [...asked.map(({ command }) => command), ...asked.map(({ id }) => vote(id))]
  const found = await codes([...commands, ...commands], (index) => Math.floor(index / commands.length))
  expect(new Set(found)).toEqual(new Set(['accepted']))
  const questions = (await room.rows()).flatMap((row) => (row.type === 'question' ? [row] : []))
  expect(questions.map(({ votes }) => votes)).toEqual(Array.from({ length: 20 }, () => 1))
})

test('one browser that votes twice at once, through two processes, has one vote', async () => {
  const { command, id } = ask()
  await room.accept(command)
  const { receiptHash } = createReceipt()
  expect((await codes([vote(id, receiptHash), vote(id, receiptHash)])).sort()).toEqual(['accepted', 'already_voted'])
  expect(await room.row('question', id)).toMatchObject({ votes: 1 })
})

test('staff in two processes change one question at once, and both changes stand', async () => {
  const { command, id } = ask()
  await room.accept(command)
  await Promise.all([
    submitStaffCommands(processes[0], room.id, room.owner, [mark(id, { pinned: true }), answer(id)]),
    submitStaffCommands(processes[1], room.id, room.owner, [mark(id, { muted: true }), answer(id)]),
  ])
  expect(await room.row('question', id)).toMatchObject({ pinned: true, muted: true, answered: 'text' })
  expect((await room.rows()).filter(({ type }) => type === 'reply')).toHaveLength(2)
})

test("a lecture's storm takes no place in the campus log, nor in another classroom's", async () => {
  const campus = createCampus({ store: backend.store })
  const ann = await campus.register()
  const other = await createTestClassroom({ store: backend.store, owner: await insertUser(backend.store, 'Another') })
  const head = await campus.head()
  await Promise.all([
    codes(Array.from({ length: 50 }, () => ask().command)),
    campus.accept(ann, send()),
    other.accept(ask().command),
  ])
  expect((await campus.head()) - head).toBeLessThanOrEqual(2)
  expect((await other.rows()).map(({ seq }) => seq)).toEqual([1, 3])
})
