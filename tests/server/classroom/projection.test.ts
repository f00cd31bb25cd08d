import { afterAll, beforeAll, expect, test } from 'vitest'
import * as v from 'valibot'
import type { ClassroomAudience } from '../../../server/classroom/types.ts'
import type { QuestionState } from '../../../shared/classroom/rows.ts'
import { classroomLogRow } from '../../../shared/classroom/rows.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  answer,
  ask,
  choose,
  createTestClassroom,
  follow,
  insertUser,
  judge,
  judgeReply,
  merge,
  poll,
  post,
  set,
  setPoll,
  addStaff,
  type TestClassroom,
  withdraw,
  withdrawReply,
} from '../../support/classroom.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterAll(() => backend.dispose())

const open = () => createTestClassroom({ store: backend.store })

/** All that an audience could be sent, by pull and by the hub, as text. */
async function tell(room: TestClassroom, audience: ClassroomAudience): Promise<string> {
  const changes = await room.changes(audience, 0)
  expect(changes).not.toBeNull()
  return JSON.stringify([await room.rows(audience), changes])
}

async function put(room: TestClassroom, asked: ReturnType<typeof ask>, state: QuestionState): Promise<void> {
  if (state === 'withdrawn') await room.accept(withdraw(asked.id, asked.receipt))
  else if (state === 'merged') {
    const into = ask('Another')
    await room.accept(into.command)
    await room.act(merge(asked.id, into.id))
  } else await room.act(judge(asked.id, state, { reason: state === 'dismissed' ? 'unclear' : null }))
}

const states: [QuestionState, room: boolean, staff: boolean][] = [
  ['shown', true, true],
  ['held', false, true],
  ['rephrase', false, true],
  ['dismissed', false, true],
  ['merged', false, true],
  ['withdrawn', false, false],
]
test.each(states)(
  'the words and the name of a question that is %s: told to the room %s, to staff %s',
  async (state, toEverybody, toStaff) => {
    const room = await open()
    const asked = ask('The words', { name: 'The name' })
    await room.accept(asked.command)
    await put(room, asked, state)
    for (const [audience, isTold] of [
      ['everybody', toEverybody],
      ['staff', toStaff],
    ] as const) {
      const told = await tell(room, audience)
      expect(told.includes('The words')).toBe(isTold)
      expect(told.includes('The name')).toBe(isTold)
      expect(await room.row('question', asked.id, audience)).toMatchObject({ state, n: 1 })
    }
  },
)

test.each(['dismissed', 'withdrawn'] as const)(
  'the words of a reply that is %s are not told to the room',
  async (state) => {
    const room = await open()
    const asked = ask()
    await room.accept(asked.command)
    const reply = follow(asked.id, asked.receipt, 'The words')
    await room.accept(reply)
    if (state === 'dismissed') await room.act(judgeReply(reply.id, { state }))
    else await room.accept(withdrawReply(reply.id, asked.receipt))
    expect(await tell(room, 'everybody')).not.toContain('The words')
    expect((await tell(room, 'staff')).includes('The words')).toBe(state === 'dismissed')
  },
)

test.each(['held', 'rephrase', 'dismissed', 'withdrawn'] as const)(
  'when a question becomes %s its thread goes with it, and whoever pulled before is told',
  async (state) => {
    const room = await open()
    const asked = ask()
    const [mine, ofSomebody, ofStaff] = [
      follow(asked.id, asked.receipt, 'Words of the asker'),
      post(asked.id, undefined, 'Words of somebody'),
      answer(asked.id, 'Words of staff'),
    ]
    await room.accept(asked.command)
    await room.accept(mine)
    await room.accept(ofSomebody)
    await room.act(ofStaff)
    expect(await tell(room, 'everybody')).toContain('Words of')
    const head = await room.head()
    await put(room, asked, state)
    expect(await tell(room, 'everybody')).not.toContain('Words of')
    expect(await tell(room, 'staff')).toContain('Words of staff')
    const news = await room.rows('everybody', head)
    const replies = news.filter((row) => row.type === 'reply')
    expect(replies.map(({ id, state, text }) => [id, state, text]).sort()).toEqual(
      [mine.id, ofSomebody.id, ofStaff.id].map((id) => [id, 'held', null]).sort(),
    )
    if (state === 'withdrawn') return
    await room.act(judge(asked.id, 'shown'))
    expect((await tell(room, 'everybody')).match(/Words of/g)).toHaveLength(6)
  },
)

test('the thread of a question that is merged stays to be read', async () => {
  const room = await open()
  const asked = ask()
  await room.accept(asked.command)
  await room.act(answer(asked.id, 'Words of staff'))
  await put(room, asked, 'merged')
  expect(await tell(room, 'everybody')).toContain('Words of staff')
})

test('an answer to a question that is held is told when the question is', async () => {
  const room = await open()
  const asked = ask()
  await room.accept(asked.command)
  await room.act(judge(asked.id, 'held'), answer(asked.id, 'Words of staff'))
  expect(await tell(room, 'everybody')).not.toContain('Words of staff')
  await room.act(judge(asked.id, 'shown'))
  expect(await tell(room, 'everybody')).toContain('Words of staff')
})

test('only staff are told who answers, the words that hold, and the group', async () => {
  const groupId = '0190a0b0-0000-7000-8000-000000000001'
  const room = await createTestClassroom({ store: backend.store, body: { words: ['forbidden'], groupId } })
  await room.act(addStaff(await insertUser(room.store, 'The assistant')))
  const [toEverybody, toStaff] = [await tell(room, 'everybody'), await tell(room, 'staff')]
  for (const secret of ['forbidden', groupId, 'The assistant', room.owner]) {
    expect(toEverybody).not.toContain(secret)
    expect(toStaff).toContain(secret)
  }
})

test('nobody is told a receipt, a key of the issuer or the key of challenges', async () => {
  const room = await createTestClassroom({
    store: backend.store,
    keys: { issuerPublic: 'thePublicKey', issuerPrivate: 'thePrivateKey', challengeKey: 'theChallengeKey' },
  })
  const asked = ask()
  const reply = post(asked.id)
  const hash = 'q'.repeat(43)
  await room.accept(asked.command, hash)
  await room.accept(reply, 'r'.repeat(43))
  for (const audience of ['everybody', 'staff'] as const) {
    const told = await tell(room, audience)
    for (const secret of ['thePrivateKey', 'theChallengeKey', asked.command.receiptHash, reply.receiptHash, hash]) {
      expect(told).not.toContain(secret)
    }
    expect(told).toContain('thePublicKey')
  }
})

test('results that are to be revealed are told to staff at once, and to the room when they are', async () => {
  const room = await open()
  const [reveal, live] = [poll('one', ['Yes', 'No'], 'reveal'), poll('one', ['Yes', 'No'], 'live')]
  await room.act(reveal, live)
  for (const { id } of [reveal, live]) await room.accept(choose(id, [1]))
  const counts = [
    { option: 'Yes', count: 0 },
    { option: 'No', count: 1 },
  ]
  expect(await room.row('poll', live.id)).toMatchObject({ counts, answers: 1 })
  expect(await room.row('poll', reveal.id, 'staff')).toMatchObject({ counts })
  expect(await room.row('poll', reveal.id)).toMatchObject({ counts: null, answers: 1, revealed: false })
  await room.act(setPoll(reveal.id, { state: 'closed' }))
  expect(await room.row('poll', reveal.id)).toMatchObject({ counts: null })
  await room.act(setPoll(reveal.id, { revealed: true }))
  expect(await room.row('poll', reveal.id)).toMatchObject({ counts, revealed: true })
  await room.act(setPoll(reveal.id, { revealed: false }))
  expect(await room.row('poll', reveal.id)).toMatchObject({ counts: null })
})

test.each(['live', 'reveal'] as const)(
  'which answers of a quiz with results %s are right is told to staff, and to the room only once it is over',
  async (results) => {
    const room = await open()
    const quiz = poll('several', ['Two', 'Three', 'Four'], results, [0, 1])
    await room.act(quiz)
    await room.accept(choose(quiz.id, [0, 1]))
    const open_ = { quiz: true, right: null, state: 'open' }
    expect(await room.row('poll', quiz.id)).toMatchObject(open_)
    expect(await room.row('poll', quiz.id, 'staff')).toMatchObject({ ...open_, right: [0, 1] })
    expect(await tell(room, 'everybody')).not.toMatch(/"right":\[/)
    await room.act(setPoll(quiz.id, { state: 'closed' }))
    const over = { quiz: true, state: 'closed', right: results === 'live' ? [0, 1] : null }
    expect(await room.row('poll', quiz.id)).toMatchObject(over)
    await room.act(setPoll(quiz.id, { revealed: true }))
    const counts = ['Two', 'Three', 'Four'].map((option, at) => ({ option, count: at < 2 ? 1 : 0 }))
    expect(await room.row('poll', quiz.id)).toMatchObject({ ...over, right: [0, 1], counts })
  },
)

test('a poll that is no quiz has nothing right', async () => {
  const room = await open()
  const made = poll()
  await room.act(made, setPoll(made.id, { state: 'closed', revealed: true }))
  for (const audience of ['everybody', 'staff'] as const)
    expect(await room.row('poll', made.id, audience)).toMatchObject({ quiz: false, right: null })
})

test('every row is as the contract says', async () => {
  const room = await open()
  for (const [state] of states) {
    const asked = ask(state, { name: 'Ada' })
    await room.accept(asked.command)
    await room.accept(follow(asked.id, asked.receipt))
    await room.act(answer(asked.id))
    await put(room, asked, state)
  }
  const words = poll('words')
  await room.act(poll('several'), poll('one', ['Yes', 'No'], 'live', [1]), poll('scale'), words, set({ title: 'Over' }))
  await room.accept(choose(words.id, 'a word'))
  for (const audience of ['everybody', 'staff'] as const) {
    const rows = await room.rows(audience)
    expect(rows.length).toBeGreaterThan(20)
    expect(rows.map((row) => v.parse(classroomLogRow, row))).toEqual(rows)
  }
})
