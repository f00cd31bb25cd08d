import 'fake-indexeddb/auto'
import { Dexie } from 'dexie'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findAccount, signIn } from '../../../../client/sync/account.ts'
import { createApi } from '../../../../client/sync/api.ts'
import { syncInBackground } from '../../../../client/sync/background.ts'
import { ClientDatabase, databaseName } from '../../../../client/sync/database.ts'
import { createContents } from '../../../../client/sync/files/contents.ts'
import { lockName } from '../../../../client/sync/leader.ts'
import { enqueue } from '../../../../client/sync/outbox.ts'
import type { Fetch } from '../../../../client/sync/request.ts'
import type { Command } from '../../../../shared/protocol/commands.ts'
import { ann, exampleId, NOON, send, user } from '../../data/example.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { createFakeLocks } from '../browser.ts'
import { fileId, upload, withFiles } from './example-uploads.ts'
import { createUploadServer, refuse, toResponse, type UploadServer } from './upload-server.ts'

/* The service worker goes on with files while no tab does. */

let fakes: ReturnType<typeof createFakeLocks>
let locks: Pick<LockManager, 'request'>
let uploads: UploadServer
let done: string[]
let db: ClientDatabase

beforeEach(async () => {
  fakes = createFakeLocks()
  locks = fakes.locksOf((work) => work())
  uploads = createUploadServer()
  done = []
  await findAccount()
  const { type: _, seq: __, ...row } = user(ann, 'Ann')
  const api = createApi(() => Promise.resolve(answer({ user: row, sessionId: exampleId(9) })))
  expect(await signIn(api, { handle: 'ann', password: 'a long password' })).toMatchObject({ kind: 'ok' })
  db = new ClientDatabase(ann)
  await db.meta.put({ key: 'position', log: 'campus', epoch: 'e1', cursor: 10, next: null })
})
afterEach(async () => {
  expect(fakes.isHeld(lockName(ann)), 'the lock is held on').toBe(false)
  db.close()
  await Dexie.delete(databaseName(ann))
})

function answer(body: unknown): Response {
  return toResponse(200, JSON.stringify(body), { 'content-type': 'application/json' })
}

/** A server that takes every command, as it comes. */
const fetch: Fetch = async (path, init) => {
  if (path.startsWith('/api/uploads')) return uploads.fetch(path, init)
  if (path.startsWith('/api/pull')) return answer({ epoch: 'e1', from: 10, to: 10, head: 10, next: null, rows: [] })
  const { commands } = JSON.parse(typeof init.body === 'string' ? init.body : '{}') as { commands: Command[] }
  for (const command of commands) done.push('text' in command ? command.text : command.type)
  return answer({ results: commands.map(({ id }) => ({ status: 'accepted', id, seq: 11 })) })
}

/** A message that waits with a file of this device. */
async function queue(text: string, name: string): Promise<void> {
  const file = { id: fileId() }
  const { command } = withFiles(text, [file])
  await createContents(db, () => NOON).put(file.id, 'whole', new Blob(['some notes']))
  await db.uploads.put(upload(command.id, { id: file.id, name }))
  await enqueue(db, [command], NOON)
}

const states = async () => (await db.uploads.toArray()).map(({ name, state }) => `${name} ${state.kind}`)

test('what has no files goes first, then files go up, and then their messages', async () => {
  await queue('with a file', 'notes.txt')
  await enqueue(db, [send('a text')], NOON)
  await syncInBackground(locks, fetch)
  expect(done).toEqual(['a text', 'with a file'])
  expect(uploads.textOf('notes.txt')).toEqual(['some notes'])
})

test('a file goes on from where a tab that is gone had come', async () => {
  await queue('with a file', 'notes.txt')
  uploads.cutAfter(4)
  await expect(syncInBackground(locks, fetch)).rejects.toThrow('not reached')
  uploads.takeAsked()
  await syncInBackground(locks, fetch)
  expect(uploads.asked).toEqual(['look notes.txt', 'piece notes.txt 4+6', 'finish notes.txt'])
  expect(done).toEqual(['with a file'])
})

test('what is whole goes although another file has to wait, and the browser is asked to try that again', async () => {
  await queue('waits', 'full.txt')
  await queue('goes', 'notes.txt')
  uploads.instead('create', () => refuse('storage_full'), { name: 'full.txt' })
  await expect(syncInBackground(locks, fetch)).rejects.toThrow('not reached')
  expect(done).toEqual(['goes'])
  expect((await states()).sort()).toEqual(['full.txt waiting', 'notes.txt whole'])
})

test('a paused file stays as it is', async () => {
  await queue('paused', 'notes.txt')
  await db.uploads.toCollection().modify({ state: { kind: 'paused' } })
  await syncInBackground(locks, fetch)
  expect([uploads.asked, done]).toEqual([[], []])
})

test('while a tab sends files the browser is asked to come again; with none it is left to the tab', async () => {
  let release: () => void = () => undefined
  const tab = locks.request(lockName(ann), {}, () => new Promise<void>((resolve) => (release = resolve)))
  await syncInBackground(locks, fetch)
  await queue('with a file', 'notes.txt')
  await expect(syncInBackground(locks, fetch)).rejects.toThrow('a tab still sends files')
  expect(uploads.asked).toEqual([])
  release()
  await tab
})

test('a tab that takes the lead in the middle finds nobody else at the file', async () => {
  await queue('with a file', 'notes.txt')
  uploads.instead('piece', () => new Promise(() => undefined))
  let isCalledOff = false
  const worker = syncInBackground(locks, (path, init) => {
    init.signal?.addEventListener('abort', () => (isCalledOff = true))
    return fetch(path, init)
  })
  await waitFor('a piece', () => uploads.asked.some((asked) => asked.startsWith('piece')) || undefined)
  let release: () => void = () => undefined
  const tab = locks.request(lockName(ann), { steal: true }, () => new Promise<void>((resolve) => (release = resolve)))
  await expect(worker).rejects.toThrow()
  expect(isCalledOff).toBe(true)
  expect(uploads.asked).toHaveLength(3)
  release()
  await tab
})
