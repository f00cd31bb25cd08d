import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { submitStaffCommands, submitStudentCommand } from '../../../server/classroom/submit.ts'
import type { StudentCommand } from '../../../shared/classroom/commands.ts'
import type { ClassroomErrorCode } from '../../../shared/classroom/errors.ts'
import type { CreateClassroomBody } from '../../../shared/classroom/http.ts'
import {
  POLL_WORD_MAX,
  QUESTION_TEXT_MAX,
  QUESTIONS_MAX,
  REPLIES_PER_QUESTION_MAX,
  REPLY_TEXT_MAX,
  TIME_STEP_MS,
} from '../../../shared/classroom/limits.ts'
import type { QuestionState } from '../../../shared/classroom/rows.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  answer,
  ask,
  choose,
  createReceipt,
  createTestClassroom,
  dumpClassrooms,
  edit,
  follow,
  judge,
  judgeReply,
  LESSON_AT,
  mark,
  merge,
  poll,
  post,
  retract,
  set,
  setPoll,
  type TestClassroom,
  vote,
  withdraw,
  withdrawReply,
} from '../../support/classroom.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterAll(() => backend.dispose())

const open = (body: Partial<CreateClassroomBody> = {}) => createTestClassroom({ store: backend.store, body })
const START = LESSON_AT - (LESSON_AT % TIME_STEP_MS)

/** Asks, and lets staff put the question into a state. */
async function askInState(room: TestClassroom, state: QuestionState) {
  const asked = ask()
  await room.accept(asked.command)
  if (state === 'withdrawn') await room.accept(withdraw(asked.id, asked.receipt))
  else if (state === 'merged') {
    const into = ask('The same')
    await room.accept(into.command)
    await room.act(merge(asked.id, into.id))
  } else await room.act(judge(asked.id, state, { reason: state === 'dismissed' ? 'other' : null, note: 'A note' }))
  return asked
}

/** Asks in an open classroom and posts one answer of somebody. */
async function askAndPost(room: TestClassroom) {
  const asked = ask()
  const { receipt, receiptHash } = createReceipt()
  const reply = post(asked.id, receiptHash)
  await room.accept(asked.command)
  await room.accept(reply)
  return { asked, reply, receipt }
}

test('a question takes the next number, a time of five minutes and nothing of whoever asks', async () => {
  const room = await open()
  const [one, other] = [ask('One', { name: 'Ada' }), ask('Other')]
  await room.accept(one.command)
  room.clock.advance(TIME_STEP_MS)
  await room.accept(other.command)
  expect(await room.row('question', one.id)).toEqual({
    type: 'question',
    seq: 3,
    id: one.id,
    n: 1,
    text: 'One',
    name: 'Ada',
    askedAt: START,
    edited: false,
    state: 'shown',
    reason: null,
    note: null,
    mergedInto: null,
    pinned: false,
    answered: 'no',
    muted: false,
    votes: 0,
  })
  expect(await room.row('question', other.id)).toMatchObject({ n: 2, name: null, askedAt: START + TIME_STEP_MS })
})

const held: [text: string, isHeld: boolean][] = [
  ['Is this stupid?', true],
  ['STUPID!', true],
  ['stupidity', true],
  ['(Stupid)', true],
  ['unstupid', false],
  ['unstupid, but stupid', true],
  ['A dümm question', true],
  ['Dümmer', true],
  ['edümm', false],
  ['two  words', false],
  ['These two words.', true],
  ['A fine question', false],
]
test.each(held)('with a word list, "%s" is held: %s', async (text, isHeld) => {
  const room = await open({ words: ['stupid', 'dümm', 'two words'] })
  const asked = ask(text)
  await room.accept(asked.command)
  expect(await room.row('question', asked.id, 'staff')).toMatchObject({ state: isHeld ? 'held' : 'shown', text })
})

test('a word in the name holds a question too', async () => {
  const room = await open({ words: ['stupid'] })
  const asked = ask('Fine', { name: 'Stupid' })
  await room.accept(asked.command)
  expect(await room.row('question', asked.id)).toMatchObject({ state: 'held', text: null, name: null })
})

test('with approval, a question is held until staff show it', async () => {
  const room = await open({ mode: 'approval' })
  const asked = ask()
  await room.accept(asked.command)
  expect(await room.row('question', asked.id)).toMatchObject({ state: 'held', text: null })
  await room.act(judge(asked.id, 'shown'))
  expect(await room.row('question', asked.id)).toMatchObject({ state: 'shown', text: 'Why is 0! = 1?' })
})

const edited: [mode: 'open' | 'approval' | 'closed', from: QuestionState, text: string, to: QuestionState][] = [
  ['open', 'shown', 'Better', 'shown'],
  ['open', 'shown', 'A stupid one', 'held'],
  ['open', 'held', 'Better', 'held'],
  ['open', 'rephrase', 'Better', 'shown'],
  ['open', 'rephrase', 'A stupid one', 'held'],
  ['approval', 'shown', 'Better', 'held'],
  ['approval', 'held', 'Better', 'held'],
  ['approval', 'rephrase', 'Better', 'held'],
  ['closed', 'shown', 'Better', 'held'],
]
test.each(edited)('in mode %s, a question that is %s and edited to "%s" is %s', async (mode, from, text, to) => {
  const room = await open({ words: ['stupid'] })
  const asked = await askInState(room, from)
  await room.act(set({ mode }), mark(asked.id, { pinned: true, answered: 'aloud' }))
  await room.codeOf(vote(asked.id))
  const { votes } = await room.row('question', asked.id)
  await room.accept(edit(asked.id, asked.receipt, text))
  expect(await room.row('question', asked.id, 'staff')).toMatchObject({
    text,
    state: to,
    edited: true,
    note: null,
    pinned: true,
    answered: 'aloud',
    votes,
  })
})

test('an edit that changes nothing takes nothing back that staff said', async () => {
  const room = await open()
  const asked = await askInState(room, 'rephrase')
  await room.accept(edit(asked.id, asked.receipt, asked.command.text))
  expect(await room.row('question', asked.id)).toMatchObject({ state: 'rephrase', note: 'A note', edited: false })
})

test('a withdrawn question has lost its words, for staff too, and is still counted', async () => {
  const room = await open()
  const asked = ask('Secret', { name: 'Ada' })
  await room.accept(asked.command)
  room.clock.advance(10)
  await room.act(set({ mode: 'closed', threadsUntil: 0 }), mark(asked.id, { muted: true }))
  await room.accept(withdraw(asked.id, asked.receipt))
  for (const audience of ['everybody', 'staff'] as const) {
    expect(await room.row('question', asked.id, audience)).toMatchObject({
      n: 1,
      state: 'withdrawn',
      text: null,
      name: null,
    })
  }
  expect(JSON.stringify(await dumpClassrooms(room.store))).not.toContain('Secret')
})

test('a vote counts, and can be taken back, also when the class is over', async () => {
  const room = await open()
  const asked = ask()
  await room.accept(asked.command)
  const { receipt, receiptHash } = createReceipt()
  await room.accept(vote(asked.id, receiptHash))
  await room.accept(vote(asked.id))
  expect((await room.row('question', asked.id)).votes).toBe(2)
  await room.act(set({ mode: 'closed' }))
  await room.accept(retract(asked.id, receipt))
  expect((await room.row('question', asked.id)).votes).toBe(1)
  await room.act(set({ mode: 'open' }))
  await room.accept(vote(asked.id, receiptHash))
  expect((await room.row('question', asked.id)).votes).toBe(2)
})

test('the asker follows up, and withdraws that with the receipt of the question', async () => {
  const room = await open()
  const asked = ask()
  await room.accept(asked.command)
  const reply = follow(asked.id, asked.receipt)
  await room.accept(reply)
  expect(await room.row('reply', reply.id)).toEqual({
    type: 'reply',
    seq: 4,
    id: reply.id,
    questionId: asked.id,
    by: 'asker',
    staffName: null,
    text: 'And then?',
    at: START,
    edited: false,
    endorsed: false,
    state: 'shown',
  })
  await room.act(mark(asked.id, { muted: true }))
  await room.accept(withdrawReply(reply.id, asked.receipt))
  expect(await room.row('reply', reply.id, 'staff')).toMatchObject({ state: 'withdrawn', text: null })
})

const followed: [mode: 'open' | 'approval', from: QuestionState, text: string, state: 'shown' | 'held'][] = [
  ['open', 'shown', 'And then?', 'shown'],
  ['approval', 'shown', 'And then?', 'shown'],
  ['open', 'shown', 'Stupid!', 'held'],
  ['open', 'held', 'And then?', 'held'],
  ['open', 'rephrase', 'And then?', 'held'],
]
test.each(followed)(
  'in mode %s, a follow-up to a question that is %s, "%s", is %s',
  async (mode, from, text, state) => {
    const room = await open({ words: ['stupid'] })
    const asked = await askInState(room, from)
    await room.act(set({ mode }))
    const reply = follow(asked.id, asked.receipt, text)
    await room.accept(reply)
    expect(await room.row('reply', reply.id, 'staff')).toMatchObject({ state, text })
  },
)

const posted: [mode: 'open' | 'approval', text: string, state: 'shown' | 'held'][] = [
  ['open', 'Because.', 'shown'],
  ['open', 'Stupid!', 'held'],
  ['approval', 'Because.', 'held'],
]
test.each(posted)('in mode %s, an answer of somebody, "%s", is %s', async (mode, text, state) => {
  const room = await open({ words: ['stupid'] })
  const asked = await askInState(room, 'shown')
  await room.act(set({ mode }))
  const { receipt, receiptHash } = createReceipt()
  const reply = post(asked.id, receiptHash, text)
  await room.accept(reply)
  expect(await room.row('reply', reply.id)).toMatchObject({
    by: 'someone',
    state,
    text: state === 'shown' ? text : null,
  })
  await room.accept(withdrawReply(reply.id, receipt))
  expect(await room.row('reply', reply.id)).toMatchObject({ state: 'withdrawn', text: null })
})

test('a poll counts what was chosen', async () => {
  const room = await open()
  const [one, several, scale, words] = [poll('one'), poll('several'), poll('scale'), poll('words')]
  await room.act(one, several, scale, words)
  for (const choice of [[0], [2], [2]]) await room.accept(choose(one.id, choice))
  for (const choice of [[0, 2], [2, 1], [2]]) await room.accept(choose(several.id, choice))
  for (const choice of [[4], [4], [0]]) await room.accept(choose(scale.id, choice))
  for (const choice of [' Limit', 'limit', 'LIMIT ', 'proof', 'a  "word"\\', 'Zu\u0308rich', 'Z\u00fcrich'])
    await room.accept(choose(words.id, choice))
  const countsOf = async (id: string) =>
    (await room.row('poll', id)).counts?.map(({ option, count }) => [option, count])
  expect(await countsOf(one.id)).toEqual([
    ['Yes', 1],
    ['No', 0],
    ['Perhaps', 2],
  ])
  expect(await countsOf(several.id)).toEqual([
    ['Yes', 1],
    ['No', 1],
    ['Perhaps', 3],
  ])
  expect((await countsOf(scale.id))?.map(([, count]) => count)).toEqual([1, 0, 0, 0, 2])
  expect(await countsOf(words.id)).toEqual([
    ['limit', 3],
    ['z\u00fcrich', 2],
    ['a "word"\\', 1],
    ['proof', 1],
  ])
  expect((await room.row('poll', words.id)).answers).toBe(7)
})

test('of a poll in free words the most frequent sixty are told', async () => {
  const room = await open()
  const words = poll('words')
  await room.act(words)
  await Promise.all(Array.from({ length: 70 }, (_, index) => room.accept(choose(words.id, `word ${index}`))))
  await room.accept(choose(words.id, 'word 69'))
  const { counts, answers } = await room.row('poll', words.id)
  expect(answers).toBe(71)
  expect(counts).toHaveLength(60)
  expect(counts?.[0]).toEqual({ option: 'word 69', count: 2 })
})

type Scene = [
  name: string,
  code: ClassroomErrorCode,
  build: (room: TestClassroom) => Promise<StudentCommand>,
  body?: Partial<CreateClassroomBody>,
]

const inState =
  (state: QuestionState, build: (asked: Awaited<ReturnType<typeof askInState>>) => StudentCommand) =>
  async (room: TestClassroom) =>
    build(await askInState(room, state))
const stranger = () => createReceipt().receipt
const afterSet =
  (changes: Parameters<typeof set>[0], build: (asked: Awaited<ReturnType<typeof askInState>>) => StudentCommand) =>
  async (room: TestClassroom) => {
    const asked = await askInState(room, 'shown')
    await room.act(set(changes))
    return build(asked)
  }
const inPoll =
  (kind: 'one' | 'several' | 'scale' | 'words', choice: number[] | string) => async (room: TestClassroom) => {
    const made = poll(kind)
    await room.act(made)
    return choose(made.id, choice)
  }
const fill = async (room: TestClassroom, questionId: string) => {
  await Promise.all(Array.from({ length: REPLIES_PER_QUESTION_MAX }, () => room.accept(post(questionId))))
}

const refused: Scene[] = [
  ['asking in a closed classroom', 'closed', async () => ask().command, { mode: 'closed' }],
  ['asking before it opens', 'closed', async () => ask().command, { opensAt: LESSON_AT + 1 }],
  ['asking when it has ended', 'closed', async () => ask().command, { endsAt: LESSON_AT }],
  ['a name where there are none', 'names_off', async () => ask('A', { name: 'Ada' }).command, { names: false }],
  ['asking nothing', 'text_empty', async () => ask(' \n ').command],
  ['asking too much', 'text_too_long', async () => ask('a'.repeat(QUESTION_TEXT_MAX + 1)).command],
  [
    'one question more than there is room for',
    'full',
    async (room) => {
      await room.store.db
        .updateTable('classroom')
        .set({ question_count: QUESTIONS_MAX })
        .where('id', '=', room.id)
        .execute()
      return ask().command
    },
  ],
  ['the id of another question', 'id_taken', inState('shown', ({ id }) => ask('Other', { id }).command)],
  [
    "the id of another classroom's question, with its receipt",
    'id_taken',
    async () => {
      const other = await open()
      const asked = ask()
      await other.accept(asked.command)
      return asked.command
    },
  ],
  ['an edit of nothing', 'not_found', async () => edit(randomUUID(), stranger())],
  [
    "an edit of another classroom's question",
    'not_found',
    async () => {
      const asked = await askInState(await open(), 'shown')
      return edit(asked.id, asked.receipt)
    },
  ],
  ['an edit with a foreign receipt', 'wrong_receipt', inState('shown', ({ id }) => edit(id, stranger()))],
  [
    'an edit with the hash for a receipt',
    'wrong_receipt',
    inState('shown', ({ id, command }) => edit(id, command.receiptHash)),
  ],
  ['an edit to nothing', 'text_empty', inState('shown', ({ id, receipt }) => edit(id, receipt, ' '))],
  [
    'an edit to too much',
    'text_too_long',
    inState('shown', ({ id, receipt }) => edit(id, receipt, 'a'.repeat(QUESTION_TEXT_MAX + 1))),
  ],
  ...(['dismissed', 'merged', 'withdrawn'] as const).map((state): Scene => [
    `an edit of a question that is ${state}`,
    'thread_closed',
    inState(state, ({ id, receipt }) => edit(id, receipt)),
  ]),
  [
    'an edit when threads are over',
    'thread_closed',
    afterSet({ threadsUntil: LESSON_AT }, ({ id, receipt }) => edit(id, receipt)),
  ],
  [
    'an edit of a muted question',
    'thread_closed',
    async (room) => {
      const { id, receipt } = await askInState(room, 'shown')
      await room.act(mark(id, { muted: true }))
      return edit(id, receipt)
    },
  ],
  ['withdrawing nothing', 'not_found', async () => withdraw(randomUUID(), stranger())],
  ['withdrawing with a foreign receipt', 'wrong_receipt', inState('shown', ({ id }) => withdraw(id, stranger()))],
  ['a vote for nothing', 'not_found', async () => vote(randomUUID())],
  ['a vote in a closed classroom', 'closed', afterSet({ mode: 'closed' }, ({ id }) => vote(id))],
  ['a vote when it has ended', 'closed', afterSet({ endsAt: LESSON_AT }, ({ id }) => vote(id))],
  ...(['held', 'rephrase', 'dismissed', 'withdrawn'] as const).map((state): Scene => [
    `a vote for a question that is ${state}`,
    'not_found',
    inState(state, ({ id }) => vote(id)),
  ]),
  [
    'a second vote of one browser',
    'already_voted',
    async (room) => {
      const { id } = await askInState(room, 'shown')
      const { receiptHash } = createReceipt()
      await room.accept(vote(id, receiptHash))
      return vote(id, receiptHash)
    },
  ],
  [
    'the id of another vote',
    'id_taken',
    async (room) => {
      const { id } = await askInState(room, 'shown')
      const first = vote(id)
      await room.accept(first)
      return { ...vote(id), id: first.id }
    },
  ],
  [
    'the id and the receipt of a vote for another question',
    'id_taken',
    async (room) => {
      const first = vote((await askInState(room, 'shown')).id)
      await room.accept(first)
      return { ...first, questionId: (await askInState(room, 'shown')).id }
    },
  ],
  ['taking back a vote for nothing', 'not_found', async () => retract(randomUUID(), stranger())],
  ['a follow-up to nothing', 'not_found', async () => follow(randomUUID(), stranger())],
  ['a follow-up with a foreign receipt', 'wrong_receipt', inState('shown', ({ id }) => follow(id, stranger()))],
  ['a follow-up of nothing', 'text_empty', inState('shown', ({ id, receipt }) => follow(id, receipt, ''))],
  [
    'a follow-up of too much',
    'text_too_long',
    inState('shown', ({ id, receipt }) => follow(id, receipt, 'a'.repeat(REPLY_TEXT_MAX + 1))),
  ],
  ...(['dismissed', 'withdrawn'] as const).map((state): Scene => [
    `a follow-up to a question that is ${state}`,
    'thread_closed',
    inState(state, ({ id, receipt }) => follow(id, receipt)),
  ]),
  [
    'a follow-up when threads are over',
    'thread_closed',
    afterSet({ threadsUntil: LESSON_AT }, ({ id, receipt }) => follow(id, receipt)),
  ],
  [
    'a follow-up where what stands for the question is muted',
    'thread_closed',
    async (room) => {
      const asked = await askInState(room, 'merged')
      const { mergedInto } = await room.row('question', asked.id)
      await room.act(mark(mergedInto ?? '', { muted: true }))
      return follow(asked.id, asked.receipt)
    },
  ],
  [
    'a follow-up in a full thread',
    'full',
    async (room) => {
      const asked = await askInState(room, 'shown')
      await fill(room, asked.id)
      return follow(asked.id, asked.receipt)
    },
  ],
  [
    'the id of another reply',
    'id_taken',
    async (room) => {
      const { asked, reply } = await askAndPost(room)
      return { ...follow(asked.id, asked.receipt), id: reply.id }
    },
  ],
  [
    'an answer where only staff answer',
    'only_staff_answers',
    inState('shown', ({ id }) => post(id)),
    { answers: 'staff' },
  ],
  ['an answer to nothing', 'not_found', async () => post(randomUUID())],
  ...(['held', 'rephrase', 'dismissed', 'withdrawn'] as const).map((state): Scene => [
    `an answer to a question that is ${state}`,
    'not_found',
    inState(state, ({ id }) => post(id)),
  ]),
  ['an answer when threads are over', 'thread_closed', afterSet({ threadsUntil: LESSON_AT }, ({ id }) => post(id))],
  [
    'an answer of too much',
    'text_too_long',
    inState('shown', ({ id }) => post(id, createReceipt().receiptHash, 'a'.repeat(REPLY_TEXT_MAX + 1))),
  ],
  [
    'an answer in a full thread',
    'full',
    async (room) => {
      const { id } = await askInState(room, 'shown')
      await fill(room, id)
      return post(id)
    },
  ],
  ['withdrawing no reply', 'not_found', async () => withdrawReply(randomUUID(), stranger())],
  [
    'withdrawing a reply with a foreign receipt',
    'wrong_receipt',
    async (room) => withdrawReply((await askAndPost(room)).reply.id, stranger()),
  ],
  [
    'withdrawing an answer with the receipt of the question',
    'wrong_receipt',
    async (room) => {
      const { asked, reply } = await askAndPost(room)
      return withdrawReply(reply.id, asked.receipt)
    },
  ],
  [
    'withdrawing an answer of staff',
    'wrong_receipt',
    async (room) => {
      const asked = await askInState(room, 'shown')
      const reply = answer(asked.id)
      await room.act(reply)
      return withdrawReply(reply.id, asked.receipt)
    },
  ],
  ['an answer to no poll', 'not_found', async () => choose(randomUUID(), [0])],
  [
    'an answer to a poll that is over',
    'poll_closed',
    async (room) => {
      const made = poll()
      await room.act(made, setPoll(made.id, { state: 'closed' }))
      return choose(made.id, [0])
    },
  ],
  [
    'an answer to a poll in a closed classroom',
    'closed',
    async (room) => {
      const made = poll()
      await room.act(made, set({ mode: 'closed' }))
      return choose(made.id, [0])
    },
  ],
  [
    'a second answer of one browser to a poll',
    'already_answered',
    async (room) => {
      const made = poll()
      const { receiptHash } = createReceipt()
      await room.act(made)
      await room.accept(choose(made.id, [0], receiptHash))
      return choose(made.id, [1], receiptHash)
    },
  ],
  [
    'the id of another answer to a poll',
    'id_taken',
    async (room) => {
      const made = poll()
      await room.act(made)
      const first = choose(made.id, [0])
      await room.accept(first)
      return { ...choose(made.id, [0]), id: first.id }
    },
  ],
  ['two choices where one is asked for', 'bad_choice', inPoll('one', [0, 1])],
  ['a choice that there is not', 'bad_choice', inPoll('one', [3])],
  ['the same choice twice', 'bad_choice', inPoll('several', [1, 1])],
  ['six on a scale of five', 'bad_choice', inPoll('scale', [5])],
  ['a word where options are', 'bad_choice', inPoll('one', 'Yes')],
  ['an option where words are', 'bad_choice', inPoll('words', [0])],
  ['no word', 'bad_choice', inPoll('words', '  ')],
  ['a word that is too long', 'bad_choice', inPoll('words', 'a'.repeat(POLL_WORD_MAX + 1))],
]
test.each(refused)('refused, with nothing kept: %s (%s)', async (_, code, build, body) => {
  const room = await open(body)
  const command = await build(room)
  const before = await dumpClassrooms(room.store)
  const { length } = room.published
  expect(await room.codeOf(command)).toBe(code)
  expect(await dumpClassrooms(room.store)).toEqual(before)
  expect(room.published).toHaveLength(length)
  expect(room.errors).toEqual([])
})

test('what is sent to a classroom that is not there is refused', async () => {
  const room = await open()
  const { sequencer, owner } = room
  const asked = submitStudentCommand(sequencer, 'aaaaaaaaaaaa', { command: ask().command, tokenHash: null })
  expect(await asked).toMatchObject({ code: 'not_found' })
  expect(await submitStaffCommands(sequencer, 'aaaaaaaaaaaa', owner, [set({ title: 'A' })])).toMatchObject([
    { status: 'refused', code: 'not_found' },
  ])
})

/** Each command with what must come before it, for those that are sent twice. */
const twice: [name: string, build: (room: TestClassroom) => Promise<StudentCommand>][] = [
  ['asking', async () => ask().command],
  ['an edit', inState('shown', ({ id, receipt }) => edit(id, receipt))],
  ['a withdrawal', inState('shown', ({ id, receipt }) => withdraw(id, receipt))],
  ['a vote', inState('shown', ({ id }) => vote(id))],
  [
    'a vote that is taken back',
    async (room) => {
      const { id } = await askInState(room, 'shown')
      const { receipt, receiptHash } = createReceipt()
      await room.accept(vote(id, receiptHash))
      return retract(id, receipt)
    },
  ],
  ['a follow-up', inState('shown', ({ id, receipt }) => follow(id, receipt))],
  ['an answer', inState('shown', ({ id }) => post(id))],
  [
    'an answer that is withdrawn',
    async (room) => {
      const { reply, receipt } = await askAndPost(room)
      return withdrawReply(reply.id, receipt)
    },
  ],
  ['an answer to a poll', inPoll('several', [0, 2])],
]
test.each(twice)('sent twice, answered twice and done once: %s', async (_, build) => {
  const room = await open()
  const command = await build(room)
  const seq = await room.accept(command)
  const before = await dumpClassrooms(room.store)
  const { length } = room.published
  expect(await room.accept(command)).toBe(seq)
  expect(await dumpClassrooms(room.store)).toEqual(before)
  expect(room.published).toHaveLength(length)
})

test.each(twice)('three times in one batch, done once: %s', async (_, build) => {
  const room = await open()
  const command = await build(room)
  const { length } = room.published
  const seqs = await Promise.all([command, command, command].map((one) => room.accept(one)))
  expect(new Set(seqs).size).toBe(1)
  expect(room.published).toHaveLength(length + 1)
})

test.each(twice)(
  'sent again when the classroom is closed and its threads are over, it is still done: %s',
  async (_, build) => {
    const room = await open()
    const command = await build(room)
    await room.accept(command)
    await room.act(set({ mode: 'closed', threadsUntil: 0 }))
    await room.accept(command)
  },
)

test('a question can be asked again under its id and receipt when staff have judged it', async () => {
  const room = await open()
  const asked = await askInState(room, 'dismissed')
  await room.accept(asked.command)
  expect(await room.row('question', asked.id)).toMatchObject({ state: 'dismissed', n: 1 })
})

test('an answer that staff hid can still be withdrawn', async () => {
  const room = await open()
  const { reply, receipt } = await askAndPost(room)
  await room.act(judgeReply(reply.id, { state: 'dismissed' }))
  await room.accept(withdrawReply(reply.id, receipt))
  expect(await room.row('reply', reply.id, 'staff')).toMatchObject({ state: 'withdrawn', text: null })
})
