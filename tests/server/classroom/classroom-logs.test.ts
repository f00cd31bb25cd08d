import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClassroomLogs } from '../../../server/classroom/classroom-logs.ts'
import { StoreUnavailable } from '../../../server/log/group-commit.ts'
import type { Database } from '../../../server/store/schema.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { ask, createTestClassroom, toBody, toKeys } from '../../support/classroom.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterAll(() => backend.dispose())

test('a classroom to which nobody writes for a minute is forgotten, and found again', async () => {
  const room = await createTestClassroom({ store: backend.store })
  await room.accept(ask().command)
  expect(room.clock.waiting()).toBe(1)
  room.clock.advance(59_000)
  await room.accept(ask().command)
  room.clock.advance(59_000)
  expect(room.clock.waiting()).toBe(1)
  room.clock.advance(1_000)
  expect(room.clock.waiting()).toBe(0)
  await room.accept(ask().command)
  expect((await room.rows()).filter(({ type }) => type === 'question')).toHaveLength(3)
})

test('classrooms that are not there leave nothing in memory, and can be made later', async () => {
  const room = await createTestClassroom({ store: backend.store })
  const { id, ...keys } = toKeys()
  const submit = () => room.logs.submitStudent(id, { command: ask().command, tokenHash: null })
  expect(await Promise.all([submit(), submit()])).toMatchObject([{ code: 'not_found' }, { code: 'not_found' }])
  expect(room.clock.waiting()).toBe(0)
  expect(await room.logs.create(room.owner, toBody(), { id, ...keys })).toBe('made')
  expect(await submit()).toEqual({ seq: 3 })
})

test('what is sent in one turn is taken in that order, also when the classroom has to be found first', async () => {
  const room = await createTestClassroom({ store: backend.store })
  const texts = Array.from({ length: 30 }, (_, index) => `${index}`)
  await Promise.all(texts.map((text) => room.accept(ask(text).command)))
  const asked = (await room.rows()).flatMap((row) => (row.type === 'question' ? [row.text] : []))
  expect(asked).toEqual(texts)
})

test('close resolves when all that was submitted is answered, and leaves no timer', async () => {
  const room = await createTestClassroom({ store: backend.store })
  let answered = 0
  for (let count = 0; count < 10; count += 1) void room.accept(ask().command).then(() => (answered += 1))
  await room.logs.close()
  await Promise.resolve()
  expect(answered).toBe(10)
  expect(room.clock.waiting()).toBe(0)
})

test('while the store cannot be read a command is not answered, and can be sent again', async () => {
  const room = await createTestClassroom({ store: backend.store })
  let isAway = true
  const errors: unknown[] = []
  const logs = createClassroomLogs({
    store: {
      ...backend.store,
      get db(): Database {
        if (isAway) throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
        return backend.store.db
      },
    },
    clock: room.clock,
    onChanged: () => undefined,
    onError: (error) => `error-${errors.push(error)}`,
  })
  const submission = { command: ask().command, tokenHash: null }
  await expect(logs.submitStudent(room.id, submission)).rejects.toThrow(StoreUnavailable)
  expect(errors).toHaveLength(1)
  isAway = false
  expect(await logs.submitStudent(room.id, submission)).toEqual({ seq: 3 })
})

test('a bell that cannot be rung fails no command', async () => {
  const room = await createTestClassroom({ store: backend.store })
  const errors: unknown[] = []
  const logs = createClassroomLogs({
    store: backend.store,
    clock: room.clock,
    onChanged() {
      throw new Error('a bug in whoever listens')
    },
    onError: (error) => `error-${errors.push(error)}`,
  })
  expect(await logs.submitStudent(room.id, { command: ask().command, tokenHash: null })).toEqual({ seq: 3 })
  expect(errors).toHaveLength(1)
})
