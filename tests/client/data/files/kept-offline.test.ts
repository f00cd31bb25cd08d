import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  keepConversationOffline,
  keepFileOffline,
  watchKeptOffline,
} from '../../../../client/data/files/kept-offline.ts'
import {
  findServerSpace,
  removeFetched,
  setFileBudget,
  watchDeviceSpace,
} from '../../../../client/data/files/file-space.ts'
import { followKept } from '../../../../client/data/files/follow-kept.ts'
import type { Session } from '../../../../client/data/session.ts'
import type { MessageFile } from '../../../../shared/protocol/files.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../../shared/protocol/version.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { answer, createDevice, until } from '../device.ts'
import { exampleId, group, message } from '../example.ts'

const headers = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) }
const photo: MessageFile = { id: exampleId(701), kind: 'photo', name: 'a.jpg', type: 'image/jpeg', bytes: 6 }
const sheet: MessageFile = { id: exampleId(702), kind: 'document', name: 'b.pdf', type: 'application/pdf', bytes: 6 }

let asked: string[] = []
let session: Session
beforeEach(async () => {
  asked = []
  session = await createDevice(async (path) => {
    asked.push(path)
    if (path === '/api/files') return answer({ usedBytes: 12, accountBytesMax: 100, fileBytesMax: 50 })
    return new Response('abcdef', { headers })
  })
  await session.db.messages.put(message(1, { text: '', files: [photo, sheet] }))
  await session.db.latest.put(message(1))
})
afterEach(() => session.db.delete())

const held = async () => (await session.db.contents.toArray()).map(({ fileId }) => fileId)
const hold = (id: string, bytes: number, usedAt: number) =>
  session.db.contents.put({ key: `${id}/whole`, fileId: id, blob: new Blob(['x'.repeat(bytes)]), bytes, usedAt })

test('a file that is to be kept is fetched, and stays when all that may go is removed', async () => {
  await keepFileOffline(session, group, photo.id, true)
  await waitFor('the file', async () => (await held()).find((id) => id === photo.id))
  await hold(sheet.id, 6, 1)
  await removeFetched(session)
  expect(await held()).toEqual([photo.id])
  expect((await until(watchKeptOffline(session, group))).fileIds).toEqual(new Set([photo.id]))
  await keepFileOffline(session, group, photo.id, false)
  await removeFetched(session)
  expect(await held()).toEqual([])
})

test('a conversation that is to be kept has all of its files here, those too that come later', async () => {
  await keepConversationOffline(session, group, true)
  await waitFor('both files', async () => ((await held()).length === 2 ? true : undefined))
  expect((await until(watchKeptOffline(session, group))).all).toBe(true)
  const errors: unknown[] = []
  const over = new AbortController()
  followKept(session, over.signal, (error) => errors.push(error))
  const later: MessageFile = { ...photo, id: exampleId(703) }
  await session.db.messages.put(message(2, { text: '', files: [later] }))
  await session.db.latest.put(message(2))
  await waitFor('the later one', async () => (await held()).find((id) => id === later.id))
  over.abort()
  expect(errors).toEqual([])
})

test('with less room what was not looked at for the longest time goes first', async () => {
  await hold(exampleId(710), 60, 1)
  await hold(exampleId(711), 60, 3)
  await hold(exampleId(712), 60, 2)
  await setFileBudget(session, 130)
  expect(await held()).toEqual([exampleId(711), exampleId(712)])
  expect(await until(watchDeviceSpace(session))).toEqual({ bytes: 120, keptBytes: 0, budgetBytes: 130 })
})

test('the room on the server is asked for, and is not known without a network', async () => {
  expect(await findServerSpace(session)).toEqual({ usedBytes: 12, accountBytesMax: 100, fileBytesMax: 50 })
  const alone = await createDevice()
  expect(await findServerSpace(alone)).toBeNull()
  await alone.db.delete()
})
