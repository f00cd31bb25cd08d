import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Command } from '../../../shared/protocol/commands.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import type { CommandResult } from '../../../shared/protocol/results.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { addMembers, createGroup, react, read, send } from '../../support/campus.ts'
import { createDevice } from '../../support/device.ts'
import { type ApiServer, createApiServer } from '../http/api-server.ts'
import { openLimits, type OpenLimits } from './open-limits.ts'
import { openSpeaker, type Speaker } from './open-speaker.ts'

/* The limits as they are to begin with: an honest day without a network passes, and a flood does not. */

let backend: Backend
let opened: OpenLimits
let server: ApiServer
let ann: { userId: string; cookie: string }
let speaker: Speaker
beforeAll(async () => {
  backend = await createBackend()
})
beforeEach(async () => {
  opened = await openLimits(backend)
  server = await createApiServer(backend.store, { namedLimits: opened.limits })
  ann = await server.join(`a-${uuidv7().slice(-10)}`)
  speaker = await openSpeaker(server, ann)
  return async () => {
    speaker.close()
    await server.close()
    await opened.close()
  }
})
afterAll(() => backend.dispose())

/** As many as a socket may have unanswered. */
const WINDOW = 100
/** Windows of commands, one after the other, and what came of each. */
async function sendAll(commands: readonly Command[], by = speaker): Promise<CommandResult[]> {
  const results: CommandResult[] = []
  for (let from = 0; from < commands.length; from += WINDOW)
    results.push(...(await by.send(commands.slice(from, from + WINDOW))))
  return results
}
const countAccepted = (results: readonly CommandResult[]) =>
  results.filter(({ status }) => status === 'accepted').length
const times = <Made>(count: number, make: (index: number) => Made) =>
  Array.from({ length: count }, (_, index) => make(index))

/** Sends until all of it was taken, waiting as long as it is told to; returns how long that was in all. */
async function sendUntilDone(commands: readonly Command[]): Promise<number> {
  let left = [...commands]
  let waited = 0
  while (left.length > 0) {
    const results = await sendAll(left)
    const slowed = results.flatMap((one) => (one.status === 'refused' ? [one] : []))
    expect(slowed.every(({ code }) => code === 'slow_down')).toBe(true)
    if (slowed.length === 0) return waited
    const ids = new Set(slowed.map(({ id }) => id))
    left = left.filter(({ id }) => ids.has(id))
    const wait = Math.min(...slowed.map(({ retryAfterMs }) => retryAfterMs ?? Infinity))
    waited += wait
    await opened.pass(wait)
  }
  return waited
}

test('a day of work without a network, sent at once, is no flood', async () => {
  const { campus } = server
  const others = await Promise.all(times(10, () => campus.register()))
  const groups = await Promise.all(others.map((other) => campus.group(ann.userId, other)))
  const directs = await Promise.all(others.slice(0, 9).map((other) => campus.direct(ann.userId, other)))
  const conversations = [...groups, ...directs, EVERYONE_ID]
  expect(conversations).toHaveLength(20)
  const at = (index: number) => conversations[index % conversations.length] ?? EVERYONE_ID
  const messages = times(300, (index) => send(at(index), `Written on the train: ${'word '.repeat(index % 120)}`))
  const reactions = times(250, (index) => react(at(index), messages[index]?.id ?? '', '👍', true))
  const reads = times(250, (index) => read(at(index), 1 + Math.floor(index / 20)))
  const written = messages.flatMap((message, index): Command[] => {
    const [reaction, reading] = [reactions[index], reads[index]]
    return [message, ...(reaction === undefined ? [] : [reaction]), ...(reading === undefined ? [] : [reading])]
  })
  expect(written).toHaveLength(800)
  expect(await sendUntilDone(written)).toBeLessThanOrEqual(60_000)
  for (const conversationId of conversations) {
    const { db } = backend.store
    const rows = await db
      .selectFrom('message')
      .select(['id'])
      .where('conversation_id', '=', conversationId)
      .where('author_id', '=', ann.userId)
      .orderBy('n')
      .execute()
    const mine = messages.filter((message) => message.conversationId === conversationId)
    expect(rows.map(({ id }) => id)).toEqual(mine.map(({ id }) => id))
  }
})

test('1,000 messages of 10 kB to Everyone in a burst: four go, the rest wait, two each minute', async () => {
  const flood = times(1_000, () => send(EVERYONE_ID, 'x'.repeat(10_000)))
  expect(countAccepted(await sendAll(flood))).toBe(4)
  await opened.pass(60_000)
  expect(countAccepted(await sendAll(flood.slice(4)))).toBe(2)
})

test('1,000 groups with a stranger: the first pull of the stranger has as many pages as before, and hardly more rows', async () => {
  const { campus } = server
  const stranger = await campus.register()
  const pullAll = async () => {
    const device = createDevice(backend.store, stranger)
    await device.pullAll()
    return { pages: device.pages.length, withConversations: device.pages.filter(hasConversations).length }
  }
  const hasConversations = ({ rows }: { rows: readonly { type: string }[] }) =>
    rows.some(({ type }) => type === 'conversation')
  const before = await pullAll()
  const groups = times(500, () => createGroup([stranger]))
  const ownGroups = times(500, () => createGroup())
  const joined = ownGroups.map(({ conversationId }) => addMembers(conversationId, stranger))
  const flood: Command[] = [...groups, ...ownGroups, ...joined]
  const results = await sendAll(flood)
  expect(results.every((one) => one.status === 'accepted' || one.code === 'slow_down')).toBe(true)
  // A moment later it tries what waits once more, over another connection.
  const again = await openSpeaker(server, ann)
  await sendAll(flood, again)
  again.close()
  const memberships = await backend.store.db
    .selectFrom('member')
    .select('conversation_id')
    .where('user_id', '=', stranger)
    .execute()
  expect(memberships.length).toBe(15)
  const after = await pullAll()
  expect(after).toEqual(before)
  expect(after.withConversations).toBeLessThan(2)
})

test('whoever is slowed down costs others nothing: their messages go as before', async () => {
  const ben = await server.join(`b-${uuidv7().slice(-10)}`)
  const other = await openSpeaker(server, ben)
  const flooding = sendAll(times(1_000, () => send(EVERYONE_ID, 'x'.repeat(10_000))))
  expect(
    (
      await sendAll(
        times(12, () => send(EVERYONE_ID, 'Hello')),
        other,
      )
    ).every(({ status }) => status === 'accepted'),
  ).toBe(true)
  await flooding
  other.close()
})
