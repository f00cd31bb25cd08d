import 'fake-indexeddb/auto'
import { Dexie } from 'dexie'
import { constants, createHash, generateKeyPairSync, privateDecrypt, verify, type KeyObject } from 'node:crypto'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OpenedClassroom } from '../../../client/data/classroom/opened-classroom.ts'
import { ask, editQuestion, vote } from '../../../client/data/classroom/student-actions.ts'
import { discardRefused, watchRefused } from '../../../client/data/classroom/refused.ts'
import { AccountClassroomsDatabase } from '../../../client/sync/classroom/account-classrooms.ts'
import { accountPrefix, ClassroomDatabase, studentDatabaseName } from '../../../client/sync/classroom/database.ts'
import { createDexieStorage } from '../../../client/sync/classroom/dexie-storage.ts'
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
