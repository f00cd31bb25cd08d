import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hideMessages } from '../../../../client/data/messages/change-message.ts'
import type { Session } from '../../../../client/data/session.ts'
import { TimelineState } from '../../../../client/views/conversation/timeline-state.svelte.ts'
import { createDevice } from '../../data/device.ts'
import { group, message } from '../../data/example.ts'

let session: Session
let timeline: TimelineState

beforeEach(async () => {
  session = await createDevice()
})
afterEach(async () => {
  timeline.stop()
  await session.db.delete()
})

async function open(): Promise<void> {
  timeline = new TimelineState(session, group, { loaded: () => undefined, arrived: () => undefined })
  await expect.poll(() => timeline.loaded).toBe(true)
}

test('a conversation in which nothing was said says so', async () => {
  await open()
  expect(timeline.nothing).toBe('said')
})

test('where all was deleted for oneself, it is not said that nothing was said', async () => {
  await session.db.messages.bulkPut([message(1), message(2)])
  await session.db.latest.put(message(2))
  await open()
  expect(timeline.nothing).toBeNull()
  await hideMessages(session, group, [message(1).id], true)
  await hideMessages(session, group, [message(2).id], true)
  await expect.poll(() => timeline.nothing).toBe('shown')
  await hideMessages(session, group, [message(2).id], false)
  await expect.poll(() => timeline.nothing).toBeNull()
})

test('what comes while one looks at an empty conversation is not what one had not read', async () => {
  await open()
  await session.db.messages.bulkPut([message(1), message(2)])
  await session.db.latest.put(message(2))
  await expect.poll(() => timeline.items.length).toBeGreaterThan(1)
  expect(timeline.firstUnreadN).toBeNull()
})

test('what was there and was never read is', async () => {
  await session.db.messages.bulkPut([message(1), message(2)])
  await session.db.latest.put(message(2))
  await open()
  expect(timeline.firstUnreadN).toBe(1)
})
