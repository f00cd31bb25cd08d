import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  ask,
  editQuestion,
  retractVote,
  vote,
  withdrawQuestion,
} from '../../../client/data/classroom/student-actions.ts'
import type { OpenedClassroom } from '../../../client/data/classroom/opened-classroom.ts'
import { watchQuestions } from '../../../client/data/classroom/watch-questions.ts'
import { QUEUED_DELAY_MAX_MS } from '../../../shared/classroom/limits.ts'
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

describe('when a command goes out', () => {
  test('a question that is asked while the room is live goes at once', async () => {
    await whenLive(fake, room)
    const at = fake.browser.clock.now()
    await ask(room, { text: 'Why?', name: null })
    await fake.passUntil(() => fake.asked.length === 1)
    expect((fake.asked[0]?.at ?? Infinity) - at).toBeLessThan(1_000)
  })

  test('what was done with no network goes after a delay of its own, drawn when the network is back', async () => {
    await whenLive(fake, room)
    fake.cut()
    await whenNotLive(fake, room)
    await ask(room, { text: 'One?', name: null })
    await ask(room, { text: 'Two?', name: null })
    await fake.pass(QUEUED_DELAY_MAX_MS * 2)
    expect(await listSendAfter()).toEqual([null, null])
    // The back-off draws too, while the socket is tried: nothing, so that it is tried at once.
    const draws = [0.75, 0.25]
    fake.chance(() => (fake.isOnline() ? (draws.shift() ?? 0) : 0))
    fake.mend()
    await whenLive(fake, room)
    const back = fake.browser.clock.now()
    const [one, two] = await listSendAfter()
    expect((one ?? 0) - (two ?? 0)).toBe(QUEUED_DELAY_MAX_MS / 2)
    expect(fake.asked).toEqual([])
    await fake.passUntil(() => fake.asked.length === 2)
    expect(fake.asked.map(({ body }) => 'text' in body.command && body.command.text)).toEqual(['Two?', 'One?'])
    for (const { at } of fake.asked) {
      expect(at - back).toBeGreaterThan(10_000)
      expect(at - back).toBeLessThanOrEqual(QUEUED_DELAY_MAX_MS + 1_000)
    }
    expect((fake.asked[1]?.at ?? 0) - (fake.asked[0]?.at ?? 0)).toBeGreaterThan(20_000)
  })

  test('a moment that passed with no network is drawn anew, so nothing goes as the network comes back', async () => {
    fake.cut()
    await ask(room, { text: 'Why?', name: null })
    fake.mend()
    await whenLive(fake, room)
    await fake.passUntil(async () => (await listSendAfter())[0] !== null)
    fake.cut()
    await fake.pass(QUEUED_DELAY_MAX_MS * 2)
    fake.mend()
    await whenLive(fake, room)
    const [at] = await listSendAfter()
    expect(fake.asked).toEqual([])
    expect(at).toBeGreaterThan(fake.browser.clock.now())
  })

  test('a reload does not make the delay shorter', async () => {
    fake.cut()
    await ask(room, { text: 'Why?', name: null })
    fake.chance(() => 0.9)
    fake.mend()
    await whenLive(fake, room)
    const [before] = await listSendAfter()
    room.close()
    fake.chance(() => 0)
    room = await fake.openTab().open()
    await whenLive(fake, room)
    expect(await listSendAfter()).toEqual([before])
    await fake.passUntil(() => fake.asked.length === 1)
    expect(fake.asked[0]?.at).toBeGreaterThanOrEqual(before ?? Infinity)
  })

  test('of two that fall due together one goes, and the other draws anew', async () => {
    fake.cut()
    await ask(room, { text: 'One?', name: null })
    await ask(room, { text: 'Two?', name: null })
    fake.mend()
    await fake.passUntil(() => fake.asked.length === 2)
    expect((fake.asked[1]?.at ?? 0) - (fake.asked[0]?.at ?? 0)).toBeGreaterThan(10_000)
  })

  test('a command that found nobody waits for the network, and then for its moment', async () => {
    await whenLive(fake, room)
    fake.judge(() => (fake.asked.length === 1 ? 'unanswered' : undefined))
    await ask(room, { text: 'Why?', name: null })
    await fake.passUntil(() => fake.asked.length === 2)
    expect((fake.asked[1]?.at ?? 0) - (fake.asked[0]?.at ?? 0)).toBeGreaterThan(10_000)
  })
})

describe('what was done about one question', () => {
  const id = '0b9c5a51-5b70-4c1e-9f07-0f6c3d0e5c11'

  test('asked, edited and withdrawn while it waits: an edit changes it in place, withdrawn nothing is left', async () => {
    fake.cut()
    const asked = await ask(room, { text: 'Wy?', name: null })
    await editQuestion(room, asked, 'Why?')
    expect((await readOutbox()).map(({ command }) => command)).toMatchObject([{ type: 'question.ask', text: 'Why?' }])
    await withdrawQuestion(room, asked)
    expect(await readOutbox()).toEqual([])
    expect(await room.db.receipts.count()).toBe(0)
    expect(await first(watchQuestions(room), () => true)).toEqual([])
  })

  test('a vote taken back while it waits was never given', async () => {
    fake.put(questionRow({ id }))
    await whenLive(fake, room)
    fake.cut()
    await whenNotLive(fake, room)
    await vote(room, id)
    expect(await first(watchQuestions(room), ([one]) => one?.voted === true)).toMatchObject([
      { votes: 1, waiting: 'vote' },
    ])
    await retractVote(room, id)
    expect(await readOutbox()).toEqual([])
    expect(await first(watchQuestions(room), ([one]) => one?.voted === false)).toMatchObject([{ votes: 0 }])
  })

  test('an edit of what may have arrived goes behind it, and a withdrawal behind that', async () => {
    await whenLive(fake, room)
    fake.judge(() => (fake.asked.length === 1 ? 'taken but unanswered' : undefined))
    const asked = await ask(room, { text: 'Wy?', name: null })
    await fake.passUntil(async () => fake.asked.length === 1 && !(await isLive()))
    await editQuestion(room, asked, 'Why?')
    await withdrawQuestion(room, asked)
    await fake.passUntil(() => fake.types().includes('question.withdraw'))
    expect(fake.types()).toEqual(['question.ask', 'question.ask', 'question.withdraw'])
    await fake.passUntil(async () => (await readOutbox()).length === 0)
    expect(fake.rows().filter(({ type }) => type === 'question')).toMatchObject([{ state: 'withdrawn', text: null }])
  })

  test('two questions do not wait for each other', async () => {
    await whenLive(fake, room)
    fake.judge(({ body }) =>
      'text' in body.command && body.command.text === 'One?' ? { code: 'slow_mode', retryAfterMs: 60_000 } : undefined,
    )
    await ask(room, { text: 'One?', name: null })
    await ask(room, { text: 'Two?', name: null })
    await fake.passUntil(() => fake.rows().some((row) => row.type === 'question' && row.text === 'Two?'))
    expect(fake.rows().filter(({ type }) => type === 'question')).toHaveLength(1)
  })

  test('slow mode makes a question wait visibly, and asks again when the room takes one', async () => {
    await whenLive(fake, room)
    fake.judge(() => (fake.asked.length === 1 ? { code: 'slow_mode', retryAfterMs: 30_000 } : undefined))
    await ask(room, { text: 'Why?', name: null })
    const [waiting] = await first(watchQuestions(room), ([one]) => typeof one?.sendAfter === 'number')
    expect(waiting).toMatchObject({ state: 'waiting', waiting: 'ask', text: 'Why?' })
    await fake.passUntil(() => fake.asked.length === 2)
    expect((fake.asked[1]?.at ?? 0) - (fake.asked[0]?.at ?? 0)).toBeGreaterThanOrEqual(30_000)
  })
})

async function listSendAfter(): Promise<(number | null)[]> {
  return (await readOutbox()).map(({ state }) =>
    state.kind === 'waiting' && state.departure.kind === 'after' ? state.departure.at : null,
  )
}

async function isLive(): Promise<boolean> {
  const found = await room.db.meta.get('connection')
  return found?.key === 'connection' && found.state === 'live'
}
