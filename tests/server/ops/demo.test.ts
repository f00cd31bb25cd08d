import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from 'uuidv7'
import { createPasswordHasher } from '../../../server/accounts/password-hasher.ts'
import { DEMO_PASSWORD, fillDemo } from '../../../server/ops/demo/fill.ts'
import { DEMO_GROUPS } from '../../../server/ops/demo/groups.ts'
import { LECTURE, LECTURE_POLLS } from '../../../server/ops/demo/lecture.ts'
import { DEMO_PEOPLE } from '../../../server/ops/demo/people.ts'
import { planDemo } from '../../../server/ops/demo/plan.ts'
import { QUESTION_STATES } from '../../../shared/classroom/rows.ts'
import type { CommandOf } from '../../../shared/protocol/commands.ts'
import { type Backend, createBackend } from '../../support/backend.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const DAY_MS = 24 * 60 * 60 * 1000

let backend: Backend
beforeEach(async () => {
  backend = await createBackend()
})
afterEach(() => backend.dispose())

test('the demo is a year of 5,000 messages of 40 people in 12 groups, with all that a conversation can hold', () => {
  const people = DEMO_PEOPLE.map((person) => ({ ...person, id: uuidv7() }))
  const steps = planDemo(people, NOW)
  const commands = steps.map(({ command }) => command)
  const listSends = (pattern: RegExp) =>
    commands.filter(
      (command): command is CommandOf<'message.send'> => command.type === 'message.send' && pattern.test(command.text),
    )
  expect(people).toHaveLength(40)
  expect(commands.filter(({ type }) => type === 'group.create')).toHaveLength(12)
  expect(listSends(/./s).length).toBeGreaterThanOrEqual(4_990)
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
    expect(listSends(pattern), String(pattern)).not.toHaveLength(0)
  }
  expect(listSends(/./s).filter(({ replyToId }) => replyToId !== null).length).toBeGreaterThan(300)
  expect(commands.filter(({ type }) => type === 'reaction.set').length).toBeGreaterThan(1_000)
  expect(steps.at(0)?.at).toBe(NOW - 365 * DAY_MS)
  expect(Math.max(...steps.map(({ at }) => at))).toBeLessThanOrEqual(NOW)
  expect(steps.map(({ at }) => at)).toEqual(steps.map(({ at }) => at).sort((one, other) => one - other))
})

test('every step of the demo keeps the rules, and its people can sign in', async () => {
  const store = backend.openStore()
  await fillDemo(store, { now: NOW, messages: 300, onProgress: () => undefined })
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
}, 60_000)

test('the demo has a lecture with questions in all states, answers, and polls', async () => {
  const store = backend.openStore()
  await fillDemo(store, { now: NOW, messages: 10, onProgress: () => undefined })
  const questions = await store.db.selectFrom('question').selectAll().execute()
  const states = new Set(questions.map(({ state }) => state))
  expect([...states].sort()).toEqual([...QUESTION_STATES].sort())
  expect(questions).toHaveLength(LECTURE.length)
  expect(new Set(questions.map(({ answered }) => answered))).toEqual(new Set(['no', 'text', 'aloud']))
  const polls = await store.db.selectFrom('poll').select('answers').execute()
  expect(polls.map(({ answers }) => answers)).toEqual(
    LECTURE_POLLS.map((poll) => poll.answers.reduce((a, b) => a + b, 0)),
  )
}, 60_000)
