import { afterAll, beforeAll, expect, test } from 'vitest'
import { uuidv7 } from 'uuidv7'
import { createPasswordHasher } from '../../../server/accounts/password-hasher.ts'
import { toDescription } from '../../../server/ops/demo/demo-files.ts'
import { DEMO_PASSWORD, fillDemo } from '../../../server/ops/demo/fill.ts'
import { DEMO_GROUPS } from '../../../server/ops/demo/groups.ts'
import { LECTURE, LECTURE_POLLS } from '../../../server/ops/demo/lecture.ts'
import { DEMO_PEOPLE } from '../../../server/ops/demo/people.ts'
import { PHOTOS } from '../../../server/ops/demo/photo-names.ts'
import { planDemo } from '../../../server/ops/demo/plan.ts'
import { STORIES } from '../../../server/ops/demo/stories.ts'
import { QUESTION_STATES } from '../../../shared/classroom/rows.ts'
import type { CommandOf } from '../../../shared/protocol/commands.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { createMemoryHome, type MemoryHome } from '../../support/memory-home.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const DAY_MS = 24 * 60 * 60 * 1000

/** A demo that nobody changes, with few messages. */
let backend: Backend
let home: MemoryHome
beforeAll(async () => {
  backend = await createBackend()
  home = createMemoryHome()
  await fillDemo(backend.openStore(), home, { now: NOW, messages: 300, onProgress: () => undefined })
}, 120_000)
afterAll(() => backend.dispose())

function plan() {
  const people = DEMO_PEOPLE.map((person) => ({ ...person, id: uuidv7() }))
  const steps = planDemo(people, NOW)
  const commands = steps.flatMap((step) => ('command' in step ? [step.command] : []))
  const sends = commands.filter((command): command is CommandOf<'message.send'> => command.type === 'message.send')
  return { people, steps, commands, sends }
}

test('the demo is a year of 5,000 messages of 40 people in 12 groups, with all that a conversation can hold', () => {
  const { people, steps, commands, sends } = plan()
  expect(people).toHaveLength(40)
  expect(commands.filter(({ type }) => type === 'group.create')).toHaveLength(12)
  expect(sends.length).toBeGreaterThanOrEqual(4_990)
  for (const pattern of [
    /```/,
    /\$.+\$/s,
    /https:\/\//,
    /@everyone/,
    /[\u0600-\u06ff]/,
    /[\u3040-\u30ff]/,
    /[äöüß]/,
    /[çéà]/,
  ]) {
    expect(
      sends.filter(({ text }) => pattern.test(text)),
      String(pattern),
    ).not.toHaveLength(0)
  }
  expect(sends.filter(({ replyToId }) => replyToId !== null).length).toBeGreaterThan(300)
  expect(commands.filter(({ type }) => type === 'reaction.set').length).toBeGreaterThan(1_000)
  expect(steps.at(0)?.at).toBe(NOW - 365 * DAY_MS)
  expect(Math.max(...steps.map(({ at }) => at))).toBeLessThanOrEqual(NOW)
  expect(steps.map(({ at }) => at)).toEqual(steps.map(({ at }) => at).sort((one, other) => one - other))
})

test('every file of the demo goes up once, before the message that carries it, by who sends that', () => {
  const { steps, sends } = plan()
  const uploads = steps.filter((step) => 'file' in step)
  expect(new Set(uploads.map(({ file }) => file)).size).toBe(uploads.length)
  const carried = sends.filter(({ forwarded }) => !forwarded).flatMap(({ files = [] }) => files.map(({ id }) => id))
  expect(carried).toEqual(uploads.map(({ fileId }) => fileId))
  for (const { fileId, userId } of uploads) {
    const carrying = steps.findIndex(
      (step) =>
        'command' in step &&
        step.command.type === 'message.send' &&
        step.command.files?.some(({ id }) => id === fileId) === true,
    )
    expect(steps[carrying]?.userId).toBe(userId)
    expect(steps.findIndex((step) => 'file' in step && step.fileId === fileId)).toBeLessThan(carrying)
  }
})

test('photos of the demo lie in most months of its year, alone and as an album, with and without words, and in all kinds of conversations', () => {
  const { steps, sends } = plan()
  const photos = steps.filter((step) => 'file' in step && step.file in PHOTOS)
  expect(photos.map((step) => 'file' in step && step.file).sort()).toEqual(Object.keys(PHOTOS).sort())
  const months = new Set(photos.map(({ at }) => new Date(at).toISOString().slice(0, 7)))
  expect(months.size).toBeGreaterThanOrEqual(9)
  const carrying = sends.filter(({ files = [] }) => files.length > 0)
  expect(carrying.filter(({ files = [] }) => files.length === 5)).toHaveLength(1)
  expect(carrying.filter(({ forwarded }) => forwarded)).toHaveLength(1)
  expect(carrying.filter(({ conversationId }) => conversationId === EVERYONE_ID).length).toBeGreaterThan(1)
  expect(new Set(carrying.map(({ conversationId }) => conversationId)).size).toBeGreaterThanOrEqual(12)
  const described = photos.filter((step) => 'file' in step && toDescription(step.file) !== '')
  expect(described.length).toBeGreaterThan(photos.length / 3)
  expect(described.length).toBeLessThan(photos.length)
  expect(
    STORIES.flatMap(({ where }) => (typeof where === 'object' && 'friend' in where ? [where] : [])),
  ).not.toHaveLength(0)
})

test('every step of the demo keeps the rules, and its people can sign in', async () => {
  const { store } = backend
  const [first] = await store.db
    .selectFrom('user')
    .innerJoin('credential', 'credential.user_id', 'user.id')
    .selectAll()
    .where('handle', '=', DEMO_PEOPLE[0]?.handle ?? '')
    .execute()
  expect(await createPasswordHasher().compare(DEMO_PASSWORD, first?.password_hash ?? '')).toBe(true)
  expect(first?.picture_id).not.toBeNull()
  const groups = await store.db.selectFrom('conversation').select('title').where('kind', '=', 'group').execute()
  expect(groups.map(({ title }) => title).sort()).toEqual(DEMO_GROUPS.map(({ title }) => title).sort())
})

test('the server took the files of the demo for what they are meant to be', async () => {
  const files = await backend.store.db.selectFrom('file').selectAll().execute()
  const kinds = new Map<string, typeof files>()
  for (const file of files) kinds.set(file.kind ?? 'not whole', [...(kinds.get(file.kind ?? 'not whole') ?? []), file])
  expect([...kinds.keys()].sort()).toEqual(['audio', 'document', 'photo', 'voice'])
  expect(kinds.get('photo')).toHaveLength(Object.keys(PHOTOS).length)
  expect(
    kinds
      .get('voice')
      ?.map(({ type, duration_ms }) => [type, duration_ms])
      .sort(),
  ).toEqual([
    ['audio/wav', 14_000],
    ['audio/wav', 6_000],
    ['audio/wav', 9_000],
  ])
  expect(
    kinds
      .get('document')
      ?.map(({ name, type }) => `${name}: ${type}`)
      .sort(),
  ).toEqual([
    'Winter concert, programme.pdf: application/pdf',
    'bike-rental.sql: text/plain',
    'chapter-6-notes.md: text/plain',
    'dijkstra.py: text/plain',
    'exercise-sheet-05.pdf: application/pdf',
    'heap-timings.csv: text/plain',
    'pendulum-report.zip: application/zip',
    'pendulum.csv: text/plain',
  ])
  const shapes = kinds.get('photo')?.map(({ width, height }) => Math.sign((width ?? 0) - (height ?? 0))) ?? []
  expect(new Set(shapes)).toEqual(new Set([-1, 0, 1]))
  expect(
    kinds.get('photo')?.every(({ preview, bytes }) => preview !== null && bytes > 20_000 && bytes < 1_000_000),
  ).toBe(true)
  expect(Math.max(...files.map(({ created_at }) => created_at))).toBeLessThan(NOW)
  expect(home.list().filter((name) => name.endsWith('.small'))).toHaveLength(kinds.get('photo')?.length ?? 0)
})

test('every file of the demo is carried by a message', async () => {
  const { db } = backend.store
  const files = await db.selectFrom('file').select('id').execute()
  const carried = await db.selectFrom('message_file').select('file_id').execute()
  expect(new Set(carried.map(({ file_id }) => file_id))).toEqual(new Set(files.map(({ id }) => id)))
  expect(carried).toHaveLength(files.length + 1)
})

test('the demo has a lecture with questions in all states, answers, and polls', async () => {
  const { db } = backend.store
  const questions = await db.selectFrom('question').selectAll().execute()
  const states = new Set(questions.map(({ state }) => state))
  expect([...states].sort()).toEqual([...QUESTION_STATES].sort())
  expect(questions).toHaveLength(LECTURE.length)
  expect(new Set(questions.map(({ answered }) => answered))).toEqual(new Set(['no', 'text', 'aloud']))
  const polls = await db.selectFrom('poll').select('answers').execute()
  expect(polls.map(({ answers }) => answers)).toEqual(
    LECTURE_POLLS.map((poll) => poll.answers.reduce((a, b) => a + b, 0)),
  )
})

test('whoever looks around operates it', async () => {
  const operators = await backend.store.db
    .selectFrom('standing')
    .innerJoin('user', 'user.id', 'standing.user_id')
    .select('handle')
    .where('role', '=', 'operator')
    .execute()
  expect(operators).toEqual([{ handle: DEMO_PEOPLE[0]?.handle }])
})
