import 'fake-indexeddb/auto'
import { afterEach, expect, test } from 'vitest'
import * as v from 'valibot'
import { removePicture, setPicture } from '../../../../client/data/account/change-picture.ts'
import { setGroupPicture } from '../../../../client/data/conversations/change-group.ts'
import type { Session } from '../../../../client/data/session.ts'
import { watchPicture } from '../../../../client/data/people/watch-picture.ts'
import { command } from '../../../../shared/protocol/commands.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../../shared/protocol/version.ts'
import { PICTURE_BYTES_MAX } from '../../../../shared/protocol/limits.ts'
import { createDevice, until } from '../device.ts'
import { exampleId } from '../example.ts'

let session: Session

afterEach(() => session.db.delete())

const bytes = Uint8Array.from({ length: 1_000 }, (_, index) => index % 256)

async function queued() {
  return (await session.db.outbox.orderBy('position').toArray()).map((one) => one.command)
}

test('a new picture is here at once, and on its way as the contract has it', async () => {
  session = await createDevice()
  expect(await setPicture(session, bytes)).toBe('queued')
  const [sent] = await queued()
  expect(v.is(command, sent)).toBe(true)
  if (sent?.type !== 'profile.picture') throw new Error('no picture was queued')
  expect(Buffer.from(sent.picture ?? '', 'base64')).toEqual(Buffer.from(bytes))
  expect(new Uint8Array((await until(watchPicture(session, sent.id))) ?? [])).toEqual(bytes)
})

test('a picture over the limit is not taken, neither for oneself nor for a group', async () => {
  session = await createDevice()
  const large = new Uint8Array(PICTURE_BYTES_MAX + 1)
  expect(await setPicture(session, large)).toBe('too-large')
  expect(await setGroupPicture(session, exampleId(9), large)).toBe('too-large')
  expect(await queued()).toEqual([])
  expect(await session.db.pictures.count()).toBe(0)
})

test('a picture is taken away', async () => {
  session = await createDevice()
  await removePicture(session)
  expect(await queued()).toMatchObject([{ type: 'profile.picture', picture: null }])
})

test('a picture that is not here is fetched once, however many look at it', async () => {
  const asked: string[] = []
  const headers = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION), 'content-type': 'image/jpeg' }
  session = await createDevice((path) => {
    asked.push(path)
    return Promise.resolve(new Response(bytes, { headers }))
  })
  const id = exampleId(8)
  const found = await Promise.all([1, 2, 3].map(() => until(watchPicture(session, id), (picture) => picture !== null)))
  expect(found.map((picture) => picture?.byteLength)).toEqual([1_000, 1_000, 1_000])
  expect(asked).toEqual([`/api/pictures/${id}`])
  expect(await session.db.pictures.get(id)).toBeDefined()
})
