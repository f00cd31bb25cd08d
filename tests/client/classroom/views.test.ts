import type { Observable } from 'dexie'
import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findClassroom } from '../../../client/data/classroom/find-classroom.ts'
import { keyWords } from '../../../client/data/classroom/key-words.ts'
import { ledgerSentence, toLedger, watchLedger } from '../../../client/data/classroom/ledger.ts'
import { classroomLink, formatCode, screenLink } from '../../../client/data/classroom/links.ts'
import { phaseAt } from '../../../client/data/classroom/phase.ts'
import type { OpenedClassroom } from '../../../client/data/classroom/opened-classroom.ts'
import { similarTo } from '../../../client/data/classroom/similar.ts'
import {
  answerPoll,
  ask,
  followUp,
  markLookedAt,
  postReply,
  vote,
  withdrawReply,
} from '../../../client/data/classroom/student-actions.ts'
import type { QuestionView } from '../../../client/data/classroom/views.ts'
import { watchClassroom } from '../../../client/data/classroom/watch-classroom.ts'
import { watchPolls } from '../../../client/data/classroom/watch-polls.ts'
import { watchQuestions } from '../../../client/data/classroom/watch-questions.ts'
import { watchThread } from '../../../client/data/classroom/watch-thread.ts'
import { CLASSROOM_HEADER, CLASSROOM_VERSION } from '../../../shared/classroom/version.ts'
import type { PollRow, QuestionRow } from '../../../shared/classroom/rows.ts'
import { exampleId } from '../data/example.ts'
import {
  classroomRow,
  createFakeRoom,
  first,
  questionRow,
  removeRooms,
  replyRow,
  ROOM,
  whenLive,
  type FakeRoom,
} from './fake-classroom.ts'

const one = '0b9c5a51-5b70-4c1e-9f07-0f6c3d0e5c11'
const two = '7d1f5a7e-3a41-4a6b-8a53-2a0f3b9c7d22'

describe('in a room', () => {
  let fake: FakeRoom
  let room: OpenedClassroom

  beforeEach(async () => {
    fake = createFakeRoom()
    room = await fake.openTab().open()
    await whenLive(fake, room)
  })
  afterEach(async () => {
    room.close()
    await removeRooms()
  })

  test('whether it takes questions is read off the server’s clock, also when that becomes known later', async () => {
    const { clock, serverClock } = fake.browser
    const hour = 3_600_000
    // By this device's clock it has ended; by the server's it is in the middle of it.
    const serverNow = clock.now() - 5 * hour
    fake.put(classroomRow({ seq: 2, opensAt: serverNow - hour, endsAt: serverNow + hour }))
    await fake.passUntil(async () => (await room.db.classroom.toCollection().first())?.opensAt !== null)
    const phases: (string | undefined)[] = []
    const subscription = watchClassroom(room).subscribe((view) => phases.push(view?.phase))
    await expect.poll(() => phases).toEqual(['ended'])
    serverClock.note(new Date(serverNow).toUTCString(), clock.now())
    await expect.poll(() => phases).toEqual(['ended', 'open'])
    subscription.unsubscribe()
  })

  /** Asks, and waits until it is on the list. */
  async function askAndWait(text: string): Promise<QuestionRow> {
    const id = await ask(room, { text, name: null })
    await fake.passUntil(async () => (await room.db.questions.get(id)) !== undefined)
    const row = await room.db.questions.get(id)
    if (row === undefined) throw new Error('it is not there')
    return row
  }

  /** The first answer of which this is so, however long it takes by the device's clock: rows that stream in are gathered. */
  async function wait<Value>(source: Observable<Value>, fact: (value: Value) => boolean): Promise<Value> {
    let isThere = false
    const found = first(source, fact).finally(() => (isThere = true))
    await fake.passUntil(() => isThere)
    return found
  }

  const see = (fact: (all: QuestionView[]) => boolean) => wait(watchQuestions(room), fact)

  test('other people’s hidden questions are not seen, one’s own are, with their text and what became of them', async () => {
    const mine = await askAndWait('Mine?')
    fake.put(questionRow({ id: two, n: 2, text: null, state: 'held' }))
    fake.put({ ...mine, text: null, state: 'dismissed', reason: 'off_topic', note: 'Not here.' })
    expect(await see(([view]) => view?.state === 'dismissed')).toMatchObject([
      { id: mine.id, text: 'Mine?', mine: true, reason: 'off_topic', note: 'Not here.', news: true },
    ])
    expect(await wait(watchLedger(room), ({ asked }) => asked === 2)).toMatchObject({ held: 1, shown: 0 })
  })

  test('an answer is news until its asker has looked, and that it is shown is none', async () => {
    const mine = await askAndWait('Mine?')
    expect(await see((all) => all.length === 1)).toMatchObject([{ news: false }])
    fake.put(replyRow({ id: exampleId(7), questionId: mine.id }), { ...mine, answered: 'text' })
    expect(await see(([view]) => view?.answers === 1)).toMatchObject([{ news: true, replies: 1 }])
    await markLookedAt(room, mine.id)
    expect(await see(([view]) => view?.news === false)).toMatchObject([{ answers: 1 }])
  })

  test('an answer to what a question was merged into is news for the one who asked', async () => {
    const mine = await askAndWait('Mine?')
    fake.put(questionRow({ id: two, n: 2 }), { ...mine, text: null, state: 'merged', mergedInto: two })
    await see(([view]) => view?.state === 'merged')
    await markLookedAt(room, mine.id)
    expect(await see(([view]) => view?.news === false)).toMatchObject([{ mergedInto: two, text: 'Mine?' }, { id: two }])
    fake.put(replyRow({ id: exampleId(7), questionId: two }))
    expect(await see(([view]) => view?.news === true)).toMatchObject([{ id: mine.id }, { id: two, answers: 1 }])
  })

  test('a thread holds what was said to it and what one says oneself, also where one’s question was merged', async () => {
    const mine = await askAndWait('Mine?')
    fake.put(questionRow({ id: two, n: 2 }), { ...mine, text: null, state: 'merged', mergedInto: two })
    await see(([view]) => view?.state === 'merged')
    fake.cut()
    await fake.pass(40_000)
    const said = await followUp(room, two, 'And then?')
    const answered = await postReply(room, two, 'I think so.')
    expect(await wait(watchThread(room, two), (thread) => thread?.replies.length === 2)).toMatchObject({
      question: { id: two },
      replies: [
        { id: said, by: 'asker', mine: true, text: 'And then?', state: 'waiting', waiting: 'post' },
        { id: answered, by: 'someone', mine: true, at: null },
      ],
    })
    await withdrawReply(room, said)
    expect(await wait(watchThread(room, two), (thread) => thread?.replies.length === 1)).toBeDefined()
    expect(await wait(watchThread(room, '00000000-0000-4000-8000-000000000000'), () => true)).toBeUndefined()
  })

  test('a vote is counted once, before and after the server has it', async () => {
    fake.put(questionRow({ id: one, votes: 4 }))
    await see((all) => all.length === 1)
    const counts: number[] = []
    const subscription = watchQuestions(room).subscribe(([view]) => counts.push(view?.votes ?? 0))
    await fake.passUntil(async () => counts.length > 0)
    await vote(room, one)
    await fake.passUntil(async () => (await room.db.outbox.count()) === 0 && counts.at(-1) === 5)
    await fake.pass(1_000)
    subscription.unsubscribe()
    expect([...new Set(counts)]).toEqual([4, 5])
    expect(await see(([view]) => view?.voted === true)).toMatchObject([{ votes: 5, waiting: null }])
  })

  test('an answer to a poll is one’s own choice at once, and stays', async () => {
    const poll: PollRow = {
      ...{ type: 'poll', seq: 1, id: exampleId(5), kind: 'one', question: 'Clear?', options: ['Yes', 'No'] },
      ...{ state: 'open', results: 'reveal', revealed: false, answers: 0, counts: null, quiz: false, right: null },
    }
    fake.put(poll)
    await wait(watchPolls(room), (polls) => polls.length === 1)
    await answerPoll(room, poll.id, [1])
    expect(await wait(watchPolls(room), ([view]) => view?.myChoice !== null)).toMatchObject([{ myChoice: [1] }])
    await fake.passUntil(async () => (await room.db.outbox.count()) === 0)
    expect(await wait(watchPolls(room), () => true)).toMatchObject([{ myChoice: [1], waiting: false, counts: null }])
  })
})

describe('similar questions', () => {
  const view = (id: string, text: string, state: QuestionView['state'] = 'shown') =>
    ({ id, text, state }) as QuestionView
  const questions = [
    view('1', 'How do I integrate by parts?'),
    view('2', 'What is a vector space?'),
    view('3', 'Integration by parts: which part first?'),
    view('4', 'How do I integrate by parts, again?', 'held'),
    view('5', 'When is the exam?'),
  ]

  test('are the shown ones that resemble what is typed, typing errors forgiven', () => {
    expect(similarTo(questions, 'how to integrate by parts').map(({ id }) => id)).toEqual(['1', '3'])
    expect(similarTo(questions, 'what is a vectr space').map(({ id }) => id)).toEqual(['2'])
  })

  test('are none for a word or two that stand everywhere, or for something new', () => {
    expect(similarTo(questions, 'how')).toEqual([])
    expect(similarTo(questions, 'why does entropy grow over time')).toEqual([])
  })
})

describe('the ledger', () => {
  const rows = (states: QuestionRow['state'][]) => states.map((state, index) => questionRow({ id: `${index}`, state }))

  test('says in one sentence what became of all questions', () => {
    const dismissed = questionRow({ id: 'x', state: 'dismissed', reason: 'off_topic' })
    const shown = rows(Array<QuestionRow['state']>(9).fill('shown'))
    expect(ledgerSentence(toLedger([...shown, ...rows(['merged', 'merged']), dismissed]))).toBe(
      '12 asked, 9 shown, 2 merged, 1 dismissed: off topic',
    )
    const unclear = questionRow({ id: 'y', state: 'dismissed', reason: 'unclear' })
    expect(ledgerSentence(toLedger([dismissed, unclear, ...rows(['held', 'withdrawn', 'rephrase'])]))).toBe(
      '5 asked, 0 shown, 1 held, 1 to be rephrased, 1 withdrawn, 2 dismissed: 1 off topic, 1 unclear',
    )
  })
})

describe('links and codes', () => {
  test('name the classroom and, where it is limited, the key', () => {
    const hash = 'A'.repeat(43)
    expect(classroomLink('https://x.test', ROOM, null)).toBe(`https://x.test/q/${ROOM}`)
    expect(screenLink('https://x.test', ROOM, hash)).toBe(`https://x.test/q/${ROOM}/screen#k=${hash}`)
    expect(formatCode('abcdefgh')).toBe('abcd-efgh')
  })

  test('a key is four words, which differ where its first 44 bits do', () => {
    expect(keyWords('A'.repeat(43))).toEqual(['abandon', 'abandon', 'abandon', 'abandon'])
    expect(keyWords(`${'A'.repeat(6)}Q${'A'.repeat(36)}`)).not.toEqual(keyWords('A'.repeat(43)))
    expect(keyWords(`_${'_'.repeat(42)}`)).toEqual(['zoo', 'zoo', 'zoo', 'zoo'])
  })

  test('a code that stands for nothing is answered with a sentence, and so is no network', async () => {
    const headers = { [CLASSROOM_HEADER]: String(CLASSROOM_VERSION) }
    const error = { error: { code: 'not_found', message: 'No.' } }
    const none = () => Promise.resolve(new Response(JSON.stringify(error), { status: 404, headers }))
    expect(await findClassroom({ fetch: none }, 'abcd-efgh')).toEqual({
      ok: false,
      sentence: 'There is no classroom with this code.',
    })
    const portal = () => Promise.resolve(new Response('<p>Sign in</p>'))
    expect(await findClassroom({ fetch: portal }, 'abcd-efgh')).toMatchObject({ ok: false, sentence: /Wi-Fi/ })
    const lost = () => Promise.reject(new TypeError('no network'))
    expect(await findClassroom({ fetch: lost }, 'abcd-efgh')).toMatchObject({ ok: false, sentence: /network/ })
  })
})

test.each([
  ['open', null, null, 'open'],
  ['approval', 5, 20, 'open'],
  ['open', 11, null, 'before'],
  ['open', null, 10, 'ended'],
  ['closed', 5, 20, 'closed'],
] as const)('at 10 a classroom that is %s from %s to %s is %s', (mode, opensAt, endsAt, phase) => {
  expect(phaseAt({ mode, opensAt, endsAt }, 10)).toBe(phase)
})
