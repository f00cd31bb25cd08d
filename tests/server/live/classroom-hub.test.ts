import { randomBytes, randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Bus } from '../../../server/bus/bus.ts'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import {
  type ClassroomAudience,
  type ClassroomLogs,
  createClassroomLogs,
} from '../../../server/classroom/classroom-logs.ts'
import { createClassroomCode, createClassroomId } from '../../../server/classroom/codes.ts'
import { type ClassroomHub, createClassroomHub } from '../../../server/live/classroom-hub.ts'
import type { StaffCommand } from '../../../shared/classroom/commands.ts'
import { classroomLog } from '../../../shared/classroom/fields.ts'
import type { ClassroomDownFrame } from '../../../shared/classroom/frames.ts'
import { systemClock } from '../../../shared/clock.ts'
import { LONG_POLL_MS } from '../../../shared/protocol/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { createCampus } from '../../support/campus.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { waitFor } from '../../support/wait-for.ts'
import { ask, classroomBody } from '../http/classroom-calls.ts'

let backend: Backend
let bus: Bus
let isDeaf: boolean
let logs: ClassroomLogs
let hub: ClassroomHub
let clock: FakeClock
let ann: string
let room: string
let reads: string[]
const errors: unknown[] = []
beforeEach(async () => {
  backend = await createBackend()
  errors.length = 0
  isDeaf = false
  reads = []
  bus = createMemoryBus()
  ann = await createCampus({ store: backend.store }).register('Ann')
  logs = createClassroomLogs({
    store: backend.store,
    clock: systemClock,
    onChanged(classroomId, to) {
      if (!isDeaf) bus.publishClassroomChange({ classroomId, to })
    },
    onError: (error) => `error-${errors.push(error)}`,
  })
  room = createClassroomId()
  const keys = { issuerPublic: null, issuerPrivate: null, challengeKey: randomBytes(32).toString('base64url') }
  await logs.create(ann, classroomBody, { id: room, code: createClassroomCode(), ...keys })
  clock = createFakeClock()
  hub = createClassroomHub({
    store: backend.store,
    logs: {
      loadSince(id, audience, from, limit) {
        reads.push(audience)
        return logs.loadSince(id, audience, from, limit)
      },
    },
    bus,
    clock,
    onError: (error) => errors.push(error),
  })
})
afterEach(async () => {
  hub.close()
  await logs.close()
  const reported = [...errors]
  await backend.dispose()
  expect(reported).toEqual([])
})

interface Heard {
  frames: ClassroomDownFrame[]
  place: ReturnType<ClassroomHub['join']>
  fill(): void
  take(): ClassroomDownFrame[]
}

function join(audience: ClassroomAudience = 'room'): Heard {
  const frames: ClassroomDownFrame[] = []
  let isFull = false
  let taken = 0
  const place = hub.join(room, audience, {
    isFull: () => isFull,
    send: (frame) => frames.push(JSON.parse(frame.toString()) as ClassroomDownFrame),
  })
  return {
    frames,
    place,
    fill: () => (isFull = true),
    take() {
      const fresh = frames.slice(taken)
      taken = frames.length
      return fresh
    },
  }
}

/** Somebody live at the head. */
async function joinLive(audience: ClassroomAudience = 'room'): Promise<Heard> {
  const heard = join(audience)
  const { epoch, head } = await heard.place.find()
  heard.place.resume(epoch, head)
  expect(heard.take()).toEqual([{ type: 'ping', head, devices: 0 }])
  return heard
}

async function say(text = 'Why?'): Promise<number> {
  const answer = await logs.submitStudent(room, { command: ask(text), tokenHash: null })
  if ('code' in answer) throw new Error(answer.code)
  return answer.seq
}
const order = (command: StaffCommand) => logs.submitStaff(room, ann, [command])
const find = () =>
  backend.store.db.selectFrom('log').selectAll().where('id', '=', classroomLog(room)).executeTakeFirstOrThrow()
const until = (heard: Heard, to: number) =>
  waitFor(`position ${to}`, () => heard.frames.find((frame) => frame.type === 'rows' && frame.to >= to))
const look = async () => {
  clock.advance(1_000)
  await waitFor('the look', () => (clock.waiting() > 0 ? true : undefined))
}
const rows = (from: number, to: number, ...types: string[]) => ({
  type: 'rows',
  from,
  to,
  rows: types.map((type) => expect.objectContaining({ type }) as object),
})

test('whoever is live hears each step, read once for all of an audience, and the room less than staff', async () => {
  const all = await Promise.all([joinLive(), joinLive(), joinLive()])
  const staff = await joinLive('staff')
  const { head } = await find()
  await order({ type: 'classroom.set', id: uuidv7(), mode: 'approval' })
  for (const one of [...all, staff]) await until(one, head + 1)
  reads.length = 0
  const to = await say('Held')
  for (const one of [...all, staff]) await until(one, to)
  expect(reads.sort()).toEqual(['room', 'staff'])
  for (const one of all) {
    expect(one.take()).toEqual([rows(head, head + 1, 'classroom'), rows(head + 1, to, 'question')])
    expect(one.frames.at(-1)).toMatchObject({ rows: [{ state: 'held', text: null }] })
  }
  expect(staff.frames.at(-1)).toMatchObject({ rows: [{ state: 'held', text: 'Held' }] })
})

test('what only staff may see moves the room on without rows', async () => {
  const [one, staff] = [await joinLive(), await joinLive('staff')]
  const { head } = await find()
  await say()
  await order({ type: 'staff.read', id: uuidv7(), n: 1 })
  await until(one, head + 2)
  await until(staff, head + 2)
  const told = one.take().flatMap((frame) => (frame.type === 'rows' ? frame.rows : []))
  expect(told.map(({ type }) => type)).toEqual(['question'])
  expect(staff.frames.at(-1)).toMatchObject({ to: head + 2, rows: [{ type: 'staff', readN: 1 }] })
})

test('a word that the bus loses is found at the next look', async () => {
  const one = await joinLive()
  isDeaf = true
  const to = await say()
  expect(one.take()).toEqual([])
  await look()
  await until(one, to)
})

test('a resume finds what was missed in recent memory, each row once; what lies before it is to be pulled', async () => {
  const first = await joinLive()
  const { epoch, head } = await find()
  const question = ask()
  await logs.submitStudent(room, { command: question, tokenHash: null })
  await order({ type: 'question.mark', id: uuidv7(), questionId: question.id, pinned: true })
  await until(first, head + 2)
  const late = join()
  await late.place.find()
  late.place.resume(epoch, head)
  expect(late.take()).toEqual([rows(head, head + 2, 'question')])
  expect(late.frames[0]).toMatchObject({ rows: [{ pinned: true }] })
  late.place.resume(epoch, head - 1)
  expect(late.take()).toEqual([{ type: 'behind' }])
  const to = await say()
  await until(first, to)
  late.place.resume(epoch, to)
  expect(late.take()).toEqual([{ type: 'ping', head: to, devices: 0 }])
})

test('whoever pulled further than was heard here is told nothing twice', async () => {
  const one = await joinLive()
  isDeaf = true
  const { epoch } = await find()
  const first = await say()
  one.place.resume(epoch, first)
  one.take()
  const second = await say()
  await look()
  await until(one, second)
  expect(one.take()).toEqual([rows(first, second, 'question')])
})

test('a cursor from the future is behind after a heartbeat', async () => {
  const one = await joinLive()
  const { epoch, head } = await find()
  one.place.resume(epoch, head + 100)
  expect(one.take()).toEqual([{ type: 'ping', head, devices: 0 }])
  one.place.ping()
  expect(one.take()).toEqual([{ type: 'behind' }, { type: 'ping', head, devices: 0 }])
})

test('another epoch puts all behind', async () => {
  const one = await joinLive()
  await backend.store.db.updateTable('log').set({ epoch: randomUUID() }).where('id', '=', classroomLog(room)).execute()
  await look()
  await waitFor('behind', () => one.frames.find(({ type }) => type === 'behind'))
  expect(one.take()).toEqual([{ type: 'behind' }])
  const { epoch } = await one.place.find()
  expect(epoch).toBe((await find()).epoch)
})

test('one that does not drain is put behind, and the others are not', async () => {
  const [slow, other] = [await joinLive(), await joinLive()]
  slow.fill()
  const to = await say()
  await until(other, to)
  expect(slow.take()).toEqual([{ type: 'behind' }])
  expect(other.take()).toMatchObject([{ type: 'rows' }])
})

test('where nobody listens nothing is read', async () => {
  const one = await joinLive()
  one.place.remove()
  reads.length = 0
  await say()
  await look()
  expect(reads).toEqual([])
  expect(one.take()).toEqual([])
})

test('how many devices there are is told soon after it changed, once for all that came, and to staff', async () => {
  const [one, staff] = [await joinLive(), await joinLive('staff')]
  const silent = join()
  const leaves = Array.from({ length: 30 }, () => hub.come(room))
  expect(hub.countDevices(room)).toBe(30)
  clock.advance(1_000)
  const { head } = await find()
  expect(one.take()).toEqual([{ type: 'ping', head, devices: 30 }])
  expect(staff.take()).toEqual([{ type: 'ping', head, devices: 30 }])
  // Who has not said hello is told nothing.
  expect(silent.take()).toEqual([])
  for (const leave of leaves) leave()
  await look()
  expect(one.take()).toEqual([{ type: 'ping', head, devices: 0 }])
})

test('a long poll ends with what is new, with its time, or with its request', async () => {
  const { head } = await find()
  const news = hub.waitForNews(room, 'room', head, new AbortController().signal)
  await waitFor('the poll', () => hub.countDevices(room) || undefined)
  await say()
  await news
  const timed = hub.waitForNews(room, 'staff', (await find()).head, new AbortController().signal)
  clock.advance(LONG_POLL_MS)
  await timed
  const gone = new AbortController()
  const aborted = hub.waitForNews(room, 'staff', (await find()).head, gone.signal)
  gone.abort()
  await aborted
})
