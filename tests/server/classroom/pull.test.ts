import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Backend, createBackend } from '../../support/backend.ts'
import { ask, createTestClassroom } from '../../support/classroom.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterAll(() => backend.dispose())

test('a question that was asked is pulled by all, and the log is rung for', async () => {
  const room = await createTestClassroom({ store: backend.store })
  const { command, id } = ask()
  expect(await room.accept(command)).toBe(3)
  expect(room.changed).toEqual([{ classroomId: room.id, to: 3 }])
  const rows = await room.rows()
  expect(rows).toMatchObject([
    { type: 'classroom', seq: 1, id: room.id, title: 'Analysis 1', names: true },
    { type: 'question', seq: 3, id, n: 1, text: 'Why is 0! = 1?', state: 'shown', votes: 0 },
  ])
  expect((await room.rows('staff')).map(({ type }) => type)).toEqual(['classroom', 'desk', 'staff', 'question'])
})
