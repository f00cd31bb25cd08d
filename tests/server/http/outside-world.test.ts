import { sql } from 'kysely'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { type Backend, createBackend } from '../../support/backend.ts'
import { send } from '../../support/campus.ts'
import { PASSWORD } from '../accounts/open-accounts.ts'
import { type ApiServer, codeOf, createApiServer } from './api-server.ts'

let backend: Backend
let server: ApiServer
beforeEach(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.openStore())
})
afterEach(async () => {
  await server.close()
  await backend.dispose()
})

test('health says that the process lives, ready whether people may come', async () => {
  const health = await server.call('GET', '/api/health')
  expect([health.status, health.body]).toEqual([200, { status: 'ok' }])
  const ready = await server.call('GET', '/api/ready')
  const parts = { database: 'ok', schema: 'ok', bus: 'ok', process: 'ok' }
  expect([ready.status, ready.body]).toEqual([200, { status: 'ready', parts }])
})

test('what is unexpected is reported, and answered with the id of the report and nothing else', async () => {
  const { cookie } = await server.join('ann')
  await backend.store.db.schema.alterTable('reading').renameColumn('n', 'm').execute()
  const answer = await server.call('GET', '/api/pull?log=campus&epoch=&cursor=0', { cookie })
  expect([answer.status, codeOf(answer)]).toEqual([500, 'internal'])
  expect(answer.body).toMatchObject({ error: { id: 'error-1', message: 'Something went wrong on the server.' } })
  expect(answer.content.toString()).not.toContain('reading')
  expect(server.errors).toHaveLength(1)
})

test('security headers are on every answer', async () => {
  for (const path of ['/', '/api/me', '/api/nothing', '/api/health', '/nothing.js']) {
    const { headers } = await server.call('GET', path)
    expect(headers['content-security-policy']).toMatch(/^default-src 'self';.*frame-ancestors 'none'/)
    expect(headers['content-security-policy']).not.toMatch(/script|unsafe-eval/)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(headers['access-control-allow-origin']).toBeUndefined()
  }
})

test('another site may not even ask', async () => {
  const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
  const answer = await server.call('OPTIONS', '/api/commands', { headers })
  expect(answer.status).toBe(403)
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
})

test('our own pages may change things', async () => {
  const { cookie } = await server.join('ann')
  const headers = { origin: 'http://chat.example', host: 'chat.example', 'sec-fetch-site': 'same-origin' }
  const body = { commands: [send()] }
  expect((await server.call('POST', '/api/commands', { cookie, headers, body })).status).toBe(200)
})

test('while the database is away everything says so and nothing is taken for wrong', async () => {
  const { cookie } = await server.join('ann')
  const store = backend.openStore()
  const away = await createApiServer(store)
  await store.close()
  const credentials = { handle: 'ann', password: PASSWORD }
  const ready = await away.call('GET', '/api/ready')
  expect([ready.status, ready.body]).toMatchObject([503, { parts: { database: 'unavailable', schema: 'unknown' } }])
  // To start the process again would not bring the database back.
  expect((await away.call('GET', '/api/health')).status).toBe(200)
  for (const call of [
    () => away.call('GET', '/api/me', { cookie }),
    () => away.call('POST', '/api/sign-in', { body: credentials }),
    () => away.call('POST', '/api/register', { body: { ...credentials, handle: 'bob', name: 'Bob' } }),
  ]) {
    const { status, headers } = await call()
    expect(status).toBeGreaterThanOrEqual(500)
    expect(headers['set-cookie']).toBeUndefined()
  }
  await away.close().catch(() => undefined)
})

if (inject('backend').kind === 'sqlite') {
  test('while nothing can be stored, what is sent has to be sent again, ready says so, and reading goes on', async () => {
    const { cookie } = await server.join('ann')
    const store = backend.openStore()
    const full = await createApiServer(store)
    const command = send()
    const submit = () => full.call('POST', '/api/commands', { cookie, body: { commands: [command] } })
    await sql`pragma query_only = on`.execute(store.db)
    expect(codeOf(await submit())).toBe('unavailable')
    expect((await submit()).status).toBe(503)
    expect((await full.call('GET', '/api/ready')).status).toBe(503)
    expect((await full.call('GET', '/api/me', { cookie })).status).toBe(200)
    await sql`pragma query_only = off`.execute(store.db)
    expect((await full.call('GET', '/api/ready')).status).toBe(200)
    expect((await submit()).body).toMatchObject({ results: [{ status: 'accepted' }] })
    await full.close()
  })
}
