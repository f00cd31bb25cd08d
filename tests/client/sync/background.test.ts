import 'fake-indexeddb/auto'
import { Dexie } from 'dexie'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findAccount, signIn } from '../../../client/sync/account.ts'
import { createApi } from '../../../client/sync/api.ts'
import { syncInBackground } from '../../../client/sync/background.ts'
import { ClientDatabase, databaseName } from '../../../client/sync/database.ts'
import { lockName } from '../../../client/sync/leader.ts'
import { enqueue } from '../../../client/sync/outbox.ts'
import type { Fetch } from '../../../client/sync/request.ts'
import type { Command } from '../../../shared/protocol/commands.ts'
import { refusal, type ErrorCode } from '../../../shared/protocol/errors.ts'
import { ACCOUNT_HEADER } from '../../../shared/protocol/http.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { ann, conversation, exampleId, group, message, NOON, send, user } from '../data/example.ts'
import { createFakeLocks } from './browser.ts'

let fakes: ReturnType<typeof createFakeLocks>
let locks: Pick<LockManager, 'request'>
let asked: string[]
let db: ClientDatabase

beforeEach(async () => {
  fakes = createFakeLocks()
  locks = fakes.locksOf((work) => work())
  asked = []
  await findAccount()
  const device = new Dexie('chatbox-device')
  await device.open()
  await device.table('state').clear()
  device.close()
  db = new ClientDatabase(ann)
})
afterEach(async () => {
  expect(fakes.isHeld(lockName(ann)), 'the lock is held on').toBe(false)
  db.close()
  await Dexie.delete(databaseName(ann))
})

async function beSignedIn(): Promise<void> {
  const { type: _, seq: __, ...row } = user(ann, 'Ann')
  const api = createApi(() => Promise.resolve(answer({ user: row, sessionId: exampleId(9) })))
  expect(await signIn(api, { handle: 'ann', password: 'a long password' })).toMatchObject({ kind: 'ok' })
}

function answer(body: unknown, status = 200): Response {
  const headers = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION), 'content-type': 'application/json' }
  return new Response(JSON.stringify(body), { status, headers })
}

const refused = (code: ErrorCode) => answer({ error: refusal(code) }, 401)

/** A server that takes every command, and has one message more than this device. */
const works: Fetch = async (path, init) => {
  asked.push(`${new Headers(init.headers).get(ACCOUNT_HEADER) === ann ? 'ann' : 'nobody'} ${path.split('?')[0] ?? ''}`)
  if (path.startsWith('/api/pull')) {
    return answer({ epoch: 'e1', from: 10, to: 12, head: 12, next: null, rows: [message(2, { seq: 12 })] })
  }
  const { commands } = JSON.parse(typeof init.body === 'string' ? init.body : '{}') as { commands: Command[] }
  return answer({ results: commands.map(({ id }) => ({ status: 'accepted', id, seq: 11 })) })
}

async function hold(): Promise<void> {
  await db.meta.put({ key: 'position', log: 'campus', epoch: 'e1', cursor: 10, next: null })
  await enqueue(db, [send('one'), send('two')], NOON)
}

test('what waits is sent, and then what is new is pulled', async () => {
  await beSignedIn()
  await hold()
  await syncInBackground(locks, works)
  expect(asked).toEqual(['ann /api/commands', 'ann /api/pull'])
  expect(await db.outbox.count()).toBe(0)
  expect(await db.messages.toArray()).toEqual([message(2, { seq: 12 })])
})

test('what came of others is said to have been received, at once', async () => {
  await beSignedIn()
  await hold()
  await db.conversations.put(conversation({ kind: 'direct' }))
  await db.readings.put({ type: 'reading', seq: 1, conversationId: group, n: 1 })
  const commands: Command[] = []
  await syncInBackground(locks, (path, init) => {
    if (path === '/api/commands' && typeof init.body === 'string') {
      commands.push(...(JSON.parse(init.body) as { commands: Command[] }).commands)
    }
    return works(path, init)
  })
  expect(asked).toEqual(['ann /api/commands', 'ann /api/pull', 'ann /api/commands'])
  expect(commands).toHaveLength(3)
  expect(commands.at(-1)).toMatchObject({ type: 'receive', positions: [{ conversationId: group, n: 2 }] })
})

test('with nobody signed in nothing is asked', async () => {
  await syncInBackground(locks, works)
  expect(asked).toEqual([])
})

test('while a tab leads it is left to that', async () => {
  await beSignedIn()
  await hold()
  let release: () => void = () => undefined
  const tab = locks.request(lockName(ann), {}, () => new Promise<void>((resolve) => (release = resolve)))
  await syncInBackground(locks, works)
  expect(asked).toEqual([])
  expect(await db.outbox.count()).toBe(2)
  release()
  await tab
})

const nobody: [string, Fetch][] = [
  ['nobody answers', () => Promise.reject(new TypeError('no network'))],
  ['a captive portal answers', async () => new Response('<h1>Welcome to our Wi-Fi</h1>')],
  ['a proxy answers that the server is down', async () => new Response('', { status: 502 })],
  ['the server cannot store anything', async () => answer({ error: refusal('unavailable') }, 503)],
]
test.each(nobody)('when %s it throws, so that the browser tries again, and all waits on', async (_, fetch) => {
  await beSignedIn()
  await hold()
  await expect(syncInBackground(locks, fetch)).rejects.toThrow('not reached')
  expect((await db.outbox.toArray()).map(({ state }) => state.kind)).toEqual(['waiting', 'waiting'])
})

test('when sending works and pulling does not it throws too', async () => {
  await beSignedIn()
  await hold()
  const fetch: Fetch = (path, init) =>
    path.startsWith('/api/pull') ? Promise.reject(new TypeError()) : works(path, init)
  await expect(syncInBackground(locks, fetch)).rejects.toThrow('not reached')
  expect((await db.outbox.toArray()).map(({ state }) => state)).toEqual([
    { kind: 'accepted', seq: 11 },
    { kind: 'accepted', seq: 11 },
  ])
})

test('what the server slowed down is tried again later, by whoever is there', async () => {
  await beSignedIn()
  await hold()
  const slows: Fetch = (path, init) => {
    if (path.startsWith('/api/pull')) return works(path, init)
    const { commands } = JSON.parse(typeof init.body === 'string' ? init.body : '{}') as { commands: Command[] }
    const wait = { ...refusal('slow_down'), retryAfterMs: 60_000 }
    return Promise.resolve(answer({ results: commands.map(({ id }) => ({ status: 'refused', id, ...wait })) }))
  }
  await expect(syncInBackground(locks, slows)).rejects.toThrow('has to wait')
  expect(await db.messages.count()).toBe(1)
  expect((await db.outbox.toArray()).map(({ state }) => state)).toMatchObject([
    { kind: 'waiting', hold: { slowed: true } },
    { kind: 'waiting', hold: { slowed: true } },
  ])
})

test.each(['not_signed_in', 'protocol_version'] as const)(
  'when the server says %s trying again is of no use, and all waits on',
  async (code) => {
    await beSignedIn()
    await hold()
    await syncInBackground(locks, async () => refused(code))
    expect((await db.outbox.toArray()).map(({ state }) => state.kind)).toEqual(['waiting', 'waiting'])
  },
)
