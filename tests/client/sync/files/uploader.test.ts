import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cancelUpload, pauseUpload, resumeUpload } from '../../../../client/data/files/upload-actions.ts'
import { ClientDatabase } from '../../../../client/sync/database.ts'
import { uploadAll } from '../../../../client/sync/files/uploader.ts'
import { drop, sendAgain } from '../../../../client/sync/outbox.ts'
import type { ErrorCode } from '../../../../shared/protocol/errors.ts'
import { message, NOON } from '../../data/example.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { createFilesDevice, type FilesDevice } from './files-device.ts'
import { bare, createUploadServer, refuse, type UploadServer } from './upload-server.ts'

/*
 * The uploader with the real tus client, over the real store, against a server that a test can make say anything.
 */

let server: UploadServer
let device: FilesDevice
beforeEach(async () => {
  server = createUploadServer()
  device = await createFilesDevice(server.fetch)
})
afterEach(async () => {
  expect(device.errors).toEqual([])
  await device.db.delete()
})

const KB = 1024
const upload = () => uploadAll(device.part)
const text = (kilobytes: number, letter = 'x') => letter.repeat(kilobytes * KB)

test('a file is announced, goes up in pieces and is looked at, and then its message may go', async () => {
  const id = await device.queue('with a file', { 'notes.txt': text(100) })
  await device.queue('after it')
  expect(await device.due()).toEqual(['after it'])
  expect(await upload()).toBe('done')
  expect(server.takeAsked()).toEqual([
    'create notes.txt',
    'look notes.txt',
    'piece notes.txt 0+65536',
    'piece notes.txt 65536+36864',
    'finish notes.txt',
  ])
  expect(server.textOf('notes.txt')).toEqual([text(100)])
  expect(await device.findUpload('notes.txt')).toMatchObject({ state: { kind: 'whole' }, sent: 100 * KB })
  expect(await device.due()).toEqual(['with a file', 'after it'])
  expect((await device.entryOf(id)).state).toEqual({ kind: 'waiting' })
})

test('what is whole is not sent again', async () => {
  await device.queue('', { 'notes.txt': 'some notes' })
  await upload()
  server.takeAsked()
  expect(await upload()).toBe('done')
  expect(server.asked).toEqual([])
})

test('what the server has already, because one may see it elsewhere, is only announced', async () => {
  await device.queue('', { 'notes.txt': 'some notes' })
  const { id } = await device.findUpload('notes.txt')
  server.instead('create', async (_, go) => {
    await go()
    const file = server.files.get(id)
    if (file !== undefined) file.bytes = new TextEncoder().encode('some notes')
    return go()
  })
  expect(await upload()).toBe('done')
  expect(server.asked).toEqual(['create notes.txt', 'finish notes.txt'])
  expect((await device.findUpload('notes.txt')).state.kind).toBe('whole')
})

test('after a cut it goes on from where the server has come, and no byte that arrived is sent twice', async () => {
  await device.queue('', { 'notes.txt': text(100) })
  server.cutAfter(10_000)
  expect(await upload()).toBe('unreachable')
  server.takeAsked()
  expect(await upload()).toBe('done')
  expect(server.asked).toEqual([
    'look notes.txt',
    'piece notes.txt 10000+32768',
    'piece notes.txt 42768+59632',
    'finish notes.txt',
  ])
  expect(server.textOf('notes.txt')).toEqual([text(100)])
})

test('an answer that is lost costs nothing', async () => {
  await device.queue('', { 'notes.txt': text(10) })
  server.instead('piece', async (_, go) => {
    await go()
    throw new TypeError('the network was lost')
  })
  server.instead('finish', async (_, go) => {
    await go()
    throw new TypeError('the network was lost')
  })
  expect(await upload()).toBe('unreachable')
  expect(await upload()).toBe('unreachable')
  expect(await upload()).toBe('done')
  expect(server.asked.filter((asked) => asked.startsWith('piece'))).toEqual([`piece notes.txt 0+${10 * KB}`])
  expect((await device.findUpload('notes.txt')).state.kind).toBe('whole')
})

test('a piece that takes too long is given up, and the next one is smaller', async () => {
  await device.queue('', { 'notes.txt': text(100) })
  server.instead('piece', () => new Promise(() => undefined))
  const slow = upload()
  await waitFor('the piece to be under way', () => server.asked.some((asked) => asked.startsWith('piece')) || undefined)
  device.clock.advance(40_000)
  expect(await slow).toBe('unreachable')
  server.takeAsked()
  expect(await upload()).toBe('done')
  expect(server.asked.slice(0, 2)).toEqual(['look notes.txt', 'piece notes.txt 0+32768'])
})

test('a server that forgot it hears of it anew', async () => {
  await device.queue('', { 'notes.txt': text(10) })
  server.cutAfter(5_000)
  await upload()
  server.files.clear()
  server.takeAsked()
  expect(await upload()).toBe('done')
  expect(server.asked.slice(0, 3)).toEqual([expect.stringMatching(/^look /), 'create notes.txt', 'look notes.txt'])
  expect(server.textOf('notes.txt')).toEqual([text(10)])
})

test.each<[string, () => void]>([
  ['that forgets it again and again', () => server.instead('look', () => refuse('not_found'), { times: 99 })],
  ['that says another offset', () => server.instead('piece', () => bare(409), { times: 99 })],
  ['at which another one is', () => server.instead('look', () => bare(423), { times: 99 })],
  ['that is full', () => server.instead('create', () => refuse('storage_full'), { times: 99 })],
  ['that is full in the middle', () => server.instead('piece', () => refuse('storage_full'), { times: 99 })],
  ['that still looks at it', () => server.instead('finish', () => refuse('unavailable'), { times: 99 })],
  ['that lacks a part of it', () => server.instead('finish', () => refuse('file_missing'), { times: 99 })],
  ['in which something is wrong', () => server.instead('create', () => refuse('internal'), { times: 99 })],
  ['that knows no files', () => server.instead('create', () => refuse('not_found'), { times: 99 })],
  ['that takes each id for taken', () => server.instead('create', () => refuse('id_taken'), { times: 99 })],
])('for a server %s it waits, and does not ask in circles', async (_, begin) => {
  const id = await device.queue('', { 'notes.txt': text(10) })
  begin()
  expect(await upload()).toBe('unavailable')
  expect(server.asked.length).toBeLessThan(6)
  expect((await device.entryOf(id)).state).toEqual({ kind: 'waiting' })
  expect(await device.findUpload('notes.txt')).toMatchObject({ state: { kind: 'waiting' } })
})

test.each<[string, () => void]>([
  ['that took nothing of a piece', () => server.instead('piece', (asked) => toOffset(asked.from), { times: 99 })],
  ['that has less than before', () => server.instead('piece', () => toOffset(0), { times: 99 })],
  ['that has more than there is', () => server.instead('piece', () => toOffset(99_999_999), { times: 99 })],
  ['that says nothing of how far it is', () => server.instead('piece', () => bare(204), { times: 99 })],
  [
    'in whose place a proxy answers',
    () => server.instead('piece', () => new Response('', { status: 413 }), { times: 99 }),
  ],
])('an answer %s is taken for the network', async (_, begin) => {
  await device.queue('', { 'notes.txt': text(100) })
  begin()
  expect(await upload()).toBe('unreachable')
  expect(server.asked.length).toBeLessThan(5)
})

function toOffset(offset: number): Response {
  const response = bare(204)
  response.headers.set('upload-offset', String(offset))
  return response
}

test('why a file waits is kept with it, and goes as soon as it goes on', async () => {
  await device.queue('', { 'notes.txt': 'some notes' })
  server.instead('create', () => refuse('storage_full'))
  await upload()
  expect(await device.findUpload('notes.txt')).toMatchObject({ problem: { code: 'storage_full' } })
  await upload()
  expect(await device.findUpload('notes.txt')).toMatchObject({ problem: null, state: { kind: 'whole' } })
})

test.each<[ErrorCode, string]>([
  ['file_empty', 'create'],
  ['file_too_large', 'create'],
  ['quota_full', 'create'],
  ['not_a_photo', 'finish'],
  ['photo_too_large', 'finish'],
])('%s is said on the message with the name of the file, and the message waits for its writer', async (code, what) => {
  const id = await device.queue('two of them', { 'good.txt': 'good', 'bad.txt': 'bad' })
  await device.queue('another message')
  server.instead(what, () => refuse(code), { name: 'bad.txt' })
  expect(await upload()).toBe('done')
  const { state } = await device.entryOf(id)
  expect(state).toMatchObject({ kind: 'refused', code, message: expect.stringMatching(/^“bad.txt”: .+\.$/) as string })
  expect(await device.findUpload('bad.txt')).toMatchObject({ problem: { code }, state: { kind: 'waiting' } })
  expect(await device.due()).toEqual(['another message'])
  server.takeAsked()
  await upload()
  expect(server.asked, 'nothing goes on for a message that was refused').toEqual([])
})

test('a refused message that is sent again has its files go on', async () => {
  const id = await device.queue('', { 'good.txt': 'good', 'bad.txt': 'bad' })
  server.instead('create', () => refuse('quota_full'), { name: 'bad.txt' })
  await upload()
  await sendAgain(device.db, id, NOON)
  expect(await upload()).toBe('done')
  expect(await device.findUpload('bad.txt')).toMatchObject({ problem: null, state: { kind: 'whole' } })
  expect(await device.due()).toEqual([''])
})

test('a file that arrived damaged is hashed anew and sent once more', async () => {
  await device.queue('', { 'notes.txt': 'some notes' })
  server.instead('finish', ({ id }) => {
    server.files.delete(id)
    return refuse('file_damaged')
  })
  expect(await upload()).toBe('done')
  expect(server.asked).toEqual([
    ...['create notes.txt', 'look notes.txt', 'piece notes.txt 0+10', 'finish notes.txt'],
    ...['create notes.txt', 'look notes.txt', 'piece notes.txt 0+10', 'finish notes.txt'],
  ])
  expect((await device.findUpload('notes.txt')).state.kind).toBe('whole')
})

test('a file that arrives damaged twice is refused', async () => {
  const id = await device.queue('', { 'notes.txt': 'some notes' })
  const damage = ({ id: fileId }: { id: string }) => {
    server.files.delete(fileId)
    return refuse('file_damaged')
  }
  server.instead('finish', damage, { times: 99 })
  expect(await upload()).toBe('done')
  expect((await device.entryOf(id)).state).toMatchObject({ kind: 'refused', code: 'file_damaged' })
  expect(server.asked.filter((asked) => asked.startsWith('finish'))).toHaveLength(2)
})

test('where its id stands for something else a file gets another one, in its message too', async () => {
  const id = await device.queue('', { 'notes.txt': 'some notes' })
  const before = (await device.findUpload('notes.txt')).id
  server.instead('create', () => refuse('id_taken'))
  expect(await upload()).toBe('done')
  const after = (await device.findUpload('notes.txt')).id
  expect(after).not.toBe(before)
  expect(await device.contentsOf(before)).toEqual({})
  expect(await device.contentsOf(after)).toEqual({ whole: 'some notes' })
  const { command } = await device.entryOf(id)
  expect(command).toMatchObject({ files: [{ id: after }] })
  expect(await device.due()).toEqual([''])
})

test('whoever ends while a file gets another id has lost nothing of it', async () => {
  await device.queue('', { 'notes.txt': 'some notes' })
  server.instead('create', () => refuse('id_taken'))
  const { contents } = device.part
  const dying = new Promise<never>((_, reject) => {
    const copy: typeof contents.copy = async (...ids) => {
      await contents.copy(...ids)
      reject(new Error('killed'))
      return new Promise<never>(() => undefined)
    }
    uploadAll({ ...device.part, contents: { ...contents, copy } }).catch(() => undefined)
  })
  await expect(dying).rejects.toThrow('killed')
  expect(await upload()).toBe('done')
  expect(server.textOf('notes.txt')).toEqual(['some notes'])
})

test('a file that is not on the device any more is said on its message', async () => {
  const id = await device.queue('', { 'notes.txt': 'some notes' })
  await device.db.contents.clear()
  expect(await upload()).toBe('done')
  expect((await device.entryOf(id)).state).toMatchObject({
    code: 'file_missing',
    message: '“notes.txt”: This file is not on this device any more.',
  })
  expect(server.asked).toEqual([])
})

/** What a browser hands out of a file that it lost beside its database. */
class LostBlob extends Blob {
  override slice(): Blob {
    return new LostBlob()
  }
  override arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.reject(new DOMException('lost', 'NotReadableError'))
  }
}

test.each(['before it was hashed', 'after'])('a file that cannot be read, %s, is said on its message', async (when) => {
  const id = await device.queue('', { 'notes.txt': 'some notes' })
  if (when === 'after') {
    server.cutAfter(1)
    await upload()
  }
  const { contents } = device.part
  const size = when === 'after' ? ['some notes'] : ['other']
  expect(await uploadAll({ ...device.part, contents: { ...contents, find: async () => new LostBlob(size) } })).toBe(
    'done',
  )
  expect((await device.entryOf(id)).state).toMatchObject({ kind: 'refused', code: 'file_missing' })
})

test('a file is never read as a whole, however large', async () => {
  let largest = 0
  class Watched extends Blob {
    override slice(start?: number, end?: number): Blob {
      const part = super.slice(start, end)
      largest = Math.max(largest, part.size)
      return part
    }
    override arrayBuffer(): Promise<ArrayBuffer> {
      throw new Error('read as a whole')
    }
  }
  const content = new Watched([new Uint8Array(20_000_000)])
  await device.queue('', { 'large.bin': content })
  const { contents } = device.part
  expect(await uploadAll({ ...device.part, contents: { ...contents, find: async () => content } })).toBe('done')
  expect(largest).toBeLessThanOrEqual(4 * KB * KB)
  expect(server.asked.length).toBeGreaterThan(6)
})

/** Holds the next piece until the test lets it go on. */
function holdPiece(name?: string): { held: Promise<void>; release(): void } {
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  const held = new Promise<void>((resolve) => {
    server.instead(
      'piece',
      async (_, go) => {
        resolve()
        await released
        return go()
      },
      name === undefined ? {} : { name },
    )
  })
  return { held, release: () => release() }
}

const elsewhere = () => ({ ...device.session, db: new ClientDatabase(device.db.name.replace('chatbox-', '')) })

test('a file that another tab pauses in the middle stops, and goes on from there', async () => {
  await device.queue('', { 'notes.txt': text(200) })
  const { id } = await device.findUpload('notes.txt')
  const tab = elsewhere()
  const { held, release } = holdPiece()
  const uploading = upload()
  await held
  await pauseUpload(tab, id)
  expect(await uploading).toBe('done')
  release()
  server.takeAsked()
  expect(await upload()).toBe('done')
  expect(server.asked).toEqual([])
  expect(await device.due()).toEqual([])
  await resumeUpload(tab, id)
  expect(await upload()).toBe('done')
  expect(server.textOf('notes.txt')).toEqual([text(200)])
  tab.db.close()
})

test('a file that is taken out in the middle stops, is gone from the device, and the server forgets it', async () => {
  await device.queue('the text stays', { 'notes.txt': text(200) })
  const { id } = await device.findUpload('notes.txt')
  const { held, release } = holdPiece()
  const uploading = upload()
  await held
  await cancelUpload(device.session, id)
  expect(await uploading).toBe('done')
  release()
  server.takeAsked()
  expect(await upload()).toBe('done')
  await waitFor('the server to forget it', () => server.files.size === 0 || undefined)
  expect(server.asked).toEqual(['cancel notes.txt'])
  expect(await device.contentsOf(id)).toEqual({})
  expect(await device.db.uploads.count()).toBe(0)
  expect(await device.due()).toEqual(['the text stays'])
})

test('once somebody else does it nothing more is sent, and they go on from there', async () => {
  await device.queue('', { 'notes.txt': text(200) })
  const over = new AbortController()
  const { held, release } = holdPiece()
  const uploading = uploadAll(device.part, over.signal)
  await held
  over.abort()
  await uploading
  const before = server.takeAsked().length
  release()
  expect(before).toBe(3)
  expect(await uploadAll(device.createPart())).toBe('done')
  expect(server.textOf('notes.txt')).toEqual([text(200)])
})

test('two who are at it at once end with one whole file', async () => {
  await device.queue('', { 'one.txt': text(300), 'other.txt': text(20) })
  const endings = await Promise.all([uploadAll(device.part), uploadAll(device.createPart())])
  if (endings.includes('unavailable')) expect(await upload()).toBe('done')
  expect(server.textOf('one.txt')).toEqual([text(300)])
  expect(server.textOf('other.txt')).toEqual([text(20)])
  expect(await device.due()).toEqual([''])
})

test('of several messages the one with the least left goes first, two files at a time', async () => {
  await device.queue('large', { 'large.txt': text(60) })
  await device.queue('small', { 'small.txt': text(1) })
  await device.queue('middle', { 'middle.txt': text(30) })
  const pieces = ['small.txt', 'middle.txt', 'large.txt'].map((name) => ({ name, ...holdPiece(name) }))
  const uploading = upload()
  const [small, middle, large] = pieces
  await small?.held
  await middle?.held
  expect(server.asked.some((asked) => asked.endsWith('large.txt'))).toBe(false)
  small?.release()
  await large?.held
  expect(await device.due()).toEqual(['small'])
  middle?.release()
  large?.release()
  expect(await uploading).toBe('done')
})

test('what is sent while a large file is under way does not wait for it', async () => {
  await device.queue('large', { 'large.txt': text(60) })
  const { held, release } = holdPiece('large.txt')
  const uploading = upload()
  await held
  await device.queue('small', { 'small.txt': text(1) })
  await waitFor('the small one to be whole', async () => (await device.due()).includes('small') || undefined)
  release()
  expect(await uploading).toBe('done')
})

test('a file for which nothing can be done holds up no other one', async () => {
  await device.queue('stuck', { 'one.txt': '1', 'two.txt': '2' })
  await device.queue('free', { 'large.txt': text(30) })
  for (const name of ['one.txt', 'two.txt']) server.instead('create', () => refuse('internal'), { name })
  expect(await upload()).toBe('unavailable')
  expect(await device.due()).toEqual(['free'])
})

test('a file that something on the way does not let through holds up no other one', async () => {
  await device.queue('stuck', { 'one.txt': '1', 'two.txt': '2' })
  await device.queue('free', { 'large.txt': text(30) })
  for (const name of ['one.txt', 'two.txt']) {
    server.instead('piece', () => new Response('blocked', { status: 403 }), { name })
  }
  expect(await upload()).toBe('unavailable')
  expect(await device.due()).toEqual(['free'])
})

test('with no network not every file of a long list is tried', async () => {
  for (let index = 0; index < 10; index += 1) await device.queue('', { [`${index}.txt`]: 'some notes' })
  server.instead('create', () => Promise.reject(new TypeError('no network')), { times: 99 })
  expect(await upload()).toBe('unreachable')
  expect(server.asked.length).toBeLessThanOrEqual(4)
})

test.each<[ErrorCode, string]>([
  ['not_signed_in', 'signed-out'],
  ['protocol_version', 'outdated'],
])('%s ends all of it', async (code, ending) => {
  for (let index = 0; index < 5; index += 1) await device.queue('', { [`${index}.txt`]: 'some notes' })
  server.instead('create', () => refuse(code), { times: 99 })
  expect(await upload()).toBe(ending)
  expect(server.asked.length).toBeLessThanOrEqual(2)
  expect(await device.due()).toEqual([])
})

test('an error with one file is told, and holds up no other one', async () => {
  await device.queue('stuck', { 'one.txt': '1' })
  await device.queue('free', { 'large.txt': text(30) })
  const { id } = await device.findUpload('one.txt')
  const { contents } = device.part
  const bug = new Error('a bug')
  const find: typeof contents.find = (fileId, variant) =>
    fileId === id ? Promise.reject(bug) : contents.find(fileId, variant)
  expect(await uploadAll({ ...device.part, contents: { ...contents, find } })).toBe('unavailable')
  expect(device.errors.splice(0)).toEqual([bug])
  expect(await device.due()).toEqual(['free'])
})

test('once the message is here its uploads are over; what they held stays to be seen', async () => {
  const id = await device.queue('', { 'notes.txt': 'some notes' })
  const file = await device.findUpload('notes.txt')
  await device.part.contents.put(file.id, 'source', new Blob(['as it was chosen']))
  await upload()
  await device.db.messages.put(message(1, { id }))
  await device.db.outbox.clear()
  server.takeAsked()
  expect(await upload()).toBe('done')
  expect(server.asked).toEqual([])
  expect(await device.db.uploads.count()).toBe(0)
  expect(await device.contentsOf(file.id)).toEqual({ whole: 'some notes' })
})

test('of a dropped message nothing is left here or on the server; a server that is away is not waited for', async () => {
  const id = await device.queue('', { 'bad.txt': 'bad', 'good.txt': 'good' })
  server.instead('finish', () => refuse('not_a_photo'), { name: 'bad.txt' })
  await upload()
  await drop(device.db, id)
  await device.queue('another', { 'notes.txt': 'some notes' })
  server.takeAsked()
  server.instead('cancel', () => new Promise(() => undefined))
  expect(await upload()).toBe('done')
  expect(server.asked).toContain('cancel good.txt')
  expect((await device.db.uploads.toArray()).map(({ name }) => name)).toEqual(['notes.txt'])
  expect(await device.db.contents.count()).toBe(1)
})
