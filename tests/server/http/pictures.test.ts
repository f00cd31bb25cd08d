import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gunzipSync } from 'node:zlib'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { removeMember, setGroupPicture, setPicture } from '../../support/campus.ts'
import { plainPhoto } from '../files/example-photos.ts'
import { BASELINE, PROGRESSIVE, TAKEN_AT_HOME, toText } from '../files/example-pictures.ts'
import { type ApiServer, codeOf, createApiServer } from './api-server.ts'

let backend: Backend
let server: ApiServer
let ann: Awaited<ReturnType<ApiServer['join']>>
let bob: typeof ann
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store)
  ann = await server.join('ann')
  bob = await server.join('bob')
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
})

async function show(picture: Uint8Array): Promise<string> {
  const command = setPicture(toText(picture))
  await server.campus.accept(ann.userId, command)
  return command.id
}
const get = (id: string, options: Parameters<ApiServer['call']>[2] = { cookie: bob.cookie }) =>
  server.call('GET', `/api/pictures/${id}`, options)

test('a picture is served to everybody with an account, to be kept for good and run nowhere', async () => {
  const id = await show(PROGRESSIVE)
  const answer = await get(id)
  const { format, width, height } = await sharp(answer.content).metadata()
  expect([answer.status, format, width, height]).toEqual([200, 'jpeg', 24, 16])
  expect(answer.headers).toMatchObject({
    'content-type': 'image/jpeg',
    'cache-control': 'private, max-age=31536000, immutable',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
  })
  expect(answer.headers['set-cookie']).toBeUndefined()
})

test('a group’s picture is served to who is in it, and to nobody else', async () => {
  const { campus } = server
  const group = await campus.group(ann.userId, bob.userId)
  const first = setGroupPicture(group, toText(BASELINE))
  await campus.accept(ann.userId, first)
  expect((await get(first.id)).status).toBe(200)
  expect((await get(first.id, { cookie: (await server.join('eve')).cookie })).status).toBe(404)
  await campus.accept(ann.userId, removeMember(group, bob.userId))
  expect((await get(first.id)).status).toBe(404)
  const second = setGroupPicture(group, toText(PROGRESSIVE))
  await campus.accept(ann.userId, second)
  expect((await get(first.id, { cookie: ann.cookie })).status).toBe(404)
  expect((await get(second.id, { cookie: ann.cookie })).status).toBe(200)
})

test('where a picture was taken is not served', async () => {
  const answer = await get(await show(TAKEN_AT_HOME))
  expect(answer.content.toString('latin1')).not.toMatch(/SpyCam|Exif|home/)
})

test('a picture is not compressed once more', async () => {
  const long = await plainPhoto(400, 400).jpeg().toBuffer()
  const answer = await get(await show(long), { cookie: bob.cookie, headers: { 'accept-encoding': 'gzip' } })
  expect(answer.headers['content-encoding']).toBeUndefined()
  expect(answer.content.length).toBeGreaterThan(1_024)
  expect(() => gunzipSync(answer.content)).toThrow()
})

test('who shows a picture, and which, is told by who one is', async () => {
  const id = await show(BASELINE)
  expect((await server.call('GET', '/api/me', { cookie: ann.cookie })).body).toMatchObject({ user: { pictureId: id } })
  await server.campus.accept(ann.userId, setPicture(null))
  expect((await server.call('GET', '/api/me', { cookie: ann.cookie })).body).toMatchObject({
    user: { pictureId: null },
  })
})

test('a picture that was replaced is gone, and that it is not there is not kept', async () => {
  const id = await show(BASELINE)
  await show(PROGRESSIVE)
  const answer = await get(id)
  expect([answer.status, codeOf(answer)]).toEqual([404, 'not_found'])
  expect(answer.headers['cache-control']).toBe('no-store')
})

test('without a session there is no picture', async () => {
  const answer = await get(await show(BASELINE), {})
  expect([answer.status, codeOf(answer), answer.headers['cache-control']]).toEqual([401, 'not_signed_in', 'no-store'])
})

test('nothing of all this was reported as a bug', () => {
  expect(server.errors).toEqual([])
})
