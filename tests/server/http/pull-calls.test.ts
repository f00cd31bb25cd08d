import { afterEach, beforeEach, expect, test } from 'vitest'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { SOCKETS_PER_SESSION_MAX } from '../../../shared/protocol/limits.ts'
import { PACKED_PAGE_TYPE, unpackPage } from '../../../shared/protocol/packed/page.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../../shared/protocol/version.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { hide, read, renameGroup, send, setPreference } from '../../support/campus.ts'
import { waitFor } from '../../support/wait-for.ts'
import { type ApiServer, codeOf, createApiServer } from './api-server.ts'

let backend: Backend
let server: ApiServer
let statements: string[]
let ann: Awaited<ReturnType<ApiServer['join']>>
let bob: typeof ann
beforeEach(async () => {
  backend = await createBackend()
  statements = []
  // A cursor is kept no further than the log was as the step of time began: here that is far.
  const findHead = async () => 1_000
  server = await createApiServer(
    backend.openStore((statement) => statements.push(statement)),
    { findHead },
  )
  ann = await server.join('ann')
  bob = await server.join('bob')
})
afterEach(async () => {
  await server.close()
  await backend.dispose()
})

async function pull(cursor: number, more = '', signal?: AbortSignal) {
  const { lineage } = server.parts.campus.hub.position
  const path = `/api/pull?log=${CAMPUS_LOG}&lineage=${lineage.id}&cursor=${cursor}${more}`
  return server.call('GET', path, { cookie: ann.cookie, ...(signal && { signal }) })
}
const getSession = () =>
  backend.store.db.selectFrom('session').selectAll().where('id', '=', ann.sessionId).executeTakeFirstOrThrow()
const isWaiting = () => server.waits() > 0 || undefined

test('a pull says what follows the cursor', async () => {
  const head = await server.campus.head()
  await server.campus.accept(bob.userId, send(undefined, 'Hello'))
  const answer = await pull(head)
  expect(answer.body).toMatchObject({ from: head, next: null, rows: [{ type: 'message', text: 'Hello' }] })
})

test('a pull looks at the session once, and no more often in a burst', async () => {
  await pull(1)
  const looks = () => statements.filter((statement) => /from .session./.test(statement)).length
  statements.length = 0
  await Promise.all([pull(1), pull(1), pull(1)])
  expect(looks()).toBeLessThanOrEqual(3)
})

test('what a device asks beyond is what it has acknowledged', async () => {
  const head = await server.campus.head()
  await pull(head)
  await pull(head - 1)
  await server.accounts.close()
  const session = await getSession()
  expect(session.cursor_seq).toBe(head)
})

test('a cursor of another history or from the future is not taken for an acknowledgement', async () => {
  await pull(999_999)
  await server.accounts.close()
  const session = await getSession()
  expect(session.cursor_seq).toBe(0)
})

test('a pull that waits is answered when there is something', async () => {
  const head = await server.campus.head()
  const waiting = pull(head, '&wait=1')
  await waitFor('the wait', isWaiting)
  await server.campus.accept(bob.userId, send(undefined, 'Here'))
  expect((await waiting).body).toMatchObject({ from: head, rows: [{ text: 'Here' }] })
  expect(server.waits()).toBe(0)
})

test('a pull that waits is answered at once when there is something already, and on a first pull', async () => {
  const head = await server.campus.head()
  await server.campus.accept(bob.userId, send())
  expect((await pull(head, '&wait=1')).body).toMatchObject({ rows: [{ type: 'message' }] })
  expect((await pull(0, '&wait=1')).status).toBe(200)
})

test('a session that ends while it waits is told so, and hears nothing more', async () => {
  const waiting = pull(await server.campus.head(), '&wait=1')
  await waitFor('the wait', isWaiting)
  await server.accounts.endSession(ann.userId, ann.sessionId)
  const answer = await waiting
  expect([answer.status, codeOf(answer)]).toEqual([401, 'not_signed_in'])
})

test('whoever goes away while waiting leaves nothing behind', async () => {
  const leaving = new AbortController()
  const waiting = pull(await server.campus.head(), '&wait=1', leaving.signal)
  const gone = expect(waiting).rejects.toThrow()
  await waitFor('the wait', isWaiting)
  leaving.abort()
  await gone
  await waitFor('the end of the wait', () => server.waits() === 0 || undefined)
  expect(server.errors).toEqual([])
})

test('a session holds only so many waits open', async () => {
  const head = await server.campus.head()
  const leaving = Array.from({ length: SOCKETS_PER_SESSION_MAX + 1 }, () => new AbortController())
  const waits = leaving.map(({ signal }) => pull(head, '&wait=1', signal))
  const first = await Promise.race(waits)
  expect([first.status, codeOf(first), first.headers['retry-after']]).toEqual([429, 'too_many_tries', '1'])
  leaving.forEach((one) => one.abort())
  await Promise.allSettled(waits)
})

test('a long answer is compressed for whoever takes it, a short one never', async () => {
  for (let count = 0; count < 20; count += 1) await server.campus.accept(bob.userId, send(undefined, 'Hello again'))
  const call = (path: string, encoding: string) =>
    server.call('GET', path, { cookie: ann.cookie, headers: { 'accept-encoding': encoding } })
  const path = `/api/pull?log=${CAMPUS_LOG}&lineage=&cursor=1`
  const plain = await call(path, 'identity')
  expect((await call(path, 'gzip, br')).headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' })
  const packed = await call(path, 'gzip, br;q=0')
  expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
  expect(packed.content.length).toBeLessThan(plain.content.length / 3)
  expect(gunzipSync(packed.content).toString()).toBe(plain.content.toString())
  expect((await call(path, 'gzip;q=0')).headers['content-encoding']).toBeUndefined()
  expect((await call('/api/me', 'gzip')).headers['content-encoding']).toBeUndefined()
})

test('a page that is asked for packed says what it says in JSON, a pull and history alike, and takes brotli', async () => {
  for (let n = 0; n < 60; n += 1) await server.campus.accept(bob.userId, send(undefined, `message ${n}`))
  const history = '/api/history?conversation=00000000-0000-8000-8000-000000000001&before=99'
  for (const path of [`/api/pull?log=${CAMPUS_LOG}&lineage=&cursor=0`, history]) {
    const plain = await server.call('GET', path, { cookie: ann.cookie })
    const accept = `${PACKED_PAGE_TYPE}, application/json`
    const packed = await server.call('GET', path, {
      cookie: ann.cookie,
      headers: { accept, 'accept-encoding': 'gzip, br' },
    })
    expect(packed.headers).toMatchObject({ 'content-type': PACKED_PAGE_TYPE, 'content-encoding': 'br' })
    expect(unpackPage(brotliDecompressSync(packed.content))).toEqual(plain.body)
    expect(packed.content.length).toBeLessThan(plain.content.length / 6)
  }
})

test('history goes back page by page', async () => {
  for (const text of ['one', 'two', 'three']) await server.campus.accept(bob.userId, send(undefined, text))
  const path = '/api/history?conversation=00000000-0000-8000-8000-000000000001&before=3&limit=1'
  const answer = await server.call('GET', path, { cookie: ann.cookie })
  expect(answer.body).toMatchObject({ head: await server.campus.head(), rows: [{ text: 'two', n: 2 }] })
})

test('history begins at a moment', async () => {
  for (const text of ['one', 'two', 'three']) await server.campus.accept(bob.userId, send(EVERYONE_ID, text))
  const sentAt = new Date('2026-11-23T12:00:00Z').getTime()
  for (const n of [1, 2, 3]) {
    const changes = { sent_at: sentAt + n * 1_000 }
    await backend.store.db.updateTable('message').set(changes).where('n', '=', n).execute()
  }
  const begins = async (at: number) => {
    const path = `/api/history?conversation=${EVERYONE_ID}&at=${at}&limit=1`
    return (await server.call('GET', path, { cookie: ann.cookie })).body
  }
  expect(await begins(0)).toMatchObject({ rows: [{ text: 'one' }] })
  expect(await begins(sentAt + 1_001)).toMatchObject({ rows: [{ text: 'two' }] })
  expect(await begins(sentAt + 3_000)).toMatchObject({ rows: [{ text: 'three' }] })
  expect(await begins(sentAt + 9_000)).toMatchObject({ rows: [{ text: 'three' }] })
})

test('how many have seen a message is told to whoever lets others know it too', async () => {
  await server.campus.accept(ann.userId, send(EVERYONE_ID, 'one'))
  const ask = () => server.call('GET', `/api/seen?conversation=${EVERYONE_ID}&n=1`, { cookie: ann.cookie })
  expect((await ask()).body).toEqual({ count: 0 })
  await server.campus.accept(bob.userId, read(EVERYONE_ID, 1))
  expect((await ask()).body).toEqual({ count: 1 })
  await server.campus.accept(ann.userId, setPreference({ seen: false }))
  const refused = await ask()
  expect([refused.status, codeOf(refused)]).toEqual([403, 'forbidden'])
  expect(refused.content.toString()).toContain('You do not let others know what you have seen')
})

test('commands are done over HTTP as over a socket, and once', async () => {
  const commands = [send(undefined, 'one'), send(undefined, 'two')]
  const call = () => server.call('POST', '/api/commands', { cookie: ann.cookie, body: { commands } })
  const first = await call()
  expect(first.body).toMatchObject({ results: commands.map(({ id }) => ({ status: 'accepted', id })) })
  expect((await call()).body).toEqual(first.body)
})

test('the version before is told nothing of what one deleted for oneself, nor of what happened to a group, by pull or history', async () => {
  const group = await server.campus.group(bob.userId, ann.userId)
  const head = await server.campus.head()
  const message = send(group, 'Not for me')
  await server.campus.accept(bob.userId, message, renameGroup(group, 'Chess'))
  await server.campus.accept(ann.userId, hide(group, message.id))
  const typesOf = async (path: string, version: number) => {
    const { body } = await server.call('GET', path, {
      cookie: ann.cookie,
      headers: { [PROTOCOL_HEADER]: String(version) },
    })
    const { rows } = body as { rows: { type: string }[] }
    return [...new Set(rows.map(({ type }) => type))].sort()
  }
  const first = `/api/pull?log=${CAMPUS_LOG}&cursor=0`
  const next = `/api/pull?log=${CAMPUS_LOG}&cursor=${head}`
  const older = `/api/history?conversation=${group}`
  const ofAll = ['conversation', 'member', 'message', 'user']
  expect(await typesOf(first, PROTOCOL_VERSION)).toEqual(['event', 'hidden', ...ofAll].sort())
  expect(await typesOf(first, PROTOCOL_VERSION_MIN)).toEqual(ofAll)
  expect(await typesOf(next, PROTOCOL_VERSION)).toEqual(['conversation', 'event', 'hidden', 'message'])
  expect(await typesOf(next, PROTOCOL_VERSION_MIN)).toEqual(['conversation', 'message'])
  expect(await typesOf(`${older}&before=9`, PROTOCOL_VERSION)).toEqual(['event', 'message'])
  expect(await typesOf(`${older}&before=9`, PROTOCOL_VERSION_MIN)).toEqual(['message'])
})

test.each(['/api/wifi', '/q/api/wifi'])(
  '%s, opened to sign in to a Wi-Fi, says that one is connected, and is kept nowhere',
  async (path) => {
    const { status, headers, content } = await server.call('GET', path, { cookie: ann.cookie })
    expect([status, content.toString()]).toEqual([200, 'You are connected. Close this tab, and go back to ChatBox.'])
    expect(headers['content-type']).toMatch(/^text\/plain/)
    expect(headers['cache-control']).toContain('no-store')
    expect(headers['set-cookie']).toBeUndefined()
  },
)
