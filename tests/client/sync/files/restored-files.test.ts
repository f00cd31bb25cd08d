import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCampusKind } from '../../../../client/sync/campus-kind.ts'
import { uploadAll } from '../../../../client/sync/files/uploader.ts'
import { applyPage } from '../../../../client/sync/log/apply.ts'
import { NOWHERE } from '../../../../client/sync/log/position.ts'
import type { Campus } from '../../../../client/sync/tables.ts'
import type { MessageRow, Row } from '../../../../shared/protocol/rows.ts'
import { ann, ben, conversation, exampleId, group, member, message, MINUTE, users } from '../../data/example.ts'
import { fileId, storedFile } from './example-uploads.ts'
import { createFilesDevice, type FilesDevice } from './files-device.ts'
import { createUploadServer, type UploadServer } from './upload-server.ts'

/* The log went back to 20, and the files of what it lost perhaps with it. */

const START = 20
const DAY = 24 * 60 * MINUTE
const LEFT: Row[] = [...users, conversation(), member(ann), member(ben)]

let server: UploadServer
let device: FilesDevice
beforeEach(async () => {
  server = createUploadServer()
  device = await createFilesDevice(server.fetch)
})
afterEach(() => device.db.delete())

const mine = (n: number, row: Partial<MessageRow> = {}) => message(n, { authorId: ann, text: '', ...row })
const kind = () => createCampusKind(ann, device.clock)
const sent = async () => (await device.db.outbox.orderBy('position').toArray()).map(({ command }) => command)

/** The log is found to have gone back, and what it has left is pulled afresh. */
async function goBack(held: readonly MessageRow[]): Promise<void> {
  await device.db.messages.bulkPut([...held])
  await device.store.transact(async (tables) => {
    await kind().prepareOffers(tables, START)
    const begin = { ...NOWHERE, restoring: true }
    await tables.setPosition(begin)
    const page = { lineage: { id: 'l2', start: START }, from: 0, to: 20, head: 20, next: null, rows: LEFT }
    await applyPage<Campus>(tables, kind(), begin, page)
    await kind().offerAgain(tables)
  })
}

/** The server lacks a file of the first message that waits. */
async function refuseFirst(): Promise<void> {
  const first = await device.db.outbox.orderBy('position').first()
  const result = { status: 'refused', id: first?.id ?? '', code: 'file_missing', message: 'No.' } as const
  await device.store.transact((tables) => kind().settle(tables, [result]))
}

test('a message is offered with its files, as they were described; where the server has them they are not sent', async () => {
  const files = [storedFile({ description: 'A board' }), storedFile()]
  await goBack([mine(30, { files })])
  expect(await sent()).toMatchObject([
    { files: files.map(({ id, description = '' }) => ({ id, description })), text: '' },
  ])
  expect(await device.due()).toEqual([''])
  expect(await uploadAll(device.part)).toBe('done')
  expect(server.asked).toEqual([])
})

test('a file that was lost goes up once more from what this device holds of it', async () => {
  const file = storedFile({ name: 'notes.txt', bytes: 10 })
  await device.part.contents.put(file.id, 'whole', new Blob(['some notes']))
  await goBack([mine(30, { files: [file] })])
  await refuseFirst()
  expect(await device.due()).toEqual([])
  expect(await uploadAll(device.part)).toBe('done')
  expect(server.textOf('notes.txt')).toEqual(['some notes'])
  expect(await device.due()).toEqual([''])
})

test('what a photo was drawn to on the server goes up as a photo, whatever its size here', async () => {
  const file = storedFile({ kind: 'photo', name: 'board.jpg', type: 'image/jpeg', width: 4, height: 3, bytes: 99 })
  await device.part.contents.put(file.id, 'whole', new Blob(['as it was sent']))
  await goBack([mine(30, { files: [file] })])
  await refuseFirst()
  expect(await device.findUpload('board.jpg')).toMatchObject({ as: 'photo', width: 4, height: 3, isReady: true })
  await uploadAll(device.part)
  expect([...server.files.values()]).toMatchObject([{ as: 'photo', length: 14, isWhole: true }])
})

test('a file that this device has not is waited for, as another one may have it, and after a week that is said', async () => {
  await goBack([mine(30, { files: [storedFile()] })])
  for (const days of [0, 1, 5]) {
    device.clock.advance(days * DAY)
    await refuseFirst()
    expect(await uploadAll(device.part)).toBe('done')
    const [entry] = await device.db.outbox.toArray()
    expect(entry?.state).toMatchObject({ kind: 'waiting', hold: { from: device.clock.now() } })
    expect(await device.due()).toEqual([])
    device.clock.advance(60 * MINUTE)
    expect(await device.due()).toEqual([''])
  }
  device.clock.advance(2 * DAY)
  await refuseFirst()
  await uploadAll(device.part)
  const [entry] = await device.db.outbox.toArray()
  expect(entry?.state).toMatchObject({
    kind: 'refused',
    message: '“notes.txt”: This file is not on this device any more.',
  })
})

test('what waited with its files keeps them, whole or not', async () => {
  const id = await device.queue('waits', { 'notes.txt': 'some notes' })
  await goBack([mine(30, { files: [storedFile({ name: 'other.txt' })] })])
  expect((await device.findUpload('notes.txt')).messageId).toBe(id)
  expect(await device.due()).toEqual([''])
  await uploadAll(device.part)
  expect(await device.due()).toEqual(['', 'waits'])
})

test('what one forwarded names a message that carries it, rather one that the log still has', async () => {
  const [one, two, lost] = [storedFile(), storedFile(), storedFile()]
  const files = [one, two, lost]
  await goBack([
    message(4, { files: [one] }),
    message(31, { files: [one, two], conversationId: exampleId(200) }),
    mine(30, { forwarded: true, files }),
  ])
  expect(await sent()).toMatchObject([
    {
      files: [
        { id: one.id, from: { conversationId: group, messageId: exampleId(1_004) } },
        { id: two.id, from: { conversationId: exampleId(200), messageId: exampleId(1_031) } },
        { id: lost.id },
      ],
    },
  ])
})

test('an edit of a message that the log still has says nothing of its files', async () => {
  await goBack([mine(4, { seq: 30, text: 'edited', files: [storedFile({ id: fileId() })] }), message(5)])
  expect(await sent()).toMatchObject([{ type: 'message.edit', text: 'edited' }])
  expect(await device.db.uploads.count()).toBe(0)
})

test('others’ files are nothing to offer', async () => {
  await goBack([message(30, { authorId: ben, files: [storedFile()] })])
  expect(await sent()).toEqual([])
  expect(await device.db.uploads.count()).toBe(0)
})
