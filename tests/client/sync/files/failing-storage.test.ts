import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { ClientDatabase } from '../../../../client/sync/database.ts'
import { createDexieStore } from '../../../../client/sync/dexie-store.ts'
import { accountHolding } from '../../../../client/sync/files/account-holding.ts'
import { giveWay } from '../../../../client/sync/files/budget.ts'
import { createContents } from '../../../../client/sync/files/contents.ts'
import { recordingKey } from '../../../../client/sync/files/recording-key.ts'
import { enqueue } from '../../../../client/sync/outbox.ts'
import { conversation, exampleId, group, message, NOON, send } from '../../data/example.ts'
import { createFailingDevice } from '../storage/failing-device.ts'
import { upload } from './example-uploads.ts'

/* Files on a device that is full, or whose storage fails: they take part in it, and words come first. */

let tabs = 0

/** A tab, with a message that waits with its file, a file that somebody chose, and one that was fetched. */
async function createTab() {
  const device = createFailingDevice()
  const db = new ClientDatabase(`failing-${tabs++}`, device.storage)
  const contents = createContents(db, () => NOON)
  await db.conversations.put(conversation())
  await db.uploads.bulkPut([upload(exampleId(1), { id: 'sent' }), upload('', { id: 'chosen' })])
  for (const id of ['sent', 'chosen', 'fetched']) await contents.put(id, 'whole', new Blob([`what ${id} holds`]))
  await db.pieces.bulkPut([
    { key: 'coming/whole', from: 0, blob: new Blob(['a piece']) },
    { key: recordingKey(group), from: 500, blob: new Blob(['a word']) },
  ])
  return {
    ...{ ...device, db, contents },
    goLive: () => createDexieStore(db).setConnection({ kind: 'live' }),
    held: async () => (await db.contents.toArray()).map(({ fileId }) => fileId).sort(),
    pieces: async () => (await db.pieces.toArray()).map(({ key }) => key),
  }
}

test.each(['at once', 'at the end'] as const)(
  'a file for which there is no room, %s, is refused; words are stored on, and nothing moves to memory',
  async (fault) => {
    const { db, disk, storage, contents, goBack } = await createTab()
    disk.fill(fault, ['contents'])
    storage.onExchange(() => expect.unreachable('nothing moves'))
    await expect(contents.put('large', 'whole', new Blob(['too much']))).rejects.toThrow()
    expect(storage.state).toMatchObject({ kind: 'failing', why: 'full', inMemory: false })
    await enqueue(db, [send('words')], NOON)
    await goBack()
    expect(await db.outbox.count()).toBe(1)
  },
)

test('in memory is what was seen and what waits to be sent, and nothing of what is only there in part', async () => {
  const { db, disk, contents, goToMemory, held, pieces } = await createTab()
  disk.fill()
  await expect(db.messages.put(message(1))).rejects.toThrow()
  await goToMemory()
  expect(await held()).toEqual(['chosen', 'fetched', 'sent'])
  expect(await (await contents.find('fetched', 'whole'))?.text()).toBe('what fetched holds')
  expect(await pieces()).toEqual([recordingKey(group)])
})

test('back on the disk is what waits to be sent and was chosen meanwhile, and not what can be fetched again', async () => {
  const { db, disk, contents, goToMemory, goBack, goLive, held, pieces } = await createTab()
  disk.fill()
  await expect(db.messages.put(message(1))).rejects.toThrow()
  await goToMemory()
  await goLive()
  await contents.put('fetched in memory', 'whole', new Blob(['a large video']))
  await contents.put('chosen in memory', 'whole', new Blob(['a photo']))
  await db.uploads.put(upload('', { id: 'chosen in memory' }))
  await db.pieces.put({ key: recordingKey(group), from: 900, blob: new Blob(['another word']) })
  // Its message was taken by the server.
  await contents.remove(['sent'])
  await db.uploads.delete('sent')
  disk.free()
  await goBack()
  expect(await held()).toEqual(['chosen', 'chosen in memory', 'fetched'])
  expect((await db.uploads.toArray()).map(({ id }) => id)).toEqual(['chosen', 'chosen in memory'])
  expect(await pieces()).toEqual(['coming/whole', recordingKey(group), recordingKey(group)])
})

test('what was fetched in memory, however much, does not keep words from the disk', async () => {
  const { db, disk, contents, goToMemory, goBack, goLive } = await createTab()
  disk.fill()
  await expect(db.messages.put(message(1))).rejects.toThrow()
  await goToMemory()
  await goLive()
  await enqueue(db, [send('words')], NOON)
  await contents.put('large', 'whole', new Blob([new Uint8Array(1_000_000)]))
  // There is room for words, and for no file.
  disk.fill('at once', ['contents'])
  await goBack()
  expect(await db.outbox.count()).toBe(1)
})

test('what can be fetched again gives way where nothing can be stored, and nothing moves to memory', async () => {
  const { db, disk, storage, goBack, held, pieces } = await createTab()
  storage.onExchange(() => expect.unreachable('nothing moves'))
  storage.onFull(async () => {
    const made = await giveWay(accountHolding(db))
    if (!(await held()).includes('fetched')) disk.free()
    return made
  })
  disk.fill()
  await expect(db.messages.put(message(1))).rejects.toThrow()
  await goBack()
  expect(await held()).toEqual(['chosen', 'sent'])
  expect(await pieces()).toEqual([recordingKey(group)])
})

test('a device on which nothing is left to give way goes to memory', async () => {
  const { db, disk, storage, goToMemory } = await createTab()
  let asked = 0
  storage.onFull(() => {
    asked += 1
    return giveWay(accountHolding(db))
  })
  disk.fill()
  await expect(db.messages.put(message(1))).rejects.toThrow()
  await goToMemory()
  expect(asked).toBe(2)
})
