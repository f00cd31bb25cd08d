import { expect, test } from 'vitest'
import { isOwnOrigin } from '../../../server/accounts/own-origin.ts'

const host = 'chat.example:8080'
const publicUrl = new URL('https://chat.example')
type Headers = Parameters<typeof isOwnOrigin>[0]

const requests: [name: string, headers: Headers, publicUrl: URL | undefined, isOwn: boolean][] = [
  ['our own page', { host, origin: 'http://chat.example:8080' }, undefined, true],
  ['our own page behind a proxy that ends TLS', { host, origin: 'https://chat.example:8080' }, undefined, true],
  ['another site', { host, origin: 'https://evil.example' }, undefined, false],
  ['another port', { host, origin: 'http://chat.example:8081' }, undefined, false],
  ['a longer name', { host, origin: 'http://chat.example:8080.evil.example' }, undefined, false],
  ['a name before ours', { host, origin: 'http://evil.example/http://chat.example:8080' }, undefined, false],
  ['a sandboxed frame', { host, origin: 'null' }, undefined, false],
  ['nonsense', { host, origin: 'chat.example:8080' }, undefined, false],
  ['no host', { origin: 'http://chat.example:8080' }, undefined, false],
  ['no browser', { host }, undefined, true],
  ['our own page without Origin', { host, 'sec-fetch-site': 'same-origin' }, undefined, true],
  ['typed by hand', { host, 'sec-fetch-site': 'none' }, undefined, true],
  ['another site without Origin', { host, 'sec-fetch-site': 'cross-site' }, undefined, false],
  ['a neighbour without Origin', { host, 'sec-fetch-site': 'same-site' }, undefined, false],
  ['the public address', { host: '127.0.0.1:8080', origin: 'https://chat.example' }, publicUrl, true],
  ['the public address without TLS', { host, origin: 'http://chat.example' }, publicUrl, false],
  ['a host that the sender chose', { host: 'evil.example', origin: 'http://evil.example' }, publicUrl, false],
]

test.each(requests)('%s', (_, headers, publicUrl, isOwn) => {
  expect(isOwnOrigin(headers, { publicUrl })).toBe(isOwn)
})
