import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { campusChannel } from '../../../server/campus/types.ts'
import { SERVER_ID } from '../../../server/commands/roles.ts'
import type { CampusCommand } from '../../../server/campus/command.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import type { CommandResult } from '../../../shared/protocol/results.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { edit, handOver, react, send } from '../../support/campus.ts'
import { type ApiServer, createApiServer } from '../http/api-server.ts'
import { openLimits, type OpenLimits } from './open-limits.ts'
import { openSpeaker, type Speaker } from './open-speaker.ts'

/* Slow mode: so many seconds lie between two messages of one person in a conversation. */

let backend: Backend
let opened: OpenLimits
let server: ApiServer
let speaker: Speaker
let ann: { userId: string; cookie: string }
let leader: string
let group: string
beforeAll(async () => {
  backend = await createBackend()
  opened = await openLimits(backend)
  server = await createApiServer(backend.store, { namedLimits: opened.limits })
  server.campus.bus.listen(campusChannel, ({ rows }) => opened.slowModes.onBatch({ rows: rows ?? [] }))
})
afterAll(async () => {
  await server.close()
  await opened.close()
  await backend.dispose()
})
beforeEach(async () => {
  ann = await server.join(`a-${uuidv7().slice(-10)}`)
  leader = await server.campus.register()
  group = await server.campus.group(leader, ann.userId)
  speaker = await openSpeaker(server, ann)
  return () => speaker.close()
})

const slow = (slowSeconds: number, conversationId = group): CampusCommand => ({
  ...{ type: 'conversation.govern', id: uuidv7(), conversationId, posting: 'everybody', slowSeconds },
})
const toCode = (result: CommandResult) => (result.status === 'refused' ? result.code : result.status)

test('who wrote has to wait, is told how long, and others and other conversations are not slowed down', async () => {
  await server.campus.accept(leader, slow(30))
  const other = await server.campus.group(leader, ann.userId)
  const messages = [send(group, 'one'), send(group, 'two'), send(group, 'three')]
  const results = await speaker.send([...messages, send(other, 'elsewhere')])
  expect(results.map(toCode)).toEqual(['accepted', 'slow_down', 'slow_down', 'accepted'])
  const waits = results.flatMap((one) => (one.status === 'refused' ? [one.retryAfterMs ?? 0] : []))
  // Redis counts by its own clock, which goes on.
  expect(waits.map((ms) => Math.round(ms / 10_000))).toEqual([3, 6])
  await opened.pass(30_000)
  expect((await speaker.send(messages.slice(1))).map(toCode)).toEqual(['accepted', 'slow_down'])
  await opened.pass(30_000)
  expect((await speaker.send(messages.slice(2))).map(toCode)).toEqual(['accepted'])
})

test('reading, reacting and editing are not slow', async () => {
  await server.campus.accept(leader, slow(30))
  const message = send(group, 'one')
  const results = await speaker.send([message, edit(group, message.id, 'two'), react(group, message.id)])
  expect(results.map(toCode)).toEqual(['accepted', 'accepted', 'accepted'])
})

test('whoever leads the group writes as they like, and is slow once they lead it no more', async () => {
  const own = await server.campus.group(ann.userId, leader)
  await server.campus.accept(ann.userId, slow(30, own))
  expect((await speaker.send([send(own), send(own)])).map(toCode)).toEqual(['accepted', 'accepted'])
  await server.campus.accept(ann.userId, handOver(own, leader))
  expect((await speaker.send([send(own), send(own)])).map(toCode)).toEqual(['accepted', 'slow_down'])
})

test('Everyone is slow for all but moderators, until that is taken back', async () => {
  const moderator = await server.join(`m-${uuidv7().slice(-10)}`)
  await server.campus.accept(SERVER_ID, { type: 'role.set', id: uuidv7(), userId: moderator.userId, role: 'moderator' })
  await server.campus.accept(moderator.userId, slow(60, EVERYONE_ID))
  const theirs = await openSpeaker(server, moderator)
  expect((await theirs.send([send(), send()])).map(toCode)).toEqual(['accepted', 'accepted'])
  expect((await speaker.send([send(), send()])).map(toCode)).toEqual(['accepted', 'slow_down'])
  await server.campus.accept(moderator.userId, slow(0, EVERYONE_ID))
  theirs.close()
  const again = await openSpeaker(server, ann)
  expect((await again.send([send(), send()])).map(toCode)).toEqual(['accepted', 'accepted'])
  again.close()
})

test('a process that starts later knows what is slow', async () => {
  await server.campus.accept(leader, slow(30))
  const later = await openLimits(backend)
  const member = { userId: ann.userId, isModerator: false }
  expect(later.slowModes.findSeconds(group, member)).toBe(30)
  await server.campus.accept(leader, slow(0))
  later.slowModes.onLost()
  await expect.poll(() => later.slowModes.findSeconds(group, member)).toBe(0)
  await later.close()
})
