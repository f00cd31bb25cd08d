import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmptyBackend, type Backend } from '../support/backend.ts'
import { createProxy, type Proxy } from '../support/proxy.ts'
import { startServer, type RunningServer } from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'
import * as previous from '../previous/client.js'
import * as classroom from './class.ts'
import { register, type Device } from './device.ts'
import { withFiles } from './files-device.ts'
import { createPupil } from './pupil.ts'

/*
 * A rolling update: for a while a process of the version before and one of this version serve the same
 * database, and a client of either version comes to any of them. Nobody is turned away as outdated, and nothing is
 * lost, doubled or reordered.
 *
 *     previous client ──┬──▶ previous server ──┐
 *                       ╳                      ├──▶ MariaDB
 *     present client  ──┴──▶ present server  ──┘
 */

const PREVIOUS_SERVER = join(import.meta.dirname, '../previous/server.js')

let backend: Backend
let before: RunningServer
let now: RunningServer
let wires: Proxy[]
let old: previous.PreviousDevice
let young: Device
/** A device of this version that stays with the process of this version. */
let still: Device
/** What the screens of both said about the connection. */
let shown: Set<string>
let watching: NodeJS.Timeout

beforeAll(async () => {
  backend = await createEmptyBackend()
  const { databaseUrl, redisUrl } = backend
  if (databaseUrl === undefined || redisUrl === undefined) throw new Error('this needs MariaDB and Redis')
  // The tables are of the version before; the new process brings them up to date under its feet.
  before = await startServer({ databaseUrl, redisUrl, main: PREVIOUS_SERVER })
  wires = [await createProxy(before.port)]
  old = await previous.register(urlOf(wires[0]), 'old')
  now = await startServer({ databaseUrl, redisUrl })
  wires.push(await createProxy(now.port))
  young = await register(urlOf(wires[1]), 'young')
  still = await register(now.url, 'still')
  shown = new Set()
  watching = setInterval(() => {
    for (const { disk } of [old, young]) shown.add(disk.connection.kind)
  }, 5)
})
afterAll(async () => {
  clearInterval(watching)
  await old.stop()
  await young.stop()
  await still.stop()
  for (const wire of wires) await wire.close()
  await before.dispose()
  await now.dispose()
  await backend.dispose()
})

const urlOf = (wire: Proxy | undefined) => `http://127.0.0.1:${wire?.port ?? 0}`

/** Cuts a client off, and leads it to another process from then on. */
function lead(wire: Proxy | undefined, to: RunningServer): void {
  wire?.retarget(to.port)
  wire?.cut()
  wire?.restore()
}

test('clients of both versions write to each other and a classroom goes on, through processes of both, wherever they are led', async () => {
  const group = uuidv7()
  const userIds = [young.userId]
  old.enqueue([{ type: 'group.create', id: uuidv7(), conversationId: group, title: 'Both versions', userIds }])
  for (const { disk } of [old, young])
    await waitFor('the group on both devices', () => disk.conversations.rows.get(group))
  const lecture = await openLecture()

  const texts: string[] = []
  const writeBoth = async (where: string) => {
    for (const [name, device] of Object.entries({ old, young })) {
      for (const text of [`${name}, ${where}, first`, `${name}, ${where}, second`]) {
        device.send(group, text)
        texts.push(text)
      }
      await device.expectNothingWaiting()
    }
    await old.expectTexts(group, texts)
    await young.expectTexts(group, texts)
  }

  await writeBoth('each with the process of its version')
  await lecture.askBoth('each with the process of its version', [before, now])
  lead(wires[0], now)
  await writeBoth('both with the new process')
  lead(wires[1], before)
  await writeBoth('each with the process of the other version')
  await sendFiles()
  lead(lecture.oldWire, now)
  lead(lecture.youngWire, before)
  await lecture.askBoth('each with the process of the other version', [before, now])
  lead(wires[0], before)
  await writeBoth('both with the process of the version before')
  for (const wire of wires) lead(wire, now)
  await before.stop()
  await writeBoth('the update is done')
  await lecture.askBoth('the update is done', [now])
  lecture.end()

  expect([...shown]).toContain('live')
  expect([...shown]).not.toContain('outdated')
  expect(lecture.errors).toEqual([])
})

/**
 * Files, while the new client is with the process of the version before, and the old one with the new process: no message
 * goes without its files, and what the old process left out is there once the update is done.
 */
async function sendFiles(): Promise<void> {
  const group = uuidv7()
  const userIds = [young.userId, still.userId]
  old.enqueue([{ type: 'group.create', id: uuidv7(), conversationId: group, title: 'Files', userIds }])
  for (const { disk } of [old, young, still]) await waitFor('the group', () => disk.conversations.rows.get(group))
  // Bytes go to any process that knows files.
  const mine = withFiles(young, (path, init) => young.fetch(`${now.url}${path}`, init))
  const others = withFiles(still)
  const toOldText = (text: string, name: string) => `${text}\n[${name}: a file that this version cannot show]`
  const untilOld = (text: string) =>
    waitFor('the old device to read it', () => old.read(group).includes(text) || undefined)

  const held = await mine.send(group, 'mine', { 'mine.bin': randomBytes(50_000) })
  await waitFor('its file to be whole', () =>
    [...young.disk.uploads.rows.values()].every(({ state }) => state.kind === 'whole') ? true : undefined,
  )
  const seen = await others.send(group, 'theirs', { 'theirs.bin': randomBytes(50_000) })
  await waitFor('the other one', () => young.disk.messages.rows.get(seen))
  await untilOld(toOldText('theirs', 'theirs.bin'))
  expect(young.disk.messages.rows.get(seen)?.files, 'an old process knows no files').toBeUndefined()
  expect(still.read(group), 'and is sent none').toEqual(['theirs'])

  lead(wires[1], now)
  await waitFor('both with their files', () => {
    const rows = [held, seen].map((id) => young.disk.messages.rows.get(id))
    return rows.every((row) => row?.files?.length === 1) || undefined
  })
  expect((await others.receive(held))[0]).toHaveLength(50_000)
  await untilOld(toOldText('mine', 'mine.bin'))
  // Else it would wait for a process that knows files.
  await young.expectNothingWaiting()
  lead(wires[1], before)
  await mine.stop()
  await others.stop()
}

/** A classroom with a student's page of either version, each with a process of its own. */
async function openLecture() {
  const teacher = await classroom.register(now.url, 'teacher')
  const { id } = await classroom.createClassroom(now.url, teacher)
  const errors: unknown[] = []
  const oldWire = await createProxy(before.port)
  const youngWire = await createProxy(now.port)
  wires.push(oldWire, youngWire)
  const oldPupil = previous.createPupil(urlOf(oldWire), id, (error) => errors.push(error))
  const youngPupil = createPupil(urlOf(youngWire), id, (error) => errors.push(error))
  const student = classroom.createWire()
  const texts: string[] = []
  const askBoth = async (where: string, processes: readonly RunningServer[]) => {
    for (const [index, { url }] of processes.entries()) {
      const text = `${where}, ${index}`
      const receiptHash = classroom.hashReceipt(randomBytes(32).toString('base64url'))
      const question = { type: 'question.ask', id: randomUUID(), text, name: null, receiptHash } as const
      expect((await classroom.sendAsStudent(url, id, student, question)).status).toBe(200)
      texts.push(text)
    }
    for (const [name, rows] of [
      ['old', () => oldPupil.rows],
      ['young', () => youngPupil.rows()],
    ] as const) {
      await waitFor(`the ${name} page to show ${texts.length} questions`, () => {
        const read = [...rows().values()].flatMap((row) => (row.type === 'question' ? [row.text] : []))
        return texts.every((text) => read.includes(text)) || undefined
      })
    }
  }
  const end = () => {
    oldPupil.stop()
    youngPupil.stop()
    teacher.close()
  }
  return { oldWire, youngWire, askBoth, end, errors }
}
