import { createHash, createHmac, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isTrusted } from '../../../client/sync/classroom/held-key.ts'
import { checkIssuer, pinKey } from '../../../client/sync/classroom/issuer.ts'
import { createRandomId, createSecret, deriveReceipt, hashOf } from '../../../client/sync/classroom/secrets.ts'
import { createClassroomDisk, createMemoryStorage } from '../../sim/memory-classroom.ts'
import { classroomRow } from './fake-classroom.ts'

// Over http on a name of a LAN there is no `crypto.subtle`.
beforeEach(() => {
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

test('a hash is SHA-256 of the bytes, as the server works it out', () => {
  for (let length = 0; length < 130; length += 1) {
    const bytes = randomBytes(length)
    expect(hashOf(bytes.toString('base64url'))).toBe(createHash('sha256').update(bytes).digest('base64url'))
  }
})

test('the receipt of a vote is HMAC-SHA-256 of the browser’s secret', () => {
  const secret = createSecret()
  const id = createRandomId()
  const expected = createHmac('sha256', Buffer.from(secret, 'base64url')).update(id).digest('base64url')
  expect(deriveReceipt(secret, id)).toBe(expected)
})

test('secrets are 32 bytes, ids are random UUIDs, none comes twice', () => {
  const secrets = Array.from({ length: 50 }, createSecret)
  const ids = Array.from({ length: 50 }, createRandomId)
  expect(new Set([...secrets, ...ids]).size).toBe(100)
  for (const secret of secrets) expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
  for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
})

test('a device holds a classroom to one key there too', async () => {
  const issuer = Buffer.from('a key').toString('base64url')
  const other = Buffer.from('another').toString('base64url')
  const storage = createMemoryStorage(createClassroomDisk(), () => true)
  const tell = (key: string) =>
    storage.transact(async ({ classroom }) => classroom.bulkPut([classroomRow({ issuer: key })]))
  await tell(issuer)
  expect(await checkIssuer(storage, null)).toBe(true)
  expect(await pinKey(storage, hashOf(other))).toBe(hashOf(issuer))
  await tell(other)
  // Before anybody looked at the new one it is not trusted either.
  expect(await storage.transact((tables) => isTrusted(tables, null))).toBe(false)
  expect(await checkIssuer(storage, null)).toBe(false)
  await tell(issuer)
  expect(await checkIssuer(storage, null)).toBe(true)
  expect(await checkIssuer(storage, hashOf(other))).toBe(false)
})
