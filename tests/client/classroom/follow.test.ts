import 'fake-indexeddb/auto'
import { Dexie } from 'dexie'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { OpenedClassroom, ClassroomConnection } from '../../../client/data/classroom/opened-classroom.ts'
import { forgetClassroom } from '../../../client/data/classroom/delete-classroom.ts'
import { watchRefused } from '../../../client/data/classroom/refused.ts'
import { loadUnsentTexts } from '../../../client/sync/classroom/unsent-texts.ts'
import { ask, retractVote, vote, withdrawQuestion } from '../../../client/data/classroom/student-actions.ts'
import { watchQuestions } from '../../../client/data/classroom/watch-questions.ts'
import { watchVisited } from '../../../client/data/classroom/visited.ts'
import type { StudentApi } from '../../../client/sync/classroom/api.ts'
import { setConnection } from '../../../client/sync/classroom/connection.ts'
import { ClassroomDatabase, type ClassroomOutboxEntry } from '../../../client/sync/classroom/database.ts'
import { createDexieStorage } from '../../../client/sync/classroom/dexie-storage.ts'
import { offerAgain, prepareOffers } from '../../../client/sync/classroom/restore.ts'
import { hashOf } from '../../../client/sync/classroom/secrets.ts'
import { NO_REFILL } from '../../../client/sync/classroom/refill-tokens.ts'
import { createStudentSender } from '../../../client/sync/classroom/student-sender.ts'
import { createClassroomKind } from '../../../client/sync/classroom/kind.ts'
import type { Classroom } from '../../../client/sync/classroom/tables.ts'
import { applyFrame } from '../../../client/sync/log/apply.ts'
import type { QuestionRow } from '../../../shared/classroom/rows.ts'
import {
  classroomRow,
  createFakeRoom,
  first,
  questionRow,
  readOutbox,
  removeRooms,
  ROOM,
  whenLive,
  whenNotLive,
  type FakeRoom,
  NO_PHOTOS,
} from './fake-classroom.ts'

const id = '0b9c5a51-5b70-4c1e-9f07-0f6c3d0e5c11'
const other = '7d1f5a7e-3a41-4a6b-8a53-2a0f3b9c7d22'

let fake: FakeRoom
let room: OpenedClassroom

let latest: ClassroomConnection | undefined
let stopWatching: () => void

beforeEach(async () => {
  fake = createFakeRoom()
  room = await fake.openTab().open()
  const subscription = room.connection.subscribe((now) => (latest = now))
  stopWatching = () => subscription.unsubscribe()
})
afterEach(async () => {
  stopWatching()
  room.close()
  await removeRooms()
})

const getPosition = () => room.storage.transact((tables) => Promise.resolve(tables.getPosition()))
const connection = (fact: (now: ClassroomConnection) => boolean) => first(room.connection, fact)

describe('following a classroom', () => {
  test('brings what is there, what comes, and how many are in the room', async () => {
    fake.put(questionRow({ id }))
    await whenLive(fake, room)
    expect(await connection(({ devices }) => devices === 12)).toMatchObject({ known: true, problem: null, waiting: 0 })
    fake.put(questionRow({ id: other, n: 2, text: 'How?' }))
    await fake.passUntil(async () => (await room.db.questions.count()) === 2)
    expect((await getPosition()).cursor).toBe(fake.head())
  })

  test('goes on after the network broke off, with what was missed', async () => {
    await whenLive(fake, room)
    fake.cut()
    await fake.pass(60_000)
    expect(await connection(() => true)).toMatchObject({ state: 'offline', known: true })
    fake.mend()
    fake.put(questionRow({ id }))
    await whenLive(fake, room)
    expect(await room.db.questions.count()).toBe(1)
  })

  test('works by long polls where no WebSocket gets through, and commands go at once', async () => {
    fake.forbidSockets()
    await whenLive(fake, room)
    await ask(room, { text: 'Why?', name: null })
    await fake.passUntil(() => fake.asked.length === 1)
    await fake.passUntil(async () => (await readOutbox()).length === 0)
    expect(await room.db.questions.count()).toBe(1)
  })

  const answers: [name: string, answer: () => Response, expected: Partial<ClassroomConnection>][] = [
    ['a Wi-Fi that wants a sign-in', () => new Response('<p>Sign in</p>'), { state: 'portal', problem: null }],
    ['a proxy without its server', () => new Response('', { status: 502 }), { state: 'offline', problem: null }],
    ['a server without this classroom', () => fake.refuse('not_found'), { problem: 'not_found' }],
    ['a server of another version', () => fake.refuse('protocol_version'), { problem: 'protocol' }],
  ]
  test.each(answers)(
    'tells %s from the server, keeps what waits, and goes on afterwards',
    async (_, answer, expected) => {
      await whenLive(fake, room)
      fake.answerInstead(answer)
      await fake.passUntil(() => JSON.stringify({ ...latest, ...expected }) === JSON.stringify(latest))
      await ask(room, { text: 'Why?', name: null })
      fake.answerInstead(undefined)
      await fake.passUntil(() => fake.rows().length === 2)
      expect(await connection(({ waiting }) => waiting === 0)).toMatchObject({ state: 'live', problem: null })
    },
  )

  test('of a classroom that was deleted says so at once, and refuses what waits and what comes late with its text', async () => {
    await whenLive(fake, room)
    fake.cut()
    await whenNotLive(fake, room)
    await ask(room, { text: 'Still waiting', name: null })
    fake.mend()
    fake.answerInstead(() => fake.refuse('not_found'))
    await fake.passUntil(() => latest?.problem === 'not_found')
    expect(latest).toMatchObject({ known: true, waiting: 0 })
    await ask(room, { text: 'Too late', name: null })
    const refused = await first(watchRefused(room), (all) => all.length === 2)
    expect(refused).toMatchObject(
      ['Still waiting', 'Too late'].map((text) => ({ text, sentence: 'This classroom was deleted.' })),
    )
    expect(await loadUnsentTexts(room.db)).toEqual(['Still waiting', 'Too late'])
    await forgetClassroom(room)
    expect(await Dexie.getDatabaseNames()).not.toContain(room.db.name)
    expect((await first(watchVisited(), () => true)).filter((one) => one.id === ROOM)).toEqual([])
  })

  test('of a classroom that is there after all sends what it lost, and not what was refused for another reason', async () => {
    await whenLive(fake, room)
    fake.cut()
    await whenNotLive(fake, room)
    await ask(room, { text: 'Still waiting', name: null })
    const id = await ask(room, { text: 'Refused before', name: null })
    const refusal = { kind: 'refused', code: 'not_found', message: 'This classroom was deleted.' } as const
    await room.db.outbox.where({ id }).modify({ state: refusal })
    fake.mend()
    fake.answerInstead(() => fake.refuse('not_found'))
    await fake.passUntil(() => latest?.problem === 'not_found')
    fake.answerInstead(undefined)
    await fake.passUntil(() => fake.asked.length === 1)
    await fake.passUntil(async () => (await readOutbox()).length === 1)
    expect(fake.asked[0]?.body.command).toMatchObject({ text: 'Still waiting' })
    expect((await readOutbox()).map(({ state }) => state)).toEqual([refusal])
  })

  test('is on the list of those that this device has been to', async () => {
    await whenLive(fake, room)
    const [visited] = await first(watchVisited(), (all) => all.some((one) => one.id === ROOM))
    expect(visited).toMatchObject({ id: ROOM, title: 'Algebra' })
  })

  test('takes rows only from where it stands: a gap changes nothing, the same again neither', async () => {
    await whenLive(fake, room)
    const { cursor } = await getPosition()
    const lineage = { id: 'one', start: 0 }
    const apply = (from: number, to: number, rows: QuestionRow[]) =>
      room.storage.transact((tables) =>
        applyFrame<Classroom>(tables, createClassroomKind(fake.browser.clock), { lineage, from, to, next: null, rows }),
      )
    expect(await apply(cursor + 4, cursor + 5, [questionRow({ id, seq: cursor + 5 })])).toBe('gap')
    expect(await room.db.questions.count()).toBe(0)
    expect(await apply(0, cursor, [])).toBe('old')
    expect((await getPosition()).cursor).toBe(cursor)
  })
})

describe('a server restored from a backup', () => {
  test('is pulled afresh, and asked again what it lost: questions, votes, withdrawals; the rest not', async () => {
    fake.put(questionRow({ id: other }))
    const backup = fake.rows()
    await whenLive(fake, room)
    const [one, two] = [await ask(room, { text: 'One?', name: null }), await ask(room, { text: 'Two?', name: null })]
    await vote(room, other)
    await fake.passUntil(async () => fake.asked.length === 3 && (await readOutbox()).length === 0)
    const later = [...fake.rows()]
    await withdrawQuestion(room, two)
    await fake.passUntil(async () => fake.asked.length === 4 && (await readOutbox()).length === 0)
    const before = fake.asked.length

    fake.restore(later.filter((row) => !('id' in row && row.id === one)))
    await fake.passUntil(() => fake.asked.length === before + 3)
    const again = fake.asked.slice(before).map(({ body }) => body.command)
    const find = (type: string) => again.find((command) => command.type === type)
    expect(find('question.ask')).toEqual(fake.asked[0]?.body.command)
    expect(find('question.withdraw')).toMatchObject({ questionId: two })
    expect(find('vote.cast')).toMatchObject({ questionId: other })
    await fake.passUntil(async () => (await readOutbox()).length === 0)
    expect((await room.db.questions.toArray()).map(({ text }) => text).toSorted()).toEqual(['One?', 'Why?', null])
    expect(backup.length).toBeLessThan(later.length)
  })

  test('counts no vote that was taken back: it is taken back once more', async () => {
    fake.put(questionRow({ id: other }))
    await whenLive(fake, room)
    await vote(room, other)
    await fake.passUntil(async () => fake.asked.length === 1 && (await readOutbox()).length === 0)
    const before = [...fake.rows()]
    await retractVote(room, other)
    await fake.passUntil(async () => fake.asked.length === 2 && (await readOutbox()).length === 0)
    expect(await first(watchQuestions(room), () => true)).toMatchObject([{ voted: false }])
    fake.restore(before)
    await fake.passUntil(async () => fake.asked.length === 3 && (await readOutbox()).length === 0)
    const [, said, again] = fake.asked.map(({ body }) => body.command)
    expect(again).toEqual({ ...said, id: again?.id })
  })

  test.each([
    ['a vote and then none', ['vote.cast', 'vote.retract'], ['vote.retract']],
    ['no vote and then one', ['vote.retract', 'vote.cast'], ['vote.cast']],
    ['one edit and another', ['question.edit', 'question.edit'], ['question.edit']],
    ['a question and its edit', ['question.ask', 'question.edit'], ['question.ask', 'question.edit']],
  ] as const)('is asked only the last word, for it may have heard that already: %s', async (_, types, left) => {
    const entries = types.map((type, index): ClassroomOutboxEntry => ({
      ...{ position: index + 1, id: `command ${index}`, subject: other, token: null },
      command: { type, id: `command ${index}`, questionId: other } as ClassroomOutboxEntry['command'],
      state:
        index === 0 ? { kind: 'accepted', seq: 9 } : { kind: 'waiting', departure: { kind: 'queued' }, sent: true },
    }))
    await room.db.outbox.bulkPut(entries)
    await room.storage.transact((tables) => prepareOffers(tables, 5))
    const kept = await room.db.outbox.orderBy('position').toArray()
    expect(kept.map(({ command }) => command.type)).toEqual(left)
    expect(kept.every(({ state }) => state.kind === 'waiting')).toBe(true)
  })

  test.each([
    ['a vote', 'vote.cast', ['vote.cast', 'question.edit']],
    ['an answer', 'reply.post', ['reply.post', 'question.edit']],
    ['another edit', 'question.edit', ['question.edit']],
    ['its withdrawal', 'question.withdraw', ['question.withdraw']],
  ] as const)(
    'is told the edit of a question that it lost, unless one waits to change it: %s',
    async (_, type, left) => {
      await room.db.questions.put(questionRow({ id: other, text: 'as it was asked' }))
      await room.db.receipts.put({
        ...{ id: other, of: 'question', questionId: other, text: 'as it was edited', secret: 'a', receiptHash: 'b' },
        ...{ name: null, accepted: true, looked: '' },
      })
      await room.db.outbox.put({
        ...{ position: 1, id, subject: other, token: null },
        command: { type, id, questionId: other } as ClassroomOutboxEntry['command'],
        state: { kind: 'waiting', departure: { kind: 'queued' }, sent: true },
      })
      await room.storage.transact(offerAgain)
      const kept = await room.db.outbox.orderBy('position').toArray()
      expect(kept.map(({ command }) => command.type)).toEqual(left)
    },
  )

  test('does not end what still waits', async () => {
    await whenLive(fake, room)
    const rows = [...fake.rows()]
    fake.put(questionRow({ id }))
    await fake.passUntil(async () => (await room.db.questions.count()) === 1)
    fake.cut()
    await fake.passUntil(async () => (await connection(() => true)).state !== 'live')
    await ask(room, { text: 'Why?', name: null })
    fake.restore(rows)
    fake.mend()
    await fake.passUntil(() => fake.types().includes('question.ask'))
    await fake.passUntil(async () => (await readOutbox()).length === 0)
    expect(await first(watchQuestions(room), () => true)).toMatchObject([{ text: 'Why?', mine: true }])
  })
})

describe('the issuer’s key', () => {
  const issuer = 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A'
  const otherIssuer = 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8B'

  test('other than the link says is a problem, and nothing is sent', async () => {
    room.close()
    room = await fake.openTab().open('x'.repeat(43))
    fake.put(classroomRow({ issuer }))
    await fake.passUntil(async () => (await connection(() => true)).problem !== null)
    expect(await connection(() => true)).toMatchObject({ problem: 'wrong_key' })
    await ask(room, { text: 'Why?', name: null })
    await fake.pass(120_000)
    expect(fake.asked).toEqual([])
    expect(await readOutbox()).toHaveLength(1)
  })

  test('is held to the first that was seen, so that another one stops everything', async () => {
    fake.put(classroomRow({ issuer }))
    await whenLive(fake, room)
    expect(await connection(() => true)).toMatchObject({ problem: null, tokens: 'none' })
    await room.db.tokens.put({ message: 'a', signature: 'b' })
    fake.put(classroomRow({ issuer: otherIssuer }))
    await fake.passUntil(async () => (await connection(() => true)).problem === 'wrong_key')
    await ask(room, { text: 'Why?', name: null })
    await fake.pass(120_000)
    expect(fake.asked).toEqual([])
    expect(await room.db.tokens.count()).toBe(1)
  })

  test('is looked at again before each command, by whom sends it', async () => {
    const send = vi.fn<StudentApi['send']>(() => Promise.resolve({ kind: 'unreachable' }))
    fake.put(classroomRow({ issuer }))
    await whenLive(fake, room)
    stopWatching()
    room.close()
    const { environment } = room
    const db = new ClassroomDatabase(room.db.name)
    const storage = createDexieStorage(db)
    await setConnection(storage, environment, { state: 'live', problem: null })
    await db.outbox.add({
      ...{ id, subject: id, token: { message: 'a', signature: 'b' } },
      command: { type: 'question.ask', id, text: 'Why?', name: null, receiptHash: id },
      state: { kind: 'waiting', departure: { kind: 'now' }, sent: false },
    })
    const sender = createStudentSender({
      ...{ environment, storage, api: { ...NO_PHOTOS, send }, linkKeyHash: null },
      ...{ tokens: NO_REFILL, onUnreachable: () => undefined, onError: expect.unreachable },
    })
    // The row came a moment ago, and nobody has looked at its key yet.
    await db.classroom.put(classroomRow({ issuer: otherIssuer }))
    sender.flush()
    await fake.pass(2_000)
    expect(send).not.toHaveBeenCalled()
    // Looked at, it is not the key that the classroom is held to.
    await db.meta.put({ key: 'issuer', issuer: otherIssuer, keyHash: hashOf(otherIssuer) })
    sender.flush()
    await fake.pass(2_000)
    expect(send).not.toHaveBeenCalled()
    await db.classroom.put(classroomRow({ issuer }))
    await db.meta.put({ key: 'issuer', issuer, keyHash: hashOf(issuer) })
    sender.flush()
    await fake.passUntil(() => send.mock.calls.length === 1)
    sender.stop()
    db.close()
  })
})
