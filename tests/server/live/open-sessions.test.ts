import { beforeEach, expect, test } from 'vitest'
import { sessionsEnded } from '../../../server/bus/channels.ts'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import { createOpenSessions, type OpenSessions } from '../../../server/live/open-sessions.ts'
import { SHORT_HEARTBEAT_MS, SOCKETS_PER_SESSION_MAX } from '../../../shared/protocol/limits.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { waitFor } from '../../support/wait-for.ts'

let bus: ReturnType<typeof createMemoryBus>
let clock: FakeClock
let sessions: OpenSessions
let alive: Set<string>
let suspended: Set<string>
let asked: string[][]
let ended: string[]
let isDown: boolean
const errors: unknown[] = []
beforeEach(() => {
  bus = createMemoryBus()
  clock = createFakeClock()
  alive = new Set(['one', 'other'])
  suspended = new Set()
  asked = []
  ended = []
  isDown = false
  errors.length = 0
  sessions = createOpenSessions({
    bus,
    clock,
    async listAlive(ids) {
      asked.push([...ids])
      if (isDown) throw new Error('gone')
      return { alive: new Set(ids.filter((id) => alive.has(id))), suspended }
    },
    onError: (error) => errors.push(error),
  })
})
const enter = (sessionId: string, name = sessionId) => sessions.enter(sessionId, () => ended.push(name))

test('what a session has open ends with it, all of it, and nothing of others', () => {
  enter('one', 'a socket')
  enter('one', 'a long poll')
  enter('other')
  bus.publish(sessionsEnded, ['one', 'unknown'])
  expect(ended).toEqual(['a socket', 'a long poll'])
})
test('two that end in the same way are two, and each goes alone', () => {
  const end = () => ended.push('one')
  const leave = sessions.enter('one', end)
  sessions.enter('one', end)
  leave?.()
  leave?.()
  bus.publish(sessionsEnded, ['one'])
  expect(ended).toEqual(['one'])
})
test('a session has only so many open, and one that goes makes room', () => {
  const leaves = Array.from({ length: SOCKETS_PER_SESSION_MAX }, () => enter('one'))
  expect(leaves).not.toContain(undefined)
  expect(enter('one')).toBeUndefined()
  expect(enter('other')).toBeDefined()
  leaves[0]?.()
  expect(enter('one')).toBeDefined()
  expect(enter('one')).toBeUndefined()
})
test('what leaves while all of its session ends takes nothing from the others', () => {
  const leaves: ((() => void) | undefined)[] = []
  for (let count = 0; count < 3; count += 1) {
    leaves.push(
      sessions.enter('one', () => {
        ended.push(`${count}`)
        leaves[count]?.()
      }),
    )
  }
  bus.publish(sessionsEnded, ['one'])
  expect(ended).toEqual(['0', '1', '2'])
  enter('one', 'later')
  bus.publish(sessionsEnded, ['one'])
  expect(ended).toEqual(['0', '1', '2', 'later'])
})
test('a session that ended without a word of the bus is found out, once a heartbeat for all', async () => {
  enter('one')
  enter('other')
  enter('other')
  alive.delete('one')
  clock.advance(SHORT_HEARTBEAT_MS)
  await waitFor('the end', () => (ended.length > 0 ? true : undefined))
  expect(ended).toEqual(['one'])
  expect(asked).toEqual([['one', 'other']])
})
test('while nothing is open nobody is asked about', async () => {
  enter('one')?.()
  clock.advance(SHORT_HEARTBEAT_MS)
  await new Promise(setImmediate)
  expect(asked).toEqual([])
})
test('while it cannot be found out nobody is ended, and later they are', async () => {
  enter('one')
  alive.clear()
  isDown = true
  clock.advance(SHORT_HEARTBEAT_MS)
  await waitFor('the report', () => (errors.length > 0 ? true : undefined))
  expect(ended).toEqual([])
  isDown = false
  await waitFor('the next look', () => (clock.waiting() > 0 ? true : undefined))
  clock.advance(SHORT_HEARTBEAT_MS)
  await waitFor('the end', () => (ended.length > 0 ? true : undefined))
})
test('after close it neither hears nor looks', () => {
  enter('one')
  sessions.close()
  bus.publish(sessionsEnded, ['one'])
  expect(ended).toEqual([])
  expect(clock.waiting()).toBe(0)
})
