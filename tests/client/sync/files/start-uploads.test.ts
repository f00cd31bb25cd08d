import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pauseUpload, resumeUpload } from '../../../../client/data/files/upload-actions.ts'
import { startUploads } from '../../../../client/sync/files/start-uploads.ts'
import { ann } from '../../data/example.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { createFilesDevice, type FilesDevice } from './files-device.ts'
import { createUploadServer, refuse, type UploadServer } from './upload-server.ts'

/* What a leading tab does about uploads: when it begins, when it tries again, and when it ends. */

let server: UploadServer
let device: FilesDevice
let wakers: Set<() => void>
let syncs: number
let uploads: ReturnType<typeof startUploads>

beforeEach(async () => {
  server = createUploadServer()
  device = await createFilesDevice(server.fetch)
  wakers = new Set()
  syncs = 0
  uploads = start()
})
afterEach(async () => {
  uploads.stop()
  expect(wakers.size).toBe(0)
  expect(device.errors).toEqual([])
  await device.db.delete()
})

function start() {
  const { clock, db, store, errors } = device
  return startUploads(
    {
      ...{ clock, fetch: server.fetch, random: () => 1, onError: (error) => void errors.push(error) },
      onWake(listener) {
        wakers.add(listener)
        return () => wakers.delete(listener)
      },
      requestBackgroundSync: () => (syncs += 1),
    },
    { userId: ann },
    db,
    store,
  )
}

const asked = (what: string) => server.asked.filter((one) => one.startsWith(what)).length
const untilAsked = (what: string, times = 1) =>
  waitFor(`${what}, ${times} times`, () => asked(what) >= times || undefined)
const untilDue = (text: string) => waitFor('it may go', async () => (await device.due()).includes(text) || undefined)
/** Whatever follows from what was done has been done. */
const settle = async () => {
  for (let turn = 0; turn < 10; turn += 1) await device.db.uploads.toArray()
}

test('while nothing is to be uploaded nothing is asked, and nothing is wanted of the browser', async () => {
  await device.queue('a text')
  await settle()
  expect([server.asked, syncs, device.clock.waiting()]).toEqual([[], 0, 0])
})

test('a file goes up as soon as its message is sent, and the browser is asked to go on should the tab be closed', async () => {
  await device.queue('with a file', { 'notes.txt': 'some notes' })
  await untilDue('with a file')
  expect(syncs).toBeGreaterThan(0)
  await settle()
  expect(server.asked).toEqual(['create notes.txt', 'look notes.txt', 'piece notes.txt 0+10', 'finish notes.txt'])
})

test('what waited before this tab led goes up', async () => {
  uploads.stop()
  await device.queue('before', { 'notes.txt': 'some notes' })
  uploads = start()
  await untilDue('before')
})

test('a paused file is left alone until somebody goes on with it', async () => {
  uploads.stop()
  await device.queue('paused', { 'notes.txt': 'some notes' })
  const { id } = await device.findUpload('notes.txt')
  await pauseUpload(device.session, id)
  uploads = start()
  await settle()
  for (const wake of wakers) wake()
  await settle()
  device.clock.advance(120_000)
  await settle()
  expect(server.asked).toEqual([])
  await resumeUpload(device.session, id)
  await untilDue('paused')
})

test('where the server cannot be reached it is tried again, later and later, for ever', async () => {
  server.instead('create', () => Promise.reject(new TypeError('no network')), { times: 99 })
  await device.queue('waiting', { 'notes.txt': 'some notes' })
  const waits: number[] = []
  for (let times = 1; times < 9; times += 1) {
    await waitFor('the next try to be planned', () => device.clock.waiting() > 0 || undefined)
    const before = device.clock.now()
    while (device.clock.waiting() > 0) device.clock.advance(500)
    waits.push(device.clock.now() - before)
    await untilAsked('create', times + 1)
  }
  expect(waits).toEqual([...waits].sort((one, other) => one - other))
  expect(Math.max(...waits)).toBe(30_000)
})

test('a link that breaks again and again is tried soon as long as it carries something in between', async () => {
  await device.queue('waiting', { 'notes.txt': 'x'.repeat(20_000) })
  for (let cut = 1; cut < 8; cut += 1) server.cutAfter(1_000)
  for (let cut = 1; cut < 8; cut += 1) {
    await waitFor('the next try to be planned', () => device.clock.waiting() > 0 || undefined)
    const before = device.clock.now()
    while (device.clock.waiting() > 0) device.clock.advance(100)
    expect(device.clock.now() - before).toBeLessThanOrEqual(1_000)
  }
  await untilDue('waiting')
})

test('while it is tried later, what changes does not hurry it more than every few seconds, and a wake or a new live does', async () => {
  server.instead('create', () => Promise.reject(new TypeError('no network')), { times: 99 })
  await device.queue('waiting', { 'notes.txt': 'some notes' })
  await untilAsked('create')
  await settle()
  for (let times = 0; times < 20; times += 1) await device.queue(`text ${times}`)
  await settle()
  expect(asked('create')).toBe(1)
  for (const wake of wakers) wake()
  await untilAsked('create', 2)
  await settle()
  await device.store.setConnection({ kind: 'live' })
  await untilAsked('create', 3)
  await settle()
  for (let times = 0; times < 3; times += 1) {
    await device.store.setConnection({ kind: 'live' })
    await settle()
  }
  expect(asked('create')).toBe(3)
})

test('who has to sign in first is not asked again by the clock, but when the connection is live', async () => {
  server.instead('create', () => refuse('not_signed_in'))
  await device.queue('waiting', { 'notes.txt': 'some notes' })
  await untilAsked('create')
  await settle()
  device.clock.advance(600_000)
  await settle()
  expect(asked('create')).toBe(1)
  await device.store.setConnection({ kind: 'live' })
  await untilDue('waiting')
})

test('who signs in while a try of before is still refused is not forgotten', async () => {
  let release: () => void = () => undefined
  server.instead('create', () => new Promise((resolve) => (release = () => resolve(refuse('not_signed_in')))))
  await device.queue('waiting', { 'notes.txt': 'some notes' })
  await untilAsked('create')
  await device.store.setConnection({ kind: 'live' })
  await settle()
  release()
  await untilDue('waiting')
})

test('a tab that leads no more ends what it is at, at once', async () => {
  let isCalledOff = false
  server.instead('piece', () => {
    return new Promise(() => undefined)
  })
  const { fetch } = server
  server.fetch = (path, init) => {
    init.signal?.addEventListener('abort', () => (isCalledOff = true))
    return fetch(path, init)
  }
  uploads.stop()
  uploads = start()
  await device.queue('waiting', { 'notes.txt': 'some notes' })
  await untilAsked('piece')
  uploads.stop()
  expect(isCalledOff).toBe(true)
  await settle()
  expect(server.asked).toHaveLength(3)
  expect(device.clock.waiting()).toBe(0)
})

test('a storage that fails in the middle is told, and tried again', async () => {
  const { store } = device
  let failures = 1
  const { transact } = store
  store.transact = (work) => {
    if (asked('piece') === 0 || failures === 0) return transact(work)
    failures -= 1
    return Promise.reject(new DOMException('broken', 'UnknownError'))
  }
  await device.queue('waiting', { 'notes.txt': 'some notes' })
  await waitFor('the failure', () => device.errors.length > 0 || undefined)
  await waitFor('it is whole', async () => {
    device.clock.advance(1_000)
    await settle()
    return (await device.due()).includes('waiting') || undefined
  })
  expect(device.errors.splice(0)).toMatchObject([{ name: 'UnknownError' }])
})
