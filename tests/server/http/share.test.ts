import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type ApiServer, createApiServer } from './api-server.ts'

let backend: Backend
let server: ApiServer
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store)
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
})

test.each([
  ['a word', 100],
  ['a video', 20 * 1024 * 1024],
])(
  'whoever shares %s where no service worker takes it is led to the app, which says that it did not come',
  async (_, bytes) => {
    const form = new FormData()
    form.set('files', new File([new Uint8Array(bytes)], 'file'))
    const answer = await fetch(`http://127.0.0.1:${server.port}/share`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/share?problem=missed'])
    expect(answer.headers.get('content-security-policy')).toContain('frame-ancestors')
    expect((await server.call('GET', '/api/health')).status).toBe(200)
  },
)
