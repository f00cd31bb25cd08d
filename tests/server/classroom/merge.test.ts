import { afterAll, beforeAll, expect, test } from 'vitest'
import type { QuestionTable } from '../../../server/store/schema.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  answer,
  ask,
  createReceipt,
  createTestClassroom,
  edit,
  follow,
  judge,
  merge,
  post,
  retract,
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

const open = () => createTestClassroom({ store: backend.store })

/** Asks with so many votes. */
async function askWith(room: TestClassroom, votes: number) {
  const asked = ask()
  await room.accept(asked.command)
  for (let cast = 0; cast < votes; cast += 1) await room.accept(vote(asked.id))
  return asked
}

async function votesOf(room: TestClassroom, ...ids: string[]): Promise<number[]> {
  const votes: number[] = []
  for (const id of ids) votes.push((await room.row('question', id)).votes)
  return votes
}

test('votes add up when a question is merged, and part when it is taken out again', async () => {
  const room = await open()
  const [one, other] = [await askWith(room, 2), await askWith(room, 3)]
  await room.act(merge(one.id, other.id))
  expect(await room.row('question', one.id)).toMatchObject({ state: 'merged', mergedInto: other.id, text: null })
  expect(await votesOf(room, one.id, other.id)).toEqual([2, 5])
  await room.act(judge(one.id, 'shown'))
  expect(await room.row('question', one.id)).toMatchObject({ state: 'shown', mergedInto: null, text: 'Why is 0! = 1?' })
  expect(await votesOf(room, one.id, other.id)).toEqual([2, 3])
})

test('what was merged into a question goes along, and nothing is ever merged into a merged one', async () => {
  const room = await open()
  const [one, two, three] = [await askWith(room, 1), await askWith(room, 2), await askWith(room, 4)]
  await room.act(merge(one.id, two.id), merge(two.id, three.id))
  expect(await room.row('question', one.id)).toMatchObject({ mergedInto: three.id })
  expect(await votesOf(room, one.id, two.id, three.id)).toEqual([1, 2, 7])
  await room.act(judge(two.id, 'shown'))
  expect(await votesOf(room, one.id, two.id, three.id)).toEqual([1, 2, 5])
  await room.act(merge(one.id, two.id))
  expect(await votesOf(room, one.id, two.id, three.id)).toEqual([1, 3, 4])
})

test('a vote for a merged question counts for the one that stands for it, and comes away with it', async () => {
  const room = await open()
  const [one, other] = [await askWith(room, 0), await askWith(room, 0)]
  await room.act(merge(one.id, other.id))
  const { receipt, receiptHash } = createReceipt()
  await room.accept(vote(one.id, receiptHash))
  await room.accept(vote(one.id))
  expect(await votesOf(room, one.id, other.id)).toEqual([2, 2])
  expect(await room.codeOf(vote(one.id, receiptHash))).toBe('already_voted')
  await room.accept(retract(one.id, receipt))
  expect(await votesOf(room, one.id, other.id)).toEqual([1, 1])
  await room.act(judge(one.id, 'shown'))
  expect(await votesOf(room, one.id, other.id)).toEqual([1, 0])
})

test('a merged question that is withdrawn takes its votes along', async () => {
  const room = await open()
  const [one, other] = [await askWith(room, 2), await askWith(room, 3)]
  await room.act(merge(one.id, other.id))
  await room.accept(withdraw(one.id, one.receipt))
  expect(await room.row('question', one.id)).toMatchObject({ state: 'withdrawn', mergedInto: null, votes: 2 })
  expect(await votesOf(room, other.id)).toEqual([3])
})

test('whoever asked a merged question follows up where it went, and alone can withdraw that', async () => {
  const room = await open()
  const [one, other] = [await askWith(room, 0), await askWith(room, 0)]
  await room.act(merge(one.id, other.id))
  const [mine, theirs] = [follow(one.id, one.receipt), follow(other.id, other.receipt)]
  await room.accept(mine)
  await room.accept(theirs)
  expect(await room.row('reply', mine.id)).toMatchObject({ questionId: other.id, by: 'asker', state: 'shown' })
  expect(await room.codeOf(withdrawReply(mine.id, other.receipt))).toBe('wrong_receipt')
  expect(await room.codeOf(edit(one.id, one.receipt))).toBe('thread_closed')
  await room.act(judge(one.id, 'shown'))
  await room.accept(withdrawReply(mine.id, one.receipt))
  expect(await room.row('reply', mine.id)).toMatchObject({ state: 'withdrawn' })
})

test('an answer to a merged question stands under the one that stands for it', async () => {
  const room = await open()
  const [one, other] = [await askWith(room, 0), await askWith(room, 0)]
  const [ofStaff, ofSomebody] = [answer(one.id), post(one.id)]
  await room.act(merge(one.id, other.id), ofStaff)
  await room.accept(ofSomebody)
  for (const id of [ofStaff.id, ofSomebody.id]) {
    expect(await room.row('reply', id)).toMatchObject({ questionId: other.id })
  }
  expect(await room.row('question', other.id)).toMatchObject({ answered: 'text' })
  expect(await room.row('question', one.id)).toMatchObject({ answered: 'no' })
})

test('merging, votes and follow-ups in one batch see each other', async () => {
  const room = await open()
  const [one, two, three] = [await askWith(room, 1), await askWith(room, 1), await askWith(room, 1)]
  await room.act(merge(one.id, two.id))
  const reply = follow(one.id, one.receipt)
  const published = room.published.length
  await Promise.all([
    room.accept(vote(three.id)),
    room.act(merge(two.id, three.id)),
    room.accept(vote(one.id)),
    room.accept(reply),
  ])
  expect(room.published.length - published).toBeLessThanOrEqual(2)
  expect(await votesOf(room, one.id, two.id, three.id)).toEqual([2, 1, 5])
  expect(await room.row('reply', reply.id)).toMatchObject({ questionId: three.id })
})

/** A small generator, so that a run that fails is the same again. */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

test.each([1, 2, 3])('after any 120 steps every count is that of the votes there are (seed %i)', async (seed) => {
  const room = await open()
  const random = createRandom(seed)
  const asked: ReturnType<typeof ask>[] = []
  for (let count = 0; count < 6; count += 1) asked.push(await askWith(room, 0))
  const pick = () => asked[random(asked.length)] ?? ask()
  const cast: { questionId: string; receipt: string }[] = []
  const step = async (): Promise<unknown> => {
    const { id } = pick()
    switch (random(5)) {
      case 0:
        return room.staffCodeOf(merge(id, pick().id))
      case 1:
        return room.staffCodeOf(judge(id, random(3) === 0 ? 'held' : 'shown'))
      case 2: {
        const gone = cast.splice(random(cast.length), 1)[0]
        return gone && room.accept(retract(gone.questionId, gone.receipt))
      }
      default: {
        const { receipt, receiptHash } = createReceipt()
        const code = await room.codeOf(vote(id, receiptHash))
        return code === 'accepted' && cast.push({ questionId: id, receipt })
      }
    }
  }
  // Three at a time, so that some share a batch.
  for (let done = 0; done < 40; done += 1) await Promise.all([step(), step(), step()])

  const questions = await room.store.db.selectFrom('question').selectAll().where('classroom_id', '=', room.id).execute()
  const votes = await room.store.db
    .selectFrom('vote')
    .select('question_id')
    .where('classroom_id', '=', room.id)
    .execute()
  const own = (question: QuestionTable) => votes.filter(({ question_id }) => question_id === question.id).length
  expect(votes).toHaveLength(cast.length)
  expect(questions.some(({ state }) => state === 'merged')).toBe(true)
  for (const question of questions) {
    const merged = questions.filter(({ merged_into }) => merged_into === question.id)
    expect(question.votes).toBe(merged.reduce((sum, one) => sum + own(one), own(question)))
    expect(question.merged_into !== null).toBe(question.state === 'merged')
    const into = questions.find(({ id }) => id === question.merged_into)
    expect(into?.state).not.toBe('merged')
  }
})
