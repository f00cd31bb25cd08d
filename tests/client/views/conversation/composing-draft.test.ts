import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { saveDraft } from '../../../../client/data/composing/draft.ts'
import type { Session } from '../../../../client/data/session.ts'
import { ComposingDraft } from '../../../../client/views/conversation/composing-draft.svelte.ts'
import { createDevice } from '../../data/device.ts'
import { group } from '../../data/example.ts'

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

test('what was typed on while the rest was being stored stays', async () => {
  composing = new ComposingDraft(session, group)
  composing.write('One')
  composing.write('One and two')
  composing.takeOut({ text: 'One', replyToId: null })
  await expect.poll(async () => (await session.db.drafts.get(group))?.text).toBe(' and two')
  expect(composing.text).toBe(' and two')
})
