import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SocketSession } from '../../../client/sync/log/socket-session.ts'
import { WATCH_TTL_MS } from '../../../client/sync/watches.ts'
import type { DownFrame } from '../../../shared/protocol/down.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import { TYPING_EVERY_MS, TYPING_TTL_MS, WATCHED_MAX } from '../../../shared/protocol/limits.ts'
import { ben, eva, exampleId, group, message } from '../data/example.ts'
import { createScript, live, openSession, ping, rows, welcome, type Script } from './script.ts'

const other = exampleId(200)
let script: Script
let session: SocketSession

beforeEach(() => {
  script = createScript()
  script.at('l1', 10)
})
afterEach(() => {
  session.close()
  expect(script.clock.waiting(), 'timers left behind').toBe(0)
  expect(script.disk.watchListeners.size, 'listeners left behind').toBe(0)
  expect(script.errors).toEqual([])
})

function begin(): void {
  session = openSession(script)
}

async function beLive(): Promise<void> {
  begin()
  await script.accept()
  await script.down(welcome(), live)
}

const typist = (userId: string, conversationId = group): DownFrame => ({
  ...{ type: 'typist', conversationId, userId, ttlMs: TYPING_TTL_MS },
})
const presence = (userId: string, state: 'there' | 'away' | 'unknown' = 'there'): DownFrame => ({
  ...{ type: 'presence', userId, state, lastSeenAt: null },
})

test('what is on the screen is said after the greeting, and again only when it changes', async () => {
  await script.watch('one', { conversationId: group, userIds: [ben] })
  begin()
  await script.accept()
  expect(await script.take()).toEqual(['open', 'hello l1 10'])
  await script.down(welcome(), live)
  expect(await script.take()).toEqual(['watch 100 and 2'])
  await script.watch('one', { conversationId: group, userIds: [ben] })
  expect(await script.take()).toEqual([])
  await script.watch('one', { conversationId: group, userIds: [ben, eva] })
  expect(await script.take()).toEqual(['watch 100 and 23'])
  await script.watch('one', null)
  expect(await script.take()).toEqual(['watch nothing and nobody'])
})

test('with nothing on any screen nothing is said', async () => {
  await beLive()
  expect(await script.take()).toEqual(['open', 'hello l1 10'])
})

test('on a new socket it is said anew', async () => {
  await script.watch('one', { conversationId: group, userIds: [ben] })
  await beLive()
  await script.drop()
  await script.take()
  await beLive()
  expect(await script.take()).toEqual(['open', 'hello l1 10', 'watch 100 and 2'])
})

test('the people of all tabs are watched, and the conversation that somebody turned to last', async () => {
  await beLive()
  await script.take()
  await script.watch('one', { conversationId: group, userIds: [ben] })
  await script.pass(10)
  await script.watch('two', { conversationId: other, userIds: [eva] })
  expect(await script.take()).toEqual(['watch 100 and 2', 'watch 200 and 23'])
  // Saying the same again is no turning to it.
  await script.pass(10)
  await script.watch('one', { conversationId: group, userIds: [ben] })
  expect(await script.take()).toEqual([])
  await script.watch('two', { conversationId: null })
  expect(await script.take()).toEqual(['watch 100 and 2'])
})

test('no more people are watched than the server takes', async () => {
  await beLive()
  await script.take()
  const crowd = Array.from({ length: WATCHED_MAX + 20 }, (_, index) => exampleId(1_000 + index))
  await script.watch('one', { userIds: crowd })
  const [said = ''] = await script.take()
  expect(said.replace('watch nothing and ', '')).toHaveLength(WATCHED_MAX)
})

test('a tab that was not heard of for a while is watched for no more, and forgotten', async () => {
  await beLive()
  await script.watch('one', { conversationId: group, userIds: [ben] })
  await script.take()
  for (let beat = 0; beat < 2; beat += 1) {
    await script.pass((WATCH_TTL_MS - 1_000) / 2)
    await script.down(ping(10, 10))
  }
  expect(await script.take()).not.toContain('watch nothing and nobody')
  await script.pass(1_000)
  expect(await script.take()).toEqual(['watch nothing and nobody'])
  expect(script.disk.watches.rows.size).toBe(0)
})

test('whoever types says so at once, and then at most every three seconds while they go on', async () => {
  await beLive()
  await script.take()
  const said: string[] = []
  for (let second = 0; second < 8; second += 1) {
    await script.watch('one', { conversationId: group, typingAt: script.clock.now() })
    for (const line of await script.take()) said.push(`${second}: ${line}`)
    await script.pass(1_000)
  }
  for (const line of await script.take()) said.push(`end: ${line}`)
  expect(said).toEqual(['0: typing in 100', '0: watch 100 and nobody', '3: typing in 100', '6: typing in 100'])
})

test('whoever has stopped typing says nothing more', async () => {
  await beLive()
  await script.watch('one', { conversationId: group, typingAt: script.clock.now() })
  await script.take()
  await script.pass(10_000)
  expect(await script.take()).toEqual([])
  await script.watch('one', { conversationId: group, typingAt: script.clock.now() - TYPING_EVERY_MS })
  expect(await script.take()).toEqual([])
})

test('somebody types until it is over, or they say otherwise', async () => {
  await script.watch('one', { conversationId: group, userIds: [ben] })
  await beLive()
  await script.down(typist(ben))
  expect(script.live().typists).toEqual([ben])
  expect([...script.disk.typists.rows.values()][0]?.until).toBe(script.clock.now() + TYPING_TTL_MS)
  await script.pass(TYPING_TTL_MS - 1_000)
  await script.down(typist(ben))
  await script.pass(TYPING_TTL_MS - 1)
  expect(script.live().typists).toEqual([ben])
  await script.pass(1)
  expect(script.live().typists).toEqual([])
})

test('their message ends it, and nobody else’s', async () => {
  await script.watch('one', { conversationId: group })
  await beLive()
  await script.down(typist(ben), typist(eva))
  await script.down(rows(10, 11, message(1, { authorId: ben, seq: 11 })))
  expect(script.live().typists).toEqual([eva])
})

test('typing elsewhere than on the screen, and people not on it, are not kept', async () => {
  await script.watch('one', { conversationId: group, userIds: [ben] })
  await beLive()
  await script.down(typist(ben, other), presence(eva))
  expect(script.live()).toEqual({ typists: [], presences: [] })
})

test('who is there is what was said last', async () => {
  await script.watch('one', { userIds: [ben, eva] })
  await beLive()
  await script.down(presence(ben), presence(eva, 'unknown'))
  expect(script.live().presences).toEqual(['2 there', '3 unknown'])
  await script.down(presence(ben, 'away'))
  expect(script.live().presences).toEqual(['2 away', '3 unknown'])
})

test('whoever leaves the screen is known no more', async () => {
  await script.watch('one', { conversationId: group, userIds: [ben, eva] })
  await beLive()
  await script.down(presence(ben), presence(eva), typist(ben))
  await script.watch('one', { conversationId: other, userIds: [eva] })
  expect(script.live()).toEqual({ typists: [], presences: ['3 there'] })
})

test('when the socket ends nothing is claimed of anybody', async () => {
  await script.watch('one', { conversationId: group, userIds: [ben] })
  await beLive()
  await script.down(presence(ben), typist(ben))
  await script.drop()
  await script.take()
  expect(script.live()).toEqual({ typists: [], presences: [] })
})

test('what a crash left is forgotten when the next socket is tried', async () => {
  script.disk.presences.rows.set(ben, { userId: ben, state: 'there', lastSeenAt: null, heardAt: 0 })
  begin()
  await script.take()
  expect(script.live().presences).toEqual([])
})

test('when the server denies the watch, nothing that it told stays', async () => {
  await script.watch('one', { conversationId: group, userIds: [ben] })
  await beLive()
  await script.down(presence(ben))
  await script.down({ type: 'denied', frame: 'typing', ...refusal('not_a_member') })
  expect(script.live().presences).toEqual(['2 there'])
  await script.down({ type: 'denied', frame: 'watch', ...refusal('not_a_member') })
  expect(script.live().presences).toEqual([])
})

test('none of it touches the log, the outbox or their transactions', async () => {
  await beLive()
  await script.take()
  script.countTransactions()
  await script.watch('one', { conversationId: group, userIds: [ben], typingAt: script.clock.now() })
  await script.down(presence(ben), typist(ben))
  await script.pass(10_000)
  expect(script.countTransactions()).toBe(0)
  expect(script.outbox()).toEqual([])
})
