import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Backend, createBackend } from '../../support/backend.ts'
import { openLimits, type OpenLimits } from '../limits/open-limits.ts'
import { type ApiServer, codeOf, createApiServer } from './api-server.ts'

let backend: Backend
let server: ApiServer
let opened: OpenLimits
beforeAll(async () => {
  backend = await createBackend()
  opened = await openLimits(backend)
  server = await createApiServer(backend.store, { namedLimits: opened.limits })
})
afterAll(async () => {
  await server.close()
  await opened.close()
  await backend.dispose()
})

test('everything that one has here comes as a zip to be saved, to oneself alone, and not all day', async () => {
  const { cookie } = await server.join('ann')
  const ask = (headers = {}) => server.call('GET', '/api/account/export', { cookie, headers })
  const answer = await ask({ 'sec-fetch-site': 'same-origin' })
  expect([answer.status, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
    200,
    'application/zip',
    'no-store',
  ])
  expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="chatbox \d{4}-\d\d-\d\d\.zip"/)
  expect(answer.content.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004')
  expect(codeOf(await server.call('GET', '/api/account/export'))).toBe('not_signed_in')
  expect(codeOf(await ask({ 'sec-fetch-site': 'cross-site' }))).toBe('foreign_origin')
  for (let times = 0; times < 4; times += 1) expect((await ask()).status).toBe(200)
  expect(codeOf(await ask())).toBe('too_many_tries')
})
