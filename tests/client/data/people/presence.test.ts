import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Session } from '../../../../client/data/session.ts'
import { watchPresence } from '../../../../client/data/people/watch-presence.ts'
import { watchScreen } from '../../../../client/data/people/watch-screen.ts'
import { watchTypists } from '../../../../client/data/people/watch-typists.ts'
import { createDevice, until } from '../device.ts'
import { ann, ben, eva, group, NOON } from '../example.ts'

let session: Session
let now: number

beforeEach(async () => {
  now = NOON
  session = { ...(await createDevice()), clock: { now: () => now } }
})

afterEach(() => session.db.delete())

const watches = () => session.db.watches.toArray()

test('what is on the screen is written down, and taken away with it', async () => {
  const screen = watchScreen(session, { conversationId: group, userIds: [ben] })
  await expect.poll(watches).toMatchObject([{ conversationId: group, userIds: [ben], typingAt: null, changedAt: NOON }])
  screen.stop()
  await expect.poll(watches).toEqual([])
})

test('a screen that goes away after its database is closed troubles nobody', async () => {
  const screen = watchScreen(session, { conversationId: group, userIds: [] })
  await expect.poll(watches).toHaveLength(1)
  session.db.close()
  screen.stop()
  await new Promise((resolve) => setTimeout(resolve))
  await session.db.open()
})

test('two screens of one person are two, and no more people are watched than the server takes', async () => {
  const people = Array.from({ length: 150 }, (_, index) => `person-${index}`)
  const screens = [[ben], people].map((userIds) => watchScreen(session, { conversationId: null, userIds }))
  await expect.poll(async () => (await watches()).map((watch) => watch.userIds.length).sort()).toEqual([1, 100])
  screens.forEach((screen) => screen.stop())
})

test('typing is said at most once a second, and can be taken back', async () => {
  const screen = watchScreen(session, { conversationId: group, userIds: [] })
  const typingAt = async () => (await watches())[0]?.typingAt
  screen.sayTyping()
  await expect.poll(typingAt).toBe(NOON)
  now = NOON + 999
  screen.sayTyping()
  now = NOON + 1_000
  screen.sayTyping()
  await expect.poll(typingAt).toBe(NOON + 1_000)
  screen.stopTyping()
  await expect.poll(typingAt).toBeNull()
  screen.stop()
})

test('who types is told by name until it is over, oneself never', async () => {
  await session.db.typists.bulkPut([
    { conversationId: group, userId: eva, until: NOON + 60 },
    { conversationId: group, userId: ben, until: NOON + 6_000 },
    { conversationId: group, userId: ann, until: NOON + 6_000 },
  ])
  const told: string[][] = []
  await until(watchTypists(session, group), (people) => {
    told.push(people.map((person) => person.name))
    now = NOON + 61
    return told.length === 2
  })
  expect(told).toEqual([['Ben', 'Eva'], ['Ben']])
})

test('how somebody is is known while connected, and offline it is not', async () => {
  await session.db.presences.bulkPut([
    { userId: ben, state: 'there', lastSeenAt: null, heardAt: NOON },
    { userId: eva, state: 'away', lastSeenAt: NOON - 5_000, heardAt: NOON },
  ])
  const look = async () => {
    const find = await until(watchPresence(session, [ben, eva]))
    return [find(ben), find(eva), find(ann)]
  }
  const unknown = { kind: 'unknown' }
  expect(await look()).toEqual([unknown, unknown, unknown])
  await session.db.meta.put({ key: 'connection', state: { kind: 'live' } })
  expect(await look()).toEqual([{ kind: 'there' }, { kind: 'away', lastSeenAt: NOON - 5_000 }, unknown])
  await session.db.meta.put({ key: 'connection', state: { kind: 'offline', since: NOON } })
  expect(await look()).toEqual([unknown, unknown, unknown])
})
