import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
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
  composing.stop()
  await told()
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
