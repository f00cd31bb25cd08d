import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Fetch } from '../../client/sync/request.ts'
import { createBackend, type Backend } from '../support/backend.ts'
import { startServer, type ServerProcess } from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'
import { createCutWire, type CutWire } from './cut-wire.ts'
import { register, type Device } from './device.ts'
import { withFiles, type FilesDevice } from './files-device.ts'

/*
 * Two real server processes over one MariaDB, one Redis and one folder of files, and the client's own uploader and
 * downloads. Whatever is cut or killed, each file arrives once, byte for byte, for hardly more bytes than it has, and
 * nothing else is left of it.
 *
 *     Ann ── a link that breaks ──┬──▶ one ──┐
 *                                 │          ├──▶ MariaDB, Redis, files/
 *     Bo ─────────────────────────┴──▶ two ──┘
 */

const MB = 1_000_000

let backend: Backend
let dataDir: string
let settings: { databaseUrl: string; redisUrl: string; dataDir: string }
let one: ServerProcess
let two: ServerProcess
let people = 0
let open: { stop(): Promise<void> }[]
let wires: CutWire[]

beforeAll(async () => {
  backend = await createBackend()
  const { databaseUrl, redisUrl } = backend
  if (databaseUrl === undefined || redisUrl === undefined) throw new Error('this needs MariaDB and Redis')
  dataDir = mkdtempSync(join(tmpdir(), 'chatbox-files-'))
  settings = { databaseUrl, redisUrl, dataDir }
  one = await startServer(settings)
  two = await startServer(settings)
})
afterAll(async () => {
  await one.stop()
  await two.stop()
  rmSync(dataDir, { recursive: true, force: true })
  await backend.dispose()
})
beforeEach(() => {
  open = []
  wires = []
})
afterEach(async () => {
  for (const one of open.reverse()) await one.stop()
  for (const wire of wires) await wire.close()
})

async function newcomer(url: string): Promise<Device> {
  people += 1
  const device = await register(url, `person${people}`)
  open.push(device)
  return device
}

function openFiles(device: Device, fetch?: Fetch): FilesDevice {
  const files = withFiles(device, fetch)
  open.push(files)
  return files
}

async function wireTo(server: ServerProcess): Promise<CutWire> {
  const wire = await createCutWire(server.port)
  wires.push(wire)
  return wire
}

/** Ann, over a link of her own to the first process, and Bo at the second, in a group. */
async function meet() {
  const wire = await wireTo(one)
  const [ann, bo] = [await newcomer(`http://127.0.0.1:${wire.port}`), await newcomer(two.url)]
  const group = uuidv7()
  ann.enqueue([{ type: 'group.create', id: uuidv7(), conversationId: group, title: 'Files', userIds: [bo.userId] }])
  for (const device of [ann, bo]) {
    await waitFor('the group on both devices', () => device.disk.conversations.rows.get(group))
  }
  return { wire, ann, bo, group }
}

const isSame = (one: Uint8Array | undefined, other: Uint8Array) => one !== undefined && Buffer.compare(one, other) === 0

/** What lies in the home, and what the tables say of it; of a whole file both are one. */
async function listKept() {
  const { db } = backend.store
  const names = (folder: string) => readdirSync(join(dataDir, 'files', folder))
  const files = await db.selectFrom('file').select(['id', 'name', 'content_id']).execute()
  const contents = await db.selectFrom('file_content').select('id').execute()
  const carried = await db.selectFrom('message_file').select(['file_id', 'message_id']).execute()
  return { files, contents, carried, uploads: names('uploads'), making: names('making'), content: names('content') }
}

/** Expects that the home and the tables hold what these names stand for, and nothing else besides what was there before. */
async function expectKept(before: Awaited<ReturnType<typeof listKept>>, names: readonly string[]): Promise<void> {
  await waitFor('nothing to be left of what was on its way', async () => {
    const { uploads, making } = await listKept()
    return uploads.length + making.length === 0 || undefined
  })
  const kept = await listKept()
  const fresh = kept.files.filter(({ id }) => !before.files.some((file) => file.id === id))
  expect(fresh.map(({ name }) => name).sort()).toEqual([...names].sort())
  expect(fresh.every(({ content_id }) => content_id !== null)).toBe(true)
  expect(kept.contents).toHaveLength(before.contents.length + names.length)
  expect(kept.carried).toHaveLength(before.carried.length + names.length)
  expect(kept.content.sort()).toEqual(kept.contents.map(({ id }) => `${id}.whole`).sort())
}

test('over a link that breaks again and again a file arrives once, for hardly more bytes than it has', async () => {
  const { wire, ann, bo, group } = await meet()
  const before = await listKept()
  const bytes = randomBytes(5 * MB)
  wire.cutEvery(400_000)
  const sentBefore = wire.sentBytes
  const id = await openFiles(ann).send(group, 'over a bad link', { 'scan.bin': bytes })
  ann.send(group, 'written after it')
  const [received] = await openFiles(bo).receive(id)
  expect(isSame(received, bytes)).toBe(true)
  expect(wire.cuts).toBeGreaterThan(8)
  expect((wire.sentBytes - sentBefore) / bytes.length).toBeLessThan(1.2)
  // What was written after it did not wait for it.
  await bo.expectTexts(group, ['written after it', 'over a bad link'])
  await expectKept(before, ['scan.bin'])
})

test('a process that is killed in the middle costs little: it goes on at another one', async () => {
  const killed = await startServer(settings)
  const { wire, ann, bo, group } = await meet()
  wire.lead(killed.port)
  const before = await listKept()
  const bytes = randomBytes(20 * MB)
  const sentBefore = wire.sentBytes
  const files = openFiles(ann)
  const sending = files.send(group, '', { 'scan.bin': bytes })
  await waitFor('a part of it to be there', () => {
    const [name] = readdirSync(join(dataDir, 'files/uploads'))
    return name !== undefined && readFileSync(join(dataDir, 'files/uploads', name)).length > MB ? true : undefined
  })
  await killed.kill9()
  wire.lead(two.port)
  const [received] = await openFiles(bo).receive(await sending)
  expect(isSame(received, bytes)).toBe(true)
  // At most the piece that was under way comes again, and a piece is a fifth of it.
  expect((wire.sentBytes - sentBefore) / bytes.length).toBeLessThan(1.25)
  await expectKept(before, ['scan.bin'])
})

test('each request may go to another process, of several files and of two tabs at once', async () => {
  const { ann, bo, group } = await meet()
  const before = await listKept()
  let turn = 0
  const anywhere: Fetch = (path, init) => {
    turn += 1
    return ann.fetch(`${(turn % 2 === 0 ? one : two).url}${path}`, init)
  }
  const files = openFiles(ann, anywhere)
  const held = Object.fromEntries(Array.from({ length: 4 }, (_, index) => [`${index}.bin`, randomBytes(700_000)]))
  const id = await files.send(group, 'four', held)
  files.openTab(anywhere)
  const received = await openFiles(bo).receive(id)
  expect(received.map((bytes, index) => isSame(bytes, held[`${index}.bin`] ?? new Uint8Array()))).toEqual(
    received.map(() => true),
  )
  expect(received).toHaveLength(4)
  await expectKept(before, Object.keys(held))
})

test('of what is taken out in the middle nothing is left, and nothing arrives', async () => {
  const { wire, ann, bo, group } = await meet()
  const before = await listKept()
  wire.cutEvery(200_000)
  const files = openFiles(ann)
  await files.send(group, '', { 'gone.bin': randomBytes(3 * MB) })
  await waitFor('a part of it to be there', () => readdirSync(join(dataDir, 'files/uploads')).length > 0 || undefined)
  await files.cancel('gone.bin')
  wire.cutEvery(Infinity)
  await expectKept(before, [])
  ann.send(group, 'nothing but this')
  await bo.expectTexts(group, ['nothing but this'])
})

test('what is fetched over a link that breaks comes byte for byte', async () => {
  const { ann, bo, group } = await meet()
  const bytes = randomBytes(2 * MB)
  const id = await openFiles(ann).send(group, '', { 'scan.bin': bytes })
  await waitFor('the message', () => bo.disk.messages.rows.get(id))
  const wire = await wireTo(one)
  // Each question is some hundred bytes: every third one breaks it.
  wire.cutEvery(1_500)
  const [received] = await openFiles(bo, (path, init) =>
    bo.fetch(`http://127.0.0.1:${wire.port}${path}`, init),
  ).receive(id)
  expect(isSame(received, bytes)).toBe(true)
  expect(wire.cuts).toBeGreaterThan(0)
})
