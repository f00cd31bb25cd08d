import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { uploadAll } from '../../../../client/sync/files/uploader.ts'
import {
  cancelUpload,
  pauseUpload,
  resumeUpload,
  sendRefusedAsDocument,
} from '../../../../client/data/files/upload-actions.ts'
import { retryUnsent, retryWithoutFiles } from '../../../../client/data/outbox/unsent-actions.ts'
import type { OutboxState, Upload } from '../../../../client/sync/database.ts'
import { refused } from '../example.ts'
import { createFilesDevice, type FilesDevice } from '../../sync/files/files-device.ts'
import { createUploadServer, refuse, type UploadServer } from '../../sync/files/upload-server.ts'

let server: UploadServer
let device: FilesDevice
beforeEach(async () => {
  server = createUploadServer()
  device = await createFilesDevice(server.fetch)
})
afterEach(() => device.db.delete())

const whole: Upload['state'] = { kind: 'whole' }
const idOf = async (name: string) => (await device.findUpload(name)).id
const sent = async () =>
  (await device.db.outbox.toArray()).map(({ command }) => ('text' in command ? [command.text, filesOf(command)] : []))
const filesOf = (command: object) => ('files' in command ? command.files : 'none')

test('only what waits is paused, and only what is paused goes on', async () => {
  await device.queue('', { 'one.txt': '1', 'two.txt': '2' })
  const [one, two] = [await idOf('one.txt'), await idOf('two.txt')]
  await device.db.uploads.update(two, { state: whole })
  for (const id of [one, two]) await pauseUpload(device.session, id)
  expect((await device.db.uploads.toArray()).map(({ state }) => state.kind)).toEqual(['paused', 'whole'])
  for (const id of [one, two]) await resumeUpload(device.session, id)
  expect((await device.db.uploads.toArray()).map(({ state }) => state.kind)).toEqual(['waiting', 'whole'])
})

test('of a message from which a file is taken out the others stay, and its words', async () => {
  await device.queue('words', { 'one.txt': '1', 'two.txt': '2' })
  await cancelUpload(device.session, await idOf('one.txt'))
  expect(await sent()).toEqual([['words', [{ id: await idOf('two.txt'), description: '' }]]])
  await cancelUpload(device.session, await idOf('two.txt'))
  expect(await sent()).toEqual([['words', 'none']])
  expect(await device.due()).toEqual(['words'])
})

test('with the last file of a message without words the message goes too, and nothing is left of it', async () => {
  await device.queue('', { 'one.txt': '1' })
  await cancelUpload(device.session, await idOf('one.txt'))
  expect(await sent()).toEqual([])
  expect(await uploadAll(device.part)).toBe('done')
  expect([await device.db.uploads.count(), await device.db.contents.count(), server.asked]).toEqual([0, 0, []])
})

test.each<[string, OutboxState, boolean]>([
  ['is on its way, as all of its files are whole', { kind: 'waiting' }, false],
  ['was taken by the server', { kind: 'accepted', seq: 7 }, false],
  ['was refused', refused, true],
])('a file is taken out of a message that %s: %o %s', async (_, state, isTakenOut) => {
  const id = await device.queue('words', { 'one.txt': '1' })
  await device.db.uploads.update(await idOf('one.txt'), { state: whole })
  await device.db.outbox.where({ id }).modify({ state })
  await cancelUpload(device.session, await idOf('one.txt'))
  expect((await device.findUpload('one.txt')).messageId === id).toBe(!isTakenOut)
  expect((await sent())[0]?.[1] === 'none').toBe(isTakenOut)
})

test('a file that is in no message any more changes nothing', async () => {
  await device.queue('words', { 'one.txt': '1' })
  await cancelUpload(device.session, 'another')
  expect(await sent()).toHaveLength(1)
})

test('what was refused as a photo goes as a document, as it was chosen', async () => {
  const id = await device.queue('look', { 'board.jpg': 'drawn anew' })
  const before = await idOf('board.jpg')
  await device.db.uploads.update(before, { as: 'photo', width: 4, height: 3, preview: 'AAAA' })
  await device.part.contents.put(before, 'source', new Blob(['as it was chosen']))
  server.instead('finish', () => refuse('not_a_photo'))
  await uploadAll(device.part)
  await sendRefusedAsDocument(device.session, before)
  expect(await device.findUpload('board.jpg')).toMatchObject({ as: 'document', bytes: 16, problem: null })
  expect(await device.findUpload('board.jpg')).not.toHaveProperty('width')
  await retryUnsent(device.session, id)
  expect(await uploadAll(device.part)).toBe('done')
  // A server takes the same id for another thing, once it is shown as another thing.
  expect(await idOf('board.jpg')).not.toBe(before)
  expect(server.textOf('board.jpg')).toContain('as it was chosen')
  expect(await device.due()).toEqual(['look'])
})

test('a refused message goes once more without a file of it, and where that comes only halfway it is as it was', async () => {
  const id = await device.queue('words', { 'one.txt': '1', 'two.txt': '2' })
  await device.db.outbox.where({ id }).modify({ state: refused })
  const before = [await device.db.outbox.toArray(), await device.db.uploads.toArray()]
  const fail = () => {
    throw new Error('the tab was closed')
  }
  device.db.outbox.hook('creating', fail)
  const one = await idOf('one.txt')
  await expect(retryWithoutFiles(device.session, id, [one])).rejects.toThrow('the tab was closed')
  device.db.outbox.hook('creating').unsubscribe(fail)
  expect([await device.db.outbox.toArray(), await device.db.uploads.toArray()]).toEqual(before)
  await retryWithoutFiles(device.session, id, [one])
  expect(await sent()).toEqual([['words', [{ id: await idOf('two.txt'), description: '' }]]])
  expect((await device.entryOf(id)).state).toEqual({ kind: 'waiting' })
})
