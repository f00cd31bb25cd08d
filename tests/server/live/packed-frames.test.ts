import * as v from 'valibot'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import { createCampusContracts } from '../../../server/live/campus-contract.ts'
import { isJson } from '../../../server/live/frames.ts'
import { type DownFrame, downFrame } from '../../../shared/protocol/down.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { createDownReader } from '../../../shared/protocol/packed/frames.ts'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, send } from '../../support/campus.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { type CampusLive, startCampusLive } from '../../support/live.ts'
import { waitFor } from '../../support/wait-for.ts'

// What a socket of the newest version is sent, in bytes.

let backend: Backend
let campus: Campus
let live: CampusLive
let ann: string
let ben: string
let cleo: string
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store, bus: createMemoryBus() })
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  cleo = await campus.register('Cleo')
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  live = await startCampusLive({
    ...{ store: backend.store, bus: campus.bus, clock: createFakeClock() },
    onError: (error) => expect(error).toBeUndefined(),
  })
})
afterEach(() => live.close())

const contracts = createCampusContracts(CAMPUS_LOG)

async function follow(userId: string, { writer }: Pick<(typeof contracts)[number], 'writer'> = contracts[0]) {
  const reader = createDownReader(CAMPUS_LOG)
  const sent: Buffer[] = []
  const frames: DownFrame[] = []
  const following = live.hub.follow({
    ...{ reader: { userId }, writer, isFull: () => false, end: () => undefined },
    send(frame) {
      sent.push(frame)
      frames.push(v.parse(downFrame, reader.read(isJson(frame) ? frame.toString() : frame)))
    },
  })
  const { lineage, head } = live.hub.position
  await following.resume({ lineage: lineage.id, cursor: head })
  return { sent, frames, following, until: (count: number) => waitFor('the frames', () => frames[count - 1]) }
}

test('a frame is the same for whoever heard what was before it and whoever did not, and begins where each stands', async () => {
  const group = await campus.group(cleo, ann)
  const [one, other] = [await follow(ann), await follow(ben)]
  const from = live.hub.position.head
  await campus.accept(cleo, send(group))
  await one.until(2)
  const between = live.hub.position.head
  await campus.accept(cleo, send(undefined, 'for all'))
  await one.until(3)
  await other.until(2)
  expect(other.sent.at(-1)).toBe(one.sent.at(-1))
  expect(one.frames.at(-1)).toMatchObject({ type: 'rows', from: between, rows: [{ text: 'for all' }] })
  expect(other.frames.at(-1)).toMatchObject({ type: 'rows', from, rows: [{ text: 'for all' }] })
  expect(other.sent).toHaveLength(2)
})

test('a sign of life tells how far one may move on, and once it told that is a byte', async () => {
  const other = await follow(ben)
  const { head: from, lineage } = live.hub.position
  await campus.accept(ann, send(await campus.group(ann)))
  const to = await campus.head()
  await waitFor('the word', () => (live.hub.position.head === to ? true : undefined))
  other.following.ping(false)
  other.following.ping(true)
  const where = { log: CAMPUS_LOG, lineage: lineage.id }
  expect(other.frames.slice(1)).toEqual([
    { type: 'beat', ...where, from, to },
    { type: 'ping', ...where, from: to, to },
  ])
  expect(other.sent.at(-1)).toHaveLength(1)
})

test('another lineage is said before what is in it, to whoever speaks of none in each frame', async () => {
  const one = await follow(ann)
  const before = live.hub.position.lineage.id
  const again = createCampus({ store: backend.store, bus: campus.bus })
  await again.accept(ann, send())
  await one.until(3)
  const { id } = live.hub.position.lineage
  expect(id).not.toBe(before)
  expect(one.frames.slice(1)).toMatchObject([
    { type: 'lineage', lineage: id },
    { type: 'rows', lineage: id },
  ])
})

/** The bytes of a WebSocket's frame around so many, as a server sends it (RFC 6455, 5.2). */
const framed = (bytes: number) => bytes + (bytes < 126 ? 2 : 4)

test('a message of 60 letters takes less than half of what it takes socket.io to say as much', async () => {
  const group = await campus.group(ann, ben)
  const one = await follow(ben)
  await campus.accept(ann, send(group, 'x'.repeat(60), { writtenAt: Date.now() }))
  const frame = await one.until(2)
  const [row] = frame.type === 'rows' ? frame.rows : []
  const { type, seq, id, conversationId, n, authorId, text, writtenAt, sentAt } = row as MessageRow
  const verbose = JSON.stringify([type, { seq, id, conversationId, n, authorId, text, writtenAt, sentAt }])
  expect(framed(one.sent.at(-1)?.length ?? Infinity)).toBeLessThan(0.5 * framed(`42${verbose}`.length))
})

test('an hour in which nothing happens costs a device less than 500 bytes, in no more than 100 messages', () => {
  const { everyMs, answeredAfterMs } = contracts[0].heartbeat
  const signs = Math.ceil(3_600_000 / everyMs)
  const answers = Math.ceil(signs / Math.ceil(answeredAfterMs / everyMs))
  const beat = contracts[0].writer.ping(null, live.hub.position, false)[0]?.length ?? Infinity
  // What a client sends is masked by four bytes more.
  expect(signs * framed(beat) + answers * (framed(1) + 4)).toBeLessThan(500)
  expect(signs).toBeLessThan(80)
})
