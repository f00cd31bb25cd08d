import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Backend, createBackend } from '../../support/backend.ts'
import { findFreePort } from '../../support/free-port.ts'
import { createCall } from '../http/api-server.ts'
import { startMeasured, TOKEN } from './running.ts'

let backend: Backend
beforeEach(async () => {
  backend = await createBackend()
})
afterEach(() => backend.dispose())

test('without a setting there are no metrics, at no path', async () => {
  const server = await startMeasured(backend, {})
  const answer = await server.call('GET', '/metrics')
  expect([answer.status, answer.content.toString()]).toEqual([404, 'Not found'])
  await server.stop()
})

test('on the port of the app they are told to whoever has the token, and nobody else', async () => {
  const server = await startMeasured(backend)
  const ask = async (authorization?: string) =>
    server.call('GET', '/metrics', { headers: authorization === undefined ? {} : { authorization } })
  const right = await ask(`Bearer ${TOKEN}`)
  expect(right.status).toBe(200)
  expect(right.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(right.content.toString()).toContain('chatbox_ready 1')
  for (const wrong of [
    undefined,
    '',
    'Bearer',
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(1)}`,
    `Basic ${TOKEN}`,
    TOKEN,
  ]) {
    const answer = await ask(wrong)
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer'])
    expect(answer.content.toString()).not.toContain('chatbox_')
  }
  await server.stop()
})

test('on a port of their own nothing else is served, and they are nowhere else', async () => {
  const port = await findFreePort()
  const server = await startMeasured(backend, { METRICS_PORT: String(port) })
  const own = createCall(port)
  expect((await own('GET', '/metrics')).content.toString()).toContain('chatbox_ready 1')
  for (const path of ['/', '/api/health', '/api/me', '/metrics/x']) expect((await own('GET', path)).status).toBe(404)
  expect((await own('POST', '/metrics')).status).toBe(404)
  expect((await server.call('GET', '/metrics')).status).toBe(404)
  await server.stop()
  await expect(own('GET', '/metrics')).rejects.toThrow('ECONNREFUSED')
})

test('a token holds on a port of their own too', async () => {
  const port = await findFreePort()
  const server = await startMeasured(backend, { METRICS_PORT: String(port), METRICS_TOKEN: TOKEN })
  const own = createCall(port)
  expect((await own('GET', '/metrics')).status).toBe(401)
  expect((await own('GET', '/metrics', { headers: { authorization: `bearer ${TOKEN}` } })).status).toBe(200)
  await server.stop()
})
