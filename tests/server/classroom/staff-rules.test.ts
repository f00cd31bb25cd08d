import { randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findStaff } from '../../../server/classroom/find-classroom.ts'
import type { StaffCommand, StaffCommandOf } from '../../../shared/classroom/commands.ts'
import type { ClassroomErrorCode } from '../../../shared/classroom/errors.ts'
import type { CreateClassroomBody } from '../../../shared/classroom/http.ts'
import {
  POLLS_MAX,
  REPLIES_PER_QUESTION_MAX,
  REPLY_TEXT_MAX,
  STAFF_MAX,
  TIME_STEP_MS,
} from '../../../shared/classroom/limits.ts'
import type { ClassroomRow } from '../../../shared/classroom/rows.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  addStaff,
  answer,
  ask,
  choose,
  createTestClassroom,
  dumpClassrooms,
  focus,
  follow,
  insertUser,
  judge,
  judgeReply,
  LESSON_AT,
  mark,
  merge,
  poll,
  post,
  readTo,
  removeStaff,
  set,
  setPoll,
  type TestClassroom,
  withdraw,
} from '../../support/classroom.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterAll(() => backend.dispose())

const open = (body: Partial<CreateClassroomBody> = {}) => createTestClassroom({ store: backend.store, body })

async function askIn(room: TestClassroom, text?: string) {
  const asked = ask(text)
  await room.accept(asked.command)
  return asked
}

async function answerIn(room: TestClassroom, questionId: string) {
  const made = answer(questionId)
  await room.act(made)
  return made.id
}

async function joinStaff(room: TestClassroom) {
  const userId = await insertUser(room.store, 'The assistant')
  await room.act(addStaff(userId))
  return userId
}

const staffRow = async (room: TestClassroom, userId: string) =>
  (await room.rows('staff')).find((row) => row.type === 'staff' && row.userId === userId)

const settings: [string, Parameters<typeof set>[0], Partial<ClassroomRow>][] = [
  ['a title', { title: 'Algebra' }, { title: 'Algebra' }],
  ['a mode', { mode: 'approval' }, { mode: 'approval' }],
  ['its bounds', { opensAt: 1, endsAt: 2, threadsUntil: 3 }, { opensAt: 1, endsAt: 2, threadsUntil: 3 }],
  ['no bounds', { opensAt: null, endsAt: null, threadsUntil: null }, { opensAt: null, endsAt: null }],
  ['slow mode', { slowSeconds: 30 }, { slowSeconds: 30 }],
  ['who answers', { answers: 'staff' }, { answers: 'staff' }],
  ['names', { names: false }, { names: false }],
]
test.each(settings)('staff set %s, and what is left out stays', async (_, changes, expected) => {
  const room = await open({ endsAt: LESSON_AT + 5 })
  const before = await room.row('classroom', room.id)
  await room.act(set(changes))
  expect(await room.row('classroom', room.id)).toEqual({ ...before, ...changes, ...expected, seq: 3 })
})

test('the words that hold are for staff to see, and hold from then on', async () => {
  const room = await open()
  await room.act(set({ words: ['no'] }))
  expect((await room.rows('staff')).find((row) => row.type === 'desk')).toMatchObject({ words: ['no'], groupId: null })
  expect(await room.row('question', (await askIn(room, 'No!')).id)).toMatchObject({ state: 'held' })
})

test('a question is judged, with a reason or a note where there is one', async () => {
  const room = await open()
  const { id } = await askIn(room)
  await room.act(judge(id, 'dismissed', { reason: 'off_topic', note: 'Next week' }))
  expect(await room.row('question', id)).toMatchObject({
    state: 'dismissed',
    reason: 'off_topic',
    note: 'Next week',
    text: null,
  })
  await room.act(judge(id, 'rephrase', { reason: 'other', note: 'Which one?' }))
  expect(await room.row('question', id)).toMatchObject({ state: 'rephrase', reason: null, note: 'Which one?' })
  await room.act(judge(id, 'held', { note: 'Lost' }))
  expect(await room.row('question', id)).toMatchObject({ state: 'held', reason: null, note: null })
  await room.act(judge(id, 'shown'))
  expect(await room.row('question', id)).toMatchObject({ state: 'shown', text: 'Why is 0! = 1?' })
})

test('a question is pinned, muted and answered aloud, each by itself', async () => {
  const room = await open()
  const { id } = await askIn(room)
  await room.act(mark(id, { pinned: true }))
  await room.act(mark(id, { muted: true }))
  await room.act(mark(id, { answered: 'aloud' }))
  expect(await room.row('question', id)).toMatchObject({ pinned: true, muted: true, answered: 'aloud' })
  await room.act(mark(id, { pinned: false, answered: 'no' }))
  expect(await room.row('question', id)).toMatchObject({ pinned: false, muted: true, answered: 'no' })
})

test('an answer in text is answered until the last of them is gone', async () => {
  const room = await open()
  const { id, receipt } = await askIn(room)
  const answered = async () => (await room.row('question', id)).answered
  await room.accept(follow(id, receipt))
  expect(await answered()).toBe('no')
  await room.act(mark(id, { answered: 'aloud' }))
  const one = await answerIn(room, id)
  expect(await answered()).toBe('text')
  const other = await answerIn(room, id)
  await room.act(judgeReply(one, { state: 'withdrawn' }))
  expect(await answered()).toBe('text')
  await room.act(judgeReply(other, { state: 'dismissed' }))
  expect(await answered()).toBe('no')
  await room.act(judgeReply(other, { state: 'shown' }))
  expect(await answered()).toBe('text')
  await room.act(mark(id, { answered: 'aloud' }))
  expect(await answered()).toBe('aloud')
  await room.act(mark(id, { answered: 'no' }))
  expect(await answered()).toBe('text')
})

test('an answer names who gave it, and a time of five minutes', async () => {
  const room = await open()
  const { id } = await askIn(room)
  await room.act(set({ threadsUntil: 0 }), mark(id, { muted: true }))
  const replyId = await answerIn(room, id)
  expect(await room.row('reply', replyId)).toEqual({
    type: 'reply',
    seq: 6,
    id: replyId,
    questionId: id,
    by: 'staff',
    staffName: 'The teacher',
    text: 'Since the product is empty.',
    at: LESSON_AT - (LESSON_AT % TIME_STEP_MS),
    edited: false,
    endorsed: false,
    state: 'shown',
  })
})

test('an answer is edited and withdrawn by who wrote it, and endorsed by any of staff', async () => {
  const room = await open()
  const { id } = await askIn(room)
  const replyId = await answerIn(room, id)
  await room.act(judgeReply(replyId, { text: 'Better' }))
  expect(await room.row('reply', replyId)).toMatchObject({ text: 'Better', edited: true, endorsed: false })
  const assistant = await joinStaff(room)
  expect(await room.staffCodeOf(judgeReply(replyId, { endorsed: true }), assistant)).toBe('accepted')
  expect(await room.row('reply', replyId)).toMatchObject({ text: 'Better', endorsed: true, state: 'shown' })
  await room.act(judgeReply(replyId, { state: 'withdrawn' }))
  expect(await room.row('reply', replyId, 'staff')).toMatchObject({ text: null, state: 'withdrawn' })
})

test("somebody's answer is hidden and shown again", async () => {
  const room = await open()
  const { id } = await askIn(room)
  const reply = post(id)
  await room.accept(reply)
  await room.act(judgeReply(reply.id, { state: 'dismissed' }))
  expect(await room.row('reply', reply.id)).toMatchObject({ text: null, state: 'dismissed' })
  expect(await room.row('reply', reply.id, 'staff')).toMatchObject({ text: 'Because.' })
  await room.act(judgeReply(reply.id, { state: 'shown', endorsed: true }))
  expect(await room.row('reply', reply.id)).toMatchObject({ text: 'Because.', state: 'shown', endorsed: true })
})

test('the projector shows a question, a poll, or nothing in particular', async () => {
  const room = await open()
  const { id } = await askIn(room)
  const made = poll()
  await room.act(made, focus(id))
  expect(await room.row('classroom', room.id)).toMatchObject({ focusQuestionId: id, focusPollId: null })
  await room.act(focus(null, made.id))
  expect(await room.row('classroom', room.id)).toMatchObject({ focusQuestionId: null, focusPollId: made.id })
  await room.act(focus(null))
  expect(await room.row('classroom', room.id)).toMatchObject({ focusQuestionId: null, focusPollId: null })
})

test('a poll is made, closed and opened again', async () => {
  const room = await open()
  const [one, scale, words] = [poll('one'), poll('scale', ['a']), poll('words', ['a'])]
  await room.act(one, scale, words, setPoll(one.id, { state: 'closed' }))
  expect(await room.row('poll', one.id)).toMatchObject({
    kind: 'one',
    question: 'Is it so?',
    options: ['Yes', 'No', 'Perhaps'],
    state: 'closed',
    results: 'live',
    revealed: false,
    answers: 0,
  })
  expect(await room.row('poll', scale.id)).toMatchObject({ options: ['1', '2', '3', '4', '5'], state: 'open' })
  expect(await room.row('poll', words.id)).toMatchObject({ options: [], counts: [] })
  await room.act(setPoll(one.id, { state: 'open' }))
  expect(await room.row('poll', one.id)).toMatchObject({ state: 'open' })
})

test('what is shown to be right can be answered no more, and what is answered again is not shown', async () => {
  const room = await open()
  const [live, reveal] = [quiz('one', [1, 2]), quiz('several', [0], 'reveal')]
  await room.act(live, reveal, setPoll(reveal.id, { revealed: true }))
  expect(await room.row('poll', reveal.id)).toMatchObject({ state: 'closed', revealed: true, right: [0] })
  expect(await room.codeOf(choose(reveal.id, [0]))).toBe('poll_closed')
  await room.act(setPoll(reveal.id, { state: 'open' }))
  expect(await room.row('poll', reveal.id)).toMatchObject({ state: 'open', revealed: false, right: null })
  await room.act(setPoll(live.id, { revealed: true }), setPoll(live.id, { revealed: false }))
  expect(await room.row('poll', live.id)).toMatchObject({ state: 'closed', revealed: false, right: [1, 2] })
  await room.act(setPoll(live.id, { state: 'open', revealed: true }))
  expect(await room.row('poll', live.id)).toMatchObject({ state: 'closed', revealed: true, right: [1, 2] })
})

test('what staff have read only goes forward, and not beyond what was asked', async () => {
  const room = await open()
  await askIn(room)
  await askIn(room)
  const readN = async () => staffRow(room, room.owner)
  await room.act(readTo(1))
  expect(await readN()).toMatchObject({ role: 'owner', readN: 1, name: 'The teacher' })
  await room.act(readTo(9))
  expect(await readN()).toMatchObject({ readN: 2 })
  await room.act(readTo(1))
  expect(await readN()).toMatchObject({ readN: 2 })
})

test('whoever is added answers with everything read, and no more when they are removed', async () => {
  const room = await open()
  await askIn(room)
  const assistant = await joinStaff(room)
  expect(await staffRow(room, assistant)).toMatchObject({ role: 'staff', readN: 1, removed: false })
  expect(await findStaff(room.store.db, room.id, assistant)).toBe('staff')
  expect(await findStaff(room.store.db, room.id, room.owner)).toBe('owner')
  expect(await room.staffCodeOf(removeStaff(assistant), assistant)).toBe('accepted')
  expect(await staffRow(room, assistant)).toMatchObject({ removed: true })
  expect(await findStaff(room.store.db, room.id, assistant)).toBeUndefined()
  expect(await room.staffCodeOf(readTo(1), assistant)).toBe('only_staff')
  await room.act(addStaff(assistant))
  expect(await findStaff(room.store.db, room.id, assistant)).toBe('staff')
})

interface Scene {
  name: string
  code: ClassroomErrorCode
  build(room: TestClassroom): Promise<StaffCommand>
  /** Who sends it; the owner otherwise. */
  by?: 'assistant' | 'stranger' | 'former'
  body?: Partial<CreateClassroomBody>
}

const withdrawn = async (room: TestClassroom) => {
  const { id, receipt } = await askIn(room)
  await room.accept(withdraw(id, receipt))
  return id
}
const withReply = (build: (replyId: string) => StaffCommand) => async (room: TestClassroom) =>
  build(await answerIn(room, (await askIn(room)).id))
const withPost = (build: (replyId: string) => StaffCommand) => async (room: TestClassroom) => {
  const reply = post((await askIn(room)).id)
  await room.accept(reply)
  return build(reply.id)
}
const elsewhere = async () => askIn(await open())

const quiz = (kind: StaffCommandOf<'poll.create'>['kind'], right: number[], results: 'live' | 'reveal' = 'live') =>
  poll(kind, undefined, results, right)

const refused: Scene[] = [
  { name: 'a setting', code: 'only_staff', by: 'stranger', build: async () => set({ title: 'A' }) },
  { name: 'a setting', code: 'only_staff', by: 'former', build: async () => set({ title: 'A' }) },
  { name: 'names again', code: 'anonymity_fixed', body: { names: false }, build: async () => set({ names: true }) },
  { name: 'judging nothing', code: 'not_found', build: async () => judge(randomUUID(), 'shown') },
  {
    name: 'judging in another classroom',
    code: 'not_found',
    build: async () => judge((await elsewhere()).id, 'dismissed', { reason: 'other' }),
  },
  {
    name: 'dismissing without a reason',
    code: 'reason_needed',
    build: async (room) => judge((await askIn(room)).id, 'dismissed'),
  },
  {
    name: 'judging what was withdrawn',
    code: 'thread_closed',
    build: async (room) => judge(await withdrawn(room), 'shown'),
  },
  { name: 'marking nothing', code: 'not_found', build: async () => mark(randomUUID(), { pinned: true }) },
  {
    name: 'merging nothing',
    code: 'not_found',
    build: async (room) => merge(randomUUID(), (await askIn(room)).id),
  },
  {
    name: 'merging into another classroom',
    code: 'not_found',
    build: async (room) => merge((await askIn(room)).id, (await elsewhere()).id),
  },
  {
    name: 'merging into itself',
    code: 'bad_merge',
    build: async (room) => {
      const { id } = await askIn(room)
      return merge(id, id)
    },
  },
  {
    name: 'merging into what is not shown',
    code: 'bad_merge',
    body: { mode: 'approval' },
    build: async (room) => merge((await askIn(room)).id, (await askIn(room)).id),
  },
  {
    name: 'merging into what was merged',
    code: 'bad_merge',
    build: async (room) => {
      const [one, other, third] = [await askIn(room), await askIn(room), await askIn(room)]
      await room.act(merge(other.id, third.id))
      return merge(one.id, other.id)
    },
  },
  {
    name: 'merging what was withdrawn',
    code: 'thread_closed',
    build: async (room) => merge(await withdrawn(room), (await askIn(room)).id),
  },
  { name: 'an answer to nothing', code: 'not_found', build: async () => answer(randomUUID()) },
  {
    name: 'an answer to what was withdrawn',
    code: 'thread_closed',
    build: async (room) => answer(await withdrawn(room)),
  },
  { name: 'an empty answer', code: 'text_empty', build: async (room) => answer((await askIn(room)).id, ' ') },
  {
    name: 'an answer that is too long',
    code: 'text_too_long',
    build: async (room) => answer((await askIn(room)).id, 'a'.repeat(REPLY_TEXT_MAX + 1)),
  },
  {
    name: 'an answer in a full thread',
    code: 'full',
    build: async (room) => {
      const { id } = await askIn(room)
      await Promise.all(Array.from({ length: REPLIES_PER_QUESTION_MAX }, () => room.accept(post(id))))
      return answer(id)
    },
  },
  {
    name: 'an answer with the id of a reply',
    code: 'id_taken',
    build: async (room) => {
      const { id } = await askIn(room)
      const reply = post(id)
      await room.accept(reply)
      return { ...answer(id), id: reply.id }
    },
  },
  { name: 'judging no reply', code: 'not_found', build: async () => judgeReply(uuidv7(), { endorsed: true }) },
  {
    name: "changing a student's words",
    code: 'only_staff',
    build: withPost((id) => judgeReply(id, { text: 'I agree.' })),
  },
  {
    name: "withdrawing a student's words",
    code: 'only_staff',
    build: withPost((id) => judgeReply(id, { state: 'withdrawn' })),
  },
  {
    name: "changing another's answer",
    code: 'only_staff',
    by: 'assistant',
    build: withReply((id) => judgeReply(id, { text: 'No.' })),
  },
  { name: 'an empty edit', code: 'text_empty', build: withReply((id) => judgeReply(id, { text: '' })) },
  {
    name: 'showing what was withdrawn',
    code: 'thread_closed',
    build: async (room) => {
      const id = await answerIn(room, (await askIn(room)).id)
      await room.act(judgeReply(id, { state: 'withdrawn' }))
      return judgeReply(id, { state: 'shown' })
    },
  },
  { name: 'a focus on no question', code: 'not_found', build: async () => focus(randomUUID()) },
  { name: 'a focus on no poll', code: 'not_found', build: async () => focus(null, uuidv7()) },
  { name: 'a poll with one option', code: 'bad_poll', build: async () => poll('one', ['Yes']) },
  { name: 'a poll with equal options', code: 'bad_poll', build: async () => poll('several', ['Yes', 'No', 'Yes']) },
  { name: 'a quiz with a right option that it lacks', code: 'bad_poll', build: async () => quiz('one', [3]) },
  { name: 'a quiz with an option right twice', code: 'bad_poll', build: async () => quiz('several', [1, 1]) },
  { name: 'a quiz of a scale', code: 'bad_poll', build: async () => quiz('scale', [1]) },
  { name: 'a quiz of free words', code: 'bad_poll', build: async () => quiz('words', [0]) },
  {
    name: 'one poll more than there is room for',
    code: 'full',
    build: async (room) => {
      const polls = Array.from({ length: POLLS_MAX }, () => poll())
      await room.act(...polls)
      return poll()
    },
  },
  {
    name: "the id of another classroom's poll",
    code: 'id_taken',
    build: async () => {
      const other = await open()
      const made = poll()
      await other.act(made)
      return made
    },
  },
  { name: 'setting no poll', code: 'not_found', build: async () => setPoll(uuidv7(), { state: 'closed' }) },
  { name: 'adding nobody', code: 'not_found', build: async () => addStaff(uuidv7()) },
  {
    name: 'adding somebody',
    code: 'only_owner',
    by: 'assistant',
    build: async (room) => addStaff(await insertUser(room.store, 'A friend')),
  },
  {
    name: 'one more than may answer',
    code: 'full',
    build: async (room) => {
      for (let count = 1; count < STAFF_MAX; count += 1) await joinStaff(room)
      return addStaff(await insertUser(room.store, 'One too many'))
    },
  },
  { name: 'removing nobody', code: 'not_found', build: async () => removeStaff(uuidv7()) },
  { name: 'removing the owner', code: 'only_owner', build: async (room) => removeStaff(room.owner) },
  {
    name: 'removing somebody else',
    code: 'only_owner',
    by: 'assistant',
    build: async (room) => removeStaff(room.owner),
  },
]
test.each(refused)('refused, with nothing kept: $name ($code)', async ({ code, build, by, body }) => {
  const room = await open(body)
  const command = await build(room)
  let sender = room.owner
  if (by === 'stranger') sender = await insertUser(room.store, 'A stranger')
  else if (by !== undefined) {
    sender = await joinStaff(room)
    if (by === 'former') await room.act(removeStaff(sender))
  }
  const before = await dumpClassrooms(room.store)
  expect(await room.staffCodeOf(command, sender)).toBe(code)
  expect(await dumpClassrooms(room.store)).toEqual(before)
  expect(room.errors).toEqual([])
})

test('a command sent twice is done once, and its id is kept as a campus command is', async () => {
  const room = await open()
  const { id } = await askIn(room)
  const command = answer(id)
  const [first, again] = await room.submitStaff(room.owner, [command, command])
  expect(first).toEqual({ status: 'accepted', id: command.id, seq: 5 })
  expect(again).toEqual(first)
  expect(await room.submitStaff(room.owner, [command])).toEqual([first])
  expect((await room.rows()).filter(({ type }) => type === 'reply')).toHaveLength(1)
  expect(await room.staffCodeOf({ ...command, text: 'Other' })).toBe('id_taken')
  expect(await room.staffCodeOf(command, await joinStaff(room))).toBe('id_taken')
})

test('one refused command fails none of its neighbours', async () => {
  const room = await open()
  const { id } = await askIn(room)
  const results = await room.submitStaff(room.owner, [
    mark(id, { pinned: true }),
    judge(id, 'dismissed'),
    mark(id, { muted: true }),
  ])
  expect(results.map((result) => (result.status === 'refused' ? result.code : result.status))).toEqual([
    'accepted',
    'reason_needed',
    'accepted',
  ])
  expect(await room.row('question', id)).toMatchObject({ pinned: true, muted: true, state: 'shown' })
})

test('a classroom whose id or code is taken is not made', async () => {
  const room = await open()
  const { code } = await room.row('classroom', room.id)
  const before = await dumpClassrooms(room.store)
  await expect(createTestClassroom({ store: room.store, keys: { id: room.id }, owner: room.owner })).rejects.toThrow()
  await expect(createTestClassroom({ store: room.store, keys: { code }, owner: room.owner })).rejects.toThrow()
  expect(await dumpClassrooms(room.store)).toEqual(before)
})
