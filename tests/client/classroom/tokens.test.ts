import 'fake-indexeddb/auto'
import { Dexie, type Table } from 'dexie'
import { constants, createHash, generateKeyPairSync, privateDecrypt, verify, type KeyObject } from 'node:crypto'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { OpenedClassroom } from '../../../client/data/classroom/opened-classroom.ts'
import { ask, editQuestion, vote } from '../../../client/data/classroom/student-actions.ts'
import { discardRefused, watchRefused } from '../../../client/data/classroom/refused.ts'
import { AccountClassroomsDatabase } from '../../../client/sync/classroom/account-classrooms.ts'
import { accountPrefix, ClassroomDatabase, studentDatabaseName } from '../../../client/sync/classroom/database.ts'
import { createDexieStorage } from '../../../client/sync/classroom/dexie-storage.ts'
import { setConnection } from '../../../client/sync/classroom/connection.ts'
import type { StudentApi } from '../../../client/sync/classroom/api.ts'
import { createStudentSender } from '../../../client/sync/classroom/student-sender.ts'
import { createRefill, type Refill, type RefillOutcome } from '../../../client/sync/classroom/refill-tokens.ts'
import { pinKey } from '../../../client/sync/classroom/issuer.ts'
import { refreshClassrooms, type RefreshEnvironment } from '../../../client/sync/classroom/refresh.ts'
import { systemClock } from '../../../shared/clock.ts'
import { CLASSROOM_HEADER, CLASSROOM_VERSION } from '../../../shared/classroom/version.ts'
import { TOKENS_PER_DEVICE } from '../../../shared/classroom/limits.ts'
import { ACCOUNT_HEADER } from '../../../shared/protocol/http.ts'
import { ann, exampleId } from '../data/example.ts'
import {
  classroomRow,
  createFakeRoom,
  first,
  questionRow,
  readOutbox,
  removeRooms,
  ROOM,
  whenLive,
  type FakeRoom,
  NO_PHOTOS,
} from './fake-classroom.ts'

const key = createKey()
const id = '0b9c5a51-5b70-4c1e-9f07-0f6c3d0e5c11'

function createKey() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const issuer = publicKey.export({ type: 'spki', format: 'der' })
  const keyHash = createHash('sha256').update(issuer).digest('base64url')
  return { publicKey, privateKey, issuer: issuer.toString('base64url'), keyHash }
}

function sign(privateKey: KeyObject, blinded: string): string {
  const options = { key: privateKey, padding: constants.RSA_NO_PADDING }
  return privateDecrypt(options, Buffer.from(blinded, 'base64url')).toString('base64url')
}

interface Asked {
  path: string
  account: string | null
  blinded: string[]
}

/** A server that lists one limited classroom and signs; `lose` lets the answers to the first so many signings get lost. */
function createIssuer({ issuer = key.issuer, lose = 0 } = {}) {
  const asked: Asked[] = []
  const answer = (body: unknown) =>
    new Response(JSON.stringify(body), { headers: { [CLASSROOM_HEADER]: String(CLASSROOM_VERSION) } })
  const environment: RefreshEnvironment = {
    // The pauses between two blindings are for people who type meanwhile.
    clock: { now: systemClock.now, after: (_, work) => systemClock.after(0, work) },
    locks: {
      request: (_: string, __: LockOptions, work: (lock: object) => unknown) => Promise.resolve(work({})),
    } as never,
    onError: (error) => {
      throw error
    },
    fetch(path, init) {
      if (path === '/api/classrooms') {
        const limited = [{ id: ROOM, title: 'Algebra', groupId: exampleId(4), issuer, tokens: TOKENS_PER_DEVICE }]
        return Promise.resolve(answer({ staffed: [], limited }))
      }
      const { blinded } = JSON.parse(init.body as string) as { blinded: string[] }
      asked.push({ path, account: new Headers(init.headers).get(ACCOUNT_HEADER), blinded })
      if (asked.length <= lose) return Promise.reject(new TypeError('no network'))
      return Promise.resolve(answer({ signatures: blinded.map((one) => sign(key.privateKey, one)) }))
    },
  }
  return { environment, asked }
}

async function removeAccount(): Promise<void> {
  for (const name of await Dexie.getDatabaseNames()) {
    if (name.startsWith(accountPrefix(ann))) await Dexie.delete(name)
  }
}

async function readTokens() {
  const db = new ClassroomDatabase(studentDatabaseName(ROOM))
  const tokens = await db.tokens.toArray()
  db.close()
  return tokens
}

afterEach(async () => {
  await removeRooms()
  await removeAccount()
})

describe('tokens', () => {
  /** Fetched once for all, for blinding forty takes seconds: the first answer is lost, and in the end nothing is lacking. */
  async function fetchAll() {
    const { environment, asked } = createIssuer({ lose: 1 })
    await refreshClassrooms(environment, { userId: ann })
    const afterLoss = await readTokens()
    await refreshClassrooms(environment, { userId: ann })
    await refreshClassrooms(environment, { userId: ann })
    const room = new ClassroomDatabase(studentDatabaseName(ROOM))
    const stored = JSON.stringify(await Promise.all(room.tables.map((table) => table.toArray())))
    room.close()
    const known = new AccountClassroomsDatabase(ann)
    const limited = await known.limited.toArray()
    known.close()
    return { asked, afterLoss, tokens: await readTokens(), stored, limited }
  }
  let fetched: Awaited<ReturnType<typeof fetchAll>>
  beforeAll(async () => {
    fetched = await fetchAll()
  }, 60_000)

  test('are fetched once for an account on a device, whether or not the classroom was ever opened', () => {
    const { asked, tokens } = fetched
    const request = { path: `/api/classrooms/${ROOM}/tokens`, account: ann }
    expect(asked).toMatchObject([request, request])
    expect(asked[0]?.blinded).toHaveLength(TOKENS_PER_DEVICE)
    expect(tokens).toHaveLength(TOKENS_PER_DEVICE)
    for (const { message, signature } of tokens) {
      const bytes = Buffer.from(message, 'base64url')
      expect(bytes).toHaveLength(64)
      const pss = { key: key.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 }
      expect(verify('sha384', bytes, pss, Buffer.from(signature, 'base64url'))).toBe(true)
    }
    const sent = new Set(asked.flatMap(({ blinded }) => blinded))
    expect(tokens.some(({ message, signature }) => sent.has(message) || sent.has(signature))).toBe(false)
  })

  test('leave nothing of the account where they lie, and nothing of them with the account', () => {
    expect(fetched.stored).toContain(fetched.tokens[0]?.message)
    expect(fetched.stored).not.toContain(ann)
    expect(fetched.limited).toMatchObject([{ id: ROOM, tokens: { kind: 'fetched' } }])
  })

  test('whose answer was lost are asked for again with the same blinded messages', () => {
    const { asked, afterLoss } = fetched
    expect(afterLoss).toEqual([])
    expect(asked[1]?.blinded).toEqual(asked[0]?.blinded)
  })

  test('are never asked for with another key than the classroom is held to', async () => {
    const room = new ClassroomDatabase(studentDatabaseName(ROOM))
    await pinKey(createDexieStorage(room), key.keyHash)
    room.close()
    const other = createKey()
    const { environment, asked } = createIssuer({ issuer: other.issuer })
    await refreshClassrooms(environment, { userId: ann })
    expect(asked).toEqual([])
    expect(await readTokens()).toEqual([])
  })
})

describe('a classroom’s own page that has none', () => {
  let db: ClassroomDatabase
  beforeEach(async () => {
    db = new ClassroomDatabase(studentDatabaseName(ROOM))
    await db.meta.put({ key: 'issuer', issuer: key.issuer, keyHash: key.keyHash })
  })
  afterEach(async () => {
    db.close()
    await onDevice((state) => state.clear())
  })

  async function onDevice(work: (state: Table) => PromiseLike<unknown>): Promise<void> {
    const device = new Dexie('chatbox-device')
    device.version(1).stores({ state: 'key' })
    await work(device.table('state'))
    device.close()
  }
  const useDevice = () =>
    onDevice((state) => state.put({ key: 'current', userId: ann, handle: 'ann', name: 'Ann', sessionId: 'one' }))
  const stateOf = async () => (await db.meta.get('tokens')) as { state: string } | undefined

  test('fetches nothing where nobody uses this device, or where tokens are here', async () => {
    const { environment, asked } = createIssuer()
    const stranger = createRefill(environment, db, ROOM)
    stranger.begin()
    expect(await stranger.outcome()).toBe('none')
    await useDevice()
    await db.tokens.put({ message: 'a', signature: 'b' })
    const member = createRefill(environment, db, ROOM)
    member.begin()
    expect(await member.outcome()).toBe('fetched')
    expect(member.fetchedAt()).toBe(-Infinity)
    expect(asked).toEqual([])
  })

  test('fetches them once the server answers, for its member, and says when; spent, it asks for no more', async () => {
    await useDevice()
    const { environment, asked } = createIssuer({ lose: 1 })
    const refill = createRefill(environment, db, ROOM)
    refill.begin()
    expect(await refill.outcome()).toBe('unreachable')
    expect(await stateOf()).toMatchObject({ state: 'none' })
    // Nothing was answered: it may ask again at once.
    refill.begin()
    refill.begin()
    expect(await refill.outcome()).toBe('fetched')
    expect(asked).toHaveLength(2)
    expect(refill.fetchedAt()).toBeGreaterThan(0)
    expect(await db.tokens.count()).toBe(TOKENS_PER_DEVICE)
    await db.tokens.clear()
    refill.begin()
    expect(await refill.outcome()).toBe('none')
    const later = createRefill(environment, db, ROOM)
    later.begin()
    expect(await later.outcome()).toBe('none')
    expect(await stateOf()).toMatchObject({ state: 'spent' })
    expect(asked).toHaveLength(2)
  }, 30_000)

  test('waits for another tab that is fetching them', async () => {
    await useDevice()
    const { environment, asked } = createIssuer()
    const options: LockOptions[] = []
    const request = async (_: string, how: LockOptions, work: (lock: object) => unknown) => {
      options.push(how)
      await db.tokens.put({ message: 'a', signature: 'b' })
      const other = new AccountClassroomsDatabase(ann)
      const limited = { id: ROOM, title: 'Algebra', groupId: exampleId(4), issuer: key.issuer }
      await other.limited.put({ ...limited, tokens: { kind: 'fetched' } })
      other.close()
      return work({})
    }
    const refill = createRefill({ ...environment, locks: { request } as never }, db, ROOM)
    refill.begin()
    expect(await refill.outcome()).toBe('fetched')
    expect(options).toEqual([{ ifAvailable: false }])
    expect(asked).toEqual([])
  })
})

describe('in a limited classroom', () => {
  let fake: FakeRoom
  let room: OpenedClassroom

  beforeEach(async () => {
    fake = createFakeRoom()
    room = await fake.openTab().open(key.keyHash)
    fake.put(classroomRow({ issuer: key.issuer }), questionRow({ id }))
    await whenLive(fake, room)
  })
  afterEach(() => {
    room.close()
  })

  const give = (...names: string[]) => room.db.tokens.bulkPut(names.map((name) => ({ message: name, signature: name })))
  const paid = () => fake.asked.map(({ body }) => body.token?.message)

  test('a question and a vote cost a token each, what changes one’s own costs none, and none is spent twice', async () => {
    await give('a', 'b', 'c')
    const asked = await ask(room, { text: 'Wy?', name: null })
    await fake.passUntil(() => fake.asked.length === 1)
    await vote(room, id)
    await fake.passUntil(() => fake.asked.length === 2)
    await editQuestion(room, asked, 'Why?')
    await fake.passUntil(async () => fake.asked.length === 3 && (await readOutbox()).length === 0)
    expect(paid()).toEqual(['a', 'b', undefined])
    expect(await room.db.tokens.toCollection().primaryKeys()).toEqual(['c'])
  })

  test('a command sent again pays with the same token', async () => {
    await give('a', 'b')
    fake.judge(() => (fake.asked.length === 1 ? 'taken but unanswered' : undefined))
    await ask(room, { text: 'Why?', name: null })
    await fake.passUntil(() => fake.asked.length === 2)
    expect(paid()).toEqual(['a', 'a'])
  })

  test('a token that was spent already gives way to the next', async () => {
    await give('a', 'b')
    fake.judge(({ body }) => (body.token?.message === 'a' ? { code: 'token_spent' } : undefined))
    await ask(room, { text: 'Why?', name: null })
    await fake.passUntil(() => fake.asked.length === 2)
    expect(paid()).toEqual(['a', 'b'])
    await fake.passUntil(async () => (await readOutbox()).length === 0)
    expect(await room.db.tokens.count()).toBe(0)
  })

  test('with no token left nothing is sent, and the text stays with the reason', async () => {
    await ask(room, { text: 'Why?', name: null })
    expect(await first(watchRefused(room), (refused) => refused.length === 1)).toMatchObject([
      { text: 'Why?', sentence: 'Here a question or a vote costs a token, and this device has none.' },
    ])
    expect(fake.asked).toEqual([])
  })

  test('a refused command that is tried again pays with its own token; dropped, its token pays for no other', async () => {
    await give('a', 'b')
    fake.judge(() => ({ code: 'closed' }))
    const asked = await ask(room, { text: 'Why?', name: null })
    await first(watchRefused(room), (refused) => refused.length === 1)
    await editQuestion(room, asked, 'Why not?')
    await fake.passUntil(() => fake.asked.length === 2)
    await first(watchRefused(room), (refused) => refused.length === 1)
    await discardRefused(room, asked)
    await ask(room, { text: 'How?', name: null })
    await fake.passUntil(() => fake.asked.length === 3)
    expect(paid()).toEqual(['a', 'a', 'b'])
  })
})

describe('a student’s sender', () => {
  const at = (fetchedAt: number, outcome: RefillOutcome) => ({
    fetchedAt: () => fetchedAt,
    outcome: () => Promise.resolve(outcome),
  })

  async function ready() {
    const fake = createFakeRoom()
    const room = await fake.openTab().open(key.keyHash)
    fake.put(classroomRow({ issuer: key.issuer }))
    await whenLive(fake, room)
    room.close()
    const db = new ClassroomDatabase(room.db.name)
    const storage = createDexieStorage(db)
    const { environment } = room
    await setConnection(storage, environment, { state: 'live', problem: null })
    const state = { kind: 'waiting' as const, departure: { kind: 'now' as const }, sent: false }
    const command = { type: 'question.ask' as const, id, text: 'Why?', name: null, receiptHash: id }
    await db.outbox.add({ id, subject: id, token: null, command, state })
    const send = vi.fn<StudentApi['send']>(() => Promise.resolve({ kind: 'unreachable' }))
    const start = (tokens: Pick<Refill, 'outcome' | 'fetchedAt'>) =>
      createStudentSender({
        ...{ environment, storage, api: { ...NO_PHOTOS, send }, linkKeyHash: null, tokens },
        ...{ onUnreachable: () => undefined, onError: expect.unreachable },
      })
    const find = async () => (await db.outbox.toArray())[0]?.state
    return { fake, db, environment, send, start, state: find }
  }

  test('lets what costs a token wait for a moment of its own while the page has just fetched some', async () => {
    const { fake, db, environment, send, start, state } = await ready()
    await db.tokens.put({ message: 'a', signature: 'b' })
    const sender = start(at(environment.clock.now(), 'fetched'))
    sender.flush()
    await expect.poll(state).toMatchObject({ kind: 'waiting', departure: { kind: 'after' } })
    expect(send).not.toHaveBeenCalled()
    await fake.passUntil(() => send.mock.calls.length === 1)
    sender.stop()
    db.close()
  })

  test('keeps it while the server does not say whether there are tokens, and refuses it where there are none', async () => {
    const { db, send, start, state } = await ready()
    const sender = start(at(-Infinity, 'unreachable'))
    sender.flush()
    await expect.poll(state).toMatchObject({ kind: 'waiting', departure: { kind: 'queued' } })
    sender.stop()
    await db.outbox.toCollection().modify({ state: { kind: 'waiting', departure: { kind: 'now' }, sent: false } })
    const later = start(at(-Infinity, 'fetched'))
    later.flush()
    // Those that came are spent by now.
    await expect.poll(state).toMatchObject({ kind: 'refused', code: 'token_needed' })
    expect(send).not.toHaveBeenCalled()
    later.stop()
    db.close()
  })
})
