import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { saveDraft } from '../../../../client/data/composing/draft.ts'
import type { Session } from '../../../../client/data/session.ts'
import { ComposingDraft } from '../../../../client/views/conversation/composing-draft.svelte.ts'
import { createDevice } from '../../data/device.ts'
import { exampleId, group } from '../../data/example.ts'

let session: Session
let composing: ComposingDraft

/** Lets the store tell what it holds. */
const told = () => new Promise((resolve) => setTimeout(resolve, 50))

beforeEach(async () => {
  session = await createDevice()
})
afterEach(async () => {
  // What is typed is carried to the outbox when one leaves.
  await composing.carry()
  composing.stop()
  await session.db.delete()
})

test('what was begun is found again when a conversation is opened', async () => {
  await saveDraft(session, group, 'half a thought')
  composing = new ComposingDraft(session, group)
  await expect.poll(() => composing.text).toBe('half a thought')
})

test('what is told of the store late comes neither over what is typed nor back after it was sent', async () => {
  await saveDraft(session, group, 'Go')
  composing = new ComposingDraft(session, group)
  composing.write('Good mourning')
  composing.takeOut({ text: 'Good mourning', replyToId: null })
  await told()
  expect(composing.text).toBe('')
})

test('what was typed on, while what stood there was being stored, stays', async () => {
  composing = new ComposingDraft(session, group)
  composing.write('Good morning. And')
  composing.takeOut({ text: 'Good morning.', replyToId: null })
  await told()
  expect(composing.text).toBe(' And')
  composing.write('another text')
  composing.takeOut({ text: ' And', replyToId: null })
  expect(composing.text).toBe('another text')
})

test('what one types on while something is being sent stays, the reply that it was not', async () => {
  composing = new ComposingDraft(session, group)
  composing.write('Good morning', exampleId(7))
  composing.write('Good morning, all')
  composing.takeOut({ text: 'Good morning', replyToId: exampleId(7) })
  expect(composing.text).toBe(', all')
  expect(composing.replyToId).toBeNull()
})

const findText = async () => (await session.db.drafts.get(group))?.text ?? ''

test('what is typed between two paints is stored once, as it stood last, and what one leaves at once', async () => {
  composing = new ComposingDraft(session, group)
  const put = vi.spyOn(session.db.drafts, 'put')
  for (const text of ['G', 'Go', 'Good']) composing.write(text)
  await expect.poll(findText).toBe('Good')
  composing.write('Good morning')
  await composing.carry()
  expect(await findText()).toBe('Good morning')
  expect(put.mock.calls.map(([{ text }]) => text)).toEqual(['Good', 'Good morning'])
})

test('whoever types on and on is stored four times a second, after the last key too, and does not read it again each time', async () => {
  await saveDraft(session, group, 'G')
  composing = new ComposingDraft(session, group)
  await expect.poll(() => composing.text).toBe('G')
  const put = vi.spyOn(session.db.drafts, 'put')
  const get = vi.spyOn(session.db.keptDrafts, 'get')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  for (let key = 1; key <= 20; key += 1) {
    composing.write('o'.repeat(key))
    vi.advanceTimersByTime(50)
  }
  vi.advanceTimersByTime(250)
  vi.useRealTimers()
  await expect.poll(findText).toBe('o'.repeat(20))
  expect(put.mock.calls.length).toBeLessThanOrEqual(6)
  // Who stores looks whether another device was later; nobody else needs to.
  expect(get).toHaveBeenCalledTimes(put.mock.calls.length)
})

test('what waits to be stored when its message was sent is no draft afterwards', async () => {
  composing = new ComposingDraft(session, group)
  const put = vi.spyOn(session.db.drafts, 'put')
  const stored = () => put.mock.calls.map(([{ text }]) => text)
  composing.write('Good morning')
  composing.takeOut({ text: 'Good morning', replyToId: null })
  await expect.poll(stored).toEqual([''])
  composing.write('Good night')
  composing.store()
  composing.takeOut({ text: 'Good night', replyToId: null })
  await expect.poll(stored).toEqual(['', 'Good night', ''])
  expect(await findText()).toBe('')
})

test('what could not be stored stays in its field, whatever the store says, and is stored once that takes it', async () => {
  composing = new ComposingDraft(session, group)
  await told()
  const put = vi.spyOn(session.db.drafts, 'put').mockRejectedValue(new Error('full'))
  const refused: unknown[] = []
  const note = (error: unknown) => refused.push(error)
  process.on('unhandledRejection', note)
  composing.write('Nowhere to go')
  await expect.poll(() => refused.length).toBe(1)
  put.mockRestore()
  vi.spyOn(session.clock, 'now').mockImplementation(() => Date.now() + 60_000)
  // What was there before, read once more.
  await session.db.drafts.put({ conversationId: group, text: '', replyToId: null, changedAt: 1 })
  await expect.poll(findText, { timeout: 5_000 }).toBe('Nowhere to go')
  expect(composing.text).toBe('Nowhere to go')
  process.off('unhandledRejection', note)
})
