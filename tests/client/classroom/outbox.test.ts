import 'fake-indexeddb/auto'
import { createChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import { verifySolution, type Payload } from 'altcha-lib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { discardRefused, retryRefused, watchRefused } from '../../../client/data/classroom/refused.ts'
import type { OpenedClassroom } from '../../../client/data/classroom/opened-classroom.ts'
import {
  answerPoll,
  ask,
  editQuestion,
  followUp,
  postReply,
  retractVote,
  vote,
} from '../../../client/data/classroom/student-actions.ts'
import { watchQuestions } from '../../../client/data/classroom/watch-questions.ts'
import { becomeEdit } from '../../../client/sync/classroom/student-outbox.ts'
import { CLASSROOM_HEADER, CLASSROOM_VERSION } from '../../../shared/classroom/version.ts'
import {
  createFakeRoom,
  first,
  questionRow,
  readOutbox,
  removeRooms,
  whenLive,
  whenNotLive,
  type FakeRoom,
} from './fake-classroom.ts'

const other = '0b9c5a51-5b70-4c1e-9f07-0f6c3d0e5c11'
const another = '7d1f5a7e-3a41-4a6b-8a53-2a0f3b9c7d22'
const poll = '0190c5a5-5b70-7c1e-9f07-0f6c3d0e5c33'

let fake: FakeRoom
let room: OpenedClassroom

beforeEach(async () => {
  fake = createFakeRoom()
  room = await fake.openTab().open()
})
afterEach(async () => {
  room.close()
  await removeRooms()
})

/** The tab is gone at once; what it stored stays. */
async function reopen(): Promise<void> {
  room.close()
  room = await fake.openTab().open()
}

describe('what a request says', () => {
  test('is one command and no account: no credentials, no header but the version, nothing equal between two questions', async () => {
    fake.put(questionRow({ id: other }), questionRow({ id: another, n: 2 }))
    await whenLive(fake, room)
    await ask(room, { text: 'One?', name: null })
    const asked = await ask(room, { text: 'Two?', name: null })
    await vote(room, other)
    await vote(room, another)
    await postReply(room, other, 'I think so.')
    await followUp(room, asked, 'And then?')
    await answerPoll(room, poll, [0])
    await fake.passUntil(() => fake.asked.length === 7)
    for (const { init, path, body } of fake.asked) {
      expect(init.credentials).toBe('omit')
      expect([...new Headers(init.headers)]).toEqual([
        ['content-type', 'application/json'],
        [CLASSROOM_HEADER, String(CLASSROOM_VERSION)],
      ])
      expect(path.startsWith('/q/api/')).toBe(true)
      expect(Object.keys(body)).toEqual(['command'])
    }
    const [one, two] = fake.asked.map(({ body }) => body.command)
    const values = (command: object | undefined) =>
      Object.entries(command ?? {}).filter(([name]) => name !== 'type' && name !== 'name')
    const shared = values(one).filter(([, value]) => values(two).some(([, second]) => second === value))
    expect(shared).toEqual([])
  })
})

describe('the receipt of a vote', () => {
  test('is the same for one question, another for another one, and another in another browser', async () => {
    fake.put(questionRow({ id: other }), questionRow({ id: another, n: 2 }))
    await whenLive(fake, room)
    await vote(room, other)
    await fake.passUntil(() => fake.asked.length === 1)
    await retractVote(room, other)
    await fake.passUntil(() => fake.asked.length === 2)
    await reopen()
    await whenLive(fake, room)
    await vote(room, other)
    await vote(room, another)
    await fake.passUntil(() => fake.asked.length === 4)
    const hashes = fake.asked.map(({ body: { command } }) => ('receiptHash' in command ? command.receiptHash : ''))
    expect(hashes[2]).toBe(hashes[0])
    expect(hashes[3]).not.toBe(hashes[0])
    room.close()
    await removeRooms()
    room = await fake.openTab().open()
    await whenLive(fake, room)
    await vote(room, other)
    await fake.passUntil(() => fake.asked.length === 5)
    const { command } = fake.asked[4]?.body ?? {}
    expect(command).toMatchObject({ type: 'vote.cast', questionId: other })
    expect(hashes).not.toContain(command !== undefined && 'receiptHash' in command ? command.receiptHash : '')
  })

  test('taken back twice at once and given again is given', async () => {
    fake.put(questionRow({ id: other, votes: 0 }))
    await whenLive(fake, room)
    fake.cut()
    await vote(room, other)
    await Promise.all([retractVote(room, other), retractVote(room, other)])
    expect(await readOutbox()).toEqual([])
    await vote(room, other)
    fake.mend()
    await fake.passUntil(async () => fake.asked.length > 0 && (await readOutbox()).length === 0)
    expect(fake.types()).toEqual(['vote.cast'])
  })

  test('that the server has already makes the vote stand, and nothing is refused', async () => {
    fake.put(questionRow({ id: other, votes: 1 }))
    await whenLive(fake, room)
    fake.judge(() => ({ code: 'already_voted' }))
    await vote(room, other)
    await fake.passUntil(async () => fake.asked.length === 1 && (await readOutbox()).length === 0)
    expect(await first(watchQuestions(room), () => true)).toMatchObject([{ voted: true, votes: 1, waiting: null }])
  })
})

describe('what one said last about a question', () => {
  test('makes what one said before it be forgotten, so that a log that goes back is not told that after it', async () => {
    fake.put(questionRow({ id: other, votes: 1 }))
    await whenLive(fake, room)
    // Taken at a seq that this device has not come to, and that the log has lost since: the vote before it stands.
    await room.db.outbox.add({
      ...{ position: 1, id: another, subject: other, token: null },
      command: { type: 'vote.retract', id: another, questionId: other, receipt: 'x'.repeat(22) },
      state: { kind: 'accepted', seq: 1_000 },
    })
    fake.judge(() => ({ code: 'already_voted' }))
    await vote(room, other)
    await fake.passUntil(() => fake.asked.length === 1)
    await fake.passUntil(async () => (await readOutbox()).length === 0)
    expect(await first(watchQuestions(room), () => true)).toMatchObject([{ voted: true }])
  })
})

describe('killed and opened again', () => {
  test('before the network: the question still waits, and is asked once', async () => {
    fake.cut()
    await ask(room, { text: 'Why?', name: null })
    await reopen()
    expect(await first(watchQuestions(room), () => true)).toMatchObject([
      { text: 'Why?', state: 'waiting', mine: true, n: null },
    ])
    fake.mend()
    await fake.passUntil(() => fake.rows().length === 2)
    await fake.passUntil(async () => (await readOutbox()).length === 0)
    expect(fake.types()).toEqual(['question.ask'])
  })

  test('while it was on its way: it is sent again under the same id and receipt', async () => {
    await whenLive(fake, room)
    fake.judge(() => 'taken but unanswered')
    await ask(room, { text: 'Why?', name: null })
    await fake.passUntil(() => fake.asked.length === 1)
    fake.judge(() => undefined)
    await reopen()
    await fake.passUntil(async () => fake.asked.length === 2 && (await readOutbox()).length === 0)
    expect(fake.asked[1]?.body).toEqual(fake.asked[0]?.body)
    expect(fake.rows()).toHaveLength(2)
  })

  test('in the very moment of leaving: an edit afterwards is a command of its own, for the server may have it', async () => {
    await whenLive(fake, room)
    fake.judge(() => {
      room.close()
      return 'taken but unanswered'
    })
    const asked = await ask(room, { text: 'Wy?', name: null })
    await fake.passUntil(() => fake.asked.length === 1)
    fake.judge(() => undefined)
    fake.cut()
    room = await fake.openTab().open()
    await editQuestion(room, asked, 'Why?')
    expect((await readOutbox()).map(({ command }) => command.type)).toEqual(['question.ask', 'question.edit'])
    fake.mend()
    await fake.passUntil(async () => (await readOutbox()).length === 0)
    expect(fake.rows().filter(({ type }) => type === 'question')).toMatchObject([{ text: 'Why?', edited: true }])
  })

  test('an edit after another one, that waits behind the question, takes its place: what is typed last is what is asked', async () => {
    fake.cut()
    const asked = await ask(room, { text: 'Wy?', name: null })
    const setSent = (sent: boolean) =>
      room.db.outbox.update(1, { state: { kind: 'waiting', departure: { kind: 'queued' }, sent } })
    // It was edited while the server may have had it, which then said that it has not.
    await setSent(true)
    await editQuestion(room, asked, 'Why, then?')
    await setSent(false)
    await editQuestion(room, asked, 'Why?')
    fake.mend()
    await fake.passUntil(async () => (await readOutbox()).length === 0)
    expect(fake.rows().filter(({ type }) => type === 'question')).toMatchObject([{ text: 'Why?' }])
  })

  test('and changed while it waits to be asked again: when the first request was taken late, the change is an edit of it', async () => {
    await whenLive(fake, room)
    fake.judge(() => ({ code: 'slow_mode', retryAfterMs: 30_000 }))
    const asked = await ask(room, { text: 'Wy?', name: null })
    await first(watchQuestions(room), ([one]) => typeof one?.sendAfter === 'number')
    await editQuestion(room, asked, 'Why?')
    fake.put(questionRow({ id: asked, text: 'Wy?' }))
    fake.judge(({ body }) => (body.command.type === 'question.ask' ? { code: 'id_taken' } : undefined))
    await fake.passUntil(async () => (await readOutbox()).length === 0)
    expect(fake.rows().filter(({ type }) => type === 'question')).toMatchObject([{ text: 'Why?', edited: true }])
    expect(await room.db.receipts.get(asked)).toMatchObject({ text: 'Why?', accepted: true })
  })

  test('and answered in a lineage that is over by now: it stays a question, to be asked again', async () => {
    fake.cut()
    const id = await ask(room, { text: 'Why?', name: null })
    const before = await readOutbox()
    expect(await becomeEdit(room.storage, { id, lineage: 'one that ended' })).toBe(true)
    expect(await readOutbox()).toEqual(before)
    expect(await room.db.receipts.get(id)).toMatchObject({ accepted: false })
  })

  test('after it was taken: it is shown once, as one’s own', async () => {
    await whenLive(fake, room)
    await ask(room, { text: 'Why?', name: 'Ann' })
    await fake.passUntil(() => fake.asked.length === 1)
    await reopen()
    await whenLive(fake, room)
    await fake.passUntil(async () => (await readOutbox()).length === 0)
    expect(await first(watchQuestions(room), () => true)).toMatchObject([
      { n: 1, text: 'Why?', name: 'Ann', mine: true },
    ])
    expect(fake.asked).toHaveLength(1)
  })

  test('after it was refused: the text and the reason are still there', async () => {
    await whenLive(fake, room)
    fake.judge(() => ({ code: 'closed' }))
    await ask(room, { text: 'Why?', name: null })
    await first(watchRefused(room), (refused) => refused.length === 1)
    await reopen()
    expect(await first(watchRefused(room), () => true)).toMatchObject([
      { what: 'Your question', text: 'Why?', sentence: 'This classroom takes no questions now.' },
    ])
    expect(await first(watchQuestions(room), () => true)).toEqual([])
  })
})

describe('a refused command', () => {
  beforeEach(async () => {
    await whenLive(fake, room)
    fake.judge(() => ({ code: 'closed' }))
    await ask(room, { text: 'Wy?', name: null })
    await first(watchRefused(room), (refused) => refused.length === 1)
    fake.judge(() => undefined)
  })

  test('is sent again when its writer says so', async () => {
    const [refused] = await first(watchRefused(room), () => true)
    await retryRefused(room, refused?.entryId ?? '')
    await fake.passUntil(() => fake.rows().length === 2)
    expect(await first(watchRefused(room), (now) => now.length === 0)).toEqual([])
  })

  test('is sent again when it is edited, as it reads then', async () => {
    const [entry] = await readOutbox()
    await editQuestion(room, entry?.id ?? '', 'Why?')
    await fake.passUntil(() => fake.rows().length === 2)
    expect(fake.asked[1]?.body.command).toMatchObject({ type: 'question.ask', text: 'Why?' })
  })

  test('is gone for good when its writer drops it, and so is its receipt', async () => {
    const [refused] = await first(watchRefused(room), () => true)
    await discardRefused(room, refused?.entryId ?? '')
    expect(await readOutbox()).toEqual([])
    expect(await room.db.receipts.count()).toBe(0)
  })

  test('holds back what was written about it, and nothing else', async () => {
    const [entry] = await readOutbox()
    await followUp(room, entry?.id ?? '', 'And then?')
    await ask(room, { text: 'Another?', name: null })
    await fake.passUntil(() => fake.rows().length === 2)
    expect(fake.types()).toEqual(['question.ask', 'question.ask'])
  })
})

test('a proof of work that the server asks for is made, and sent along', async () => {
  const hmacSignatureSecret = 'a secret'
  const challenge = await createChallenge({
    ...{ algorithm: 'PBKDF2/SHA-256', cost: 10, counter: 20, deriveKey, hmacSignatureSecret },
  })
  await whenLive(fake, room)
  fake.judge(({ body }) => (body.work === undefined ? { code: 'work_needed', challenge } : undefined))
  await ask(room, { text: 'Why?', name: null })
  await fake.passUntil(() => fake.asked.length === 2)
  const payload = JSON.parse(atob(fake.asked[1]?.body.work ?? '')) as Payload
  expect(await verifySolution({ ...payload, deriveKey, hmacSignatureSecret })).toMatchObject({ verified: true })
  expect(fake.rows()).toHaveLength(2)
})

test('two tabs of one browser send a command once, and both show it', async () => {
  await whenLive(fake, room)
  const second = await fake.openTab().open()
  await ask(second, { text: 'Why?', name: null })
  await fake.passUntil(() => fake.asked.length === 1)
  for (const one of [room, second]) {
    expect(await first(watchQuestions(one), ([question]) => question?.n === 1)).toHaveLength(1)
  }
  // The tab that leads is closed: the other one goes on.
  room.close()
  room = second
  await whenLive(fake, room)
  await ask(room, { text: 'And?', name: null })
  await fake.passUntil(() => fake.rows().length === 3)
  await fake.pass(5_000)
  expect(fake.asked).toHaveLength(2)
})

test('a device that is offline again and again never loses or doubles a question', async () => {
  const texts: string[] = []
  for (let round = 0; round < 4; round += 1) {
    fake.cut()
    await whenNotLive(fake, room)
    texts.push(`Question ${round}?`)
    await ask(room, { text: `Question ${round}?`, name: null })
    fake.judge(() => (fake.asked.length % 2 === 1 ? 'taken but unanswered' : undefined))
    fake.mend()
    await whenLive(fake, room)
    if (round % 2 === 0) await reopen()
  }
  await fake.passUntil(async () => (await readOutbox()).length === 0)
  const told = fake.rows().flatMap((row) => (row.type === 'question' ? [row.text ?? ''] : []))
  expect(told.toSorted()).toEqual(texts)
}, 30_000)
