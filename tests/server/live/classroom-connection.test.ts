import { beforeEach, expect, test } from 'vitest'
import type { ClassroomListener } from '../../../server/live/classroom-channel.ts'
import { type ClassroomConnection, createClassroomConnection } from '../../../server/live/classroom-connection.ts'
import { CLASSROOM_VERSION } from '../../../shared/classroom/version.ts'
import { HEARTBEAT_MS, HELLO_WITHIN_MS } from '../../../shared/protocol/limits.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'

// Time, and a log that is away or begins anew: what real sockets show only after minutes.

let clock: FakeClock
let connection: ClassroomConnection
let sent: string[]
let closed: number[]
let log: { epoch: string; head: number }
let isAway: boolean
let resumed: [string, number][]
let devices: number
let removed: number
let ended: number
let buffered: number
let listener: ClassroomListener | undefined
const errors: unknown[] = []
beforeEach(() => {
  clock = createFakeClock()
  sent = []
  closed = []
  resumed = []
  log = { epoch: 'one', head: 7 }
  isAway = false
  devices = 0
  removed = 0
  ended = 0
  buffered = 0
  errors.length = 0
  connection = createClassroomConnection({
    classroomId: 'abcdefghijkl',
    visitor: { audience: 'room' },
    socket: {
      send: (frame) => sent.push(frame.toString()),
      close: (code) => closed.push(code),
      bufferedBytes: () => buffered,
    },
    hub: {
      join(_, __, joined) {
        listener = joined
        return {
          async find() {
            if (isAway) throw new Error('away')
            return log
          },
          resume: (epoch, cursor) => resumed.push([epoch, cursor]),
          ping: () => sent.push('ping'),
          remove: () => (removed += 1),
        }
      },
      come() {
        devices += 1
        return () => (devices -= 1)
      },
      countDevices: () => devices,
    },
    clock,
    onError: (error) => errors.push(error),
    onClosed: () => (ended += 1),
  })
})
const say = (frame: object) => connection.onMessage(JSON.stringify(frame))
const hello = { type: 'hello', protocol: CLASSROOM_VERSION, epoch: 'one', cursor: 7 }
const settle = () => new Promise(setImmediate)

test('hello is answered with where the log stands, and counts as a device until the socket closes', async () => {
  say(hello)
  await settle()
  expect(sent.map((text) => JSON.parse(text) as unknown)).toEqual([
    { type: 'welcome', protocol: CLASSROOM_VERSION, epoch: 'one', head: 7, heartbeatMs: HEARTBEAT_MS, devices: 1 },
  ])
  expect(resumed).toEqual([['one', 7]])
  connection.onClosed()
  connection.onClosed()
  expect([devices, removed, ended, clock.waiting()]).toEqual([0, 1, 1, 0])
})

test('whoever says nothing within ten seconds is closed', () => {
  clock.advance(HELLO_WITHIN_MS)
  expect([closed, removed, ended]).toEqual([[4408], 1, 1])
})

test('a ping that is answered keeps the socket, and one that is not ends it', async () => {
  say(hello)
  await settle()
  clock.advance(HEARTBEAT_MS)
  say({ type: 'pong' })
  clock.advance(HEARTBEAT_MS)
  expect([sent.filter((word) => word === 'ping').length, closed]).toEqual([2, []])
  clock.advance(HEARTBEAT_MS)
  expect(closed).toEqual([4408])
})

test('while the store is away a hello is asked to come again', async () => {
  isAway = true
  say(hello)
  await settle()
  expect([closed, errors.length, devices]).toEqual([[1013], 1, 0])
})

test('a cursor of an epoch that is over is not gone on with', async () => {
  say(hello)
  await settle()
  log = { epoch: 'two', head: 1 }
  say({ type: 'resume', cursor: 9 })
  await settle()
  expect([closed, resumed]).toEqual([[1013], [['one', 7]]])
})

test('after it closed nothing is sent or taken', async () => {
  say(hello)
  connection.onClosed()
  await settle()
  listener?.send(Buffer.from('late'), 'rows')
  say({ type: 'resume', cursor: 1 })
  await settle()
  expect([sent, resumed]).toEqual([[], []])
})

test('with a megabyte unsent it takes no more', () => {
  expect(listener?.isFull()).toBe(false)
  buffered = 1024 * 1024 + 1
  expect(listener?.isFull()).toBe(true)
})
