import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OpenedClassroom } from '../../../../client/data/classroom/opened-classroom.ts'
import { BegunForm } from '../../../../client/views/classroom/begun-form.svelte.ts'
import { BegunText } from '../../../../client/views/classroom/begun-text.svelte.ts'
import { createPollDraft } from '../../../../client/views/desk/poll-draft.ts'
import { createFakeRoom, removeRooms } from '../../classroom/fake-classroom.ts'

let classroom: OpenedClassroom

beforeEach(async () => {
  classroom = await createFakeRoom().openTab().open()
})
afterEach(async () => {
  classroom.close()
  await removeRooms()
})

async function begin(subject: string, before?: string): Promise<BegunText> {
  const begun = new BegunText(classroom, subject, before)
  await begun.found
  return begun
}

test('what was begun in a classroom is found again, for what it was begun', async () => {
  const begun = await begin('question')
  begun.text = 'Why does it not'
  expect((await begin('question')).text).toBe('Why does it not')
  expect((await begin('reply 1')).text).toBe('')
})

test('of a text that is changed, only what differs from it is kept', async () => {
  const begun = await begin('edit 1', 'as it stands')
  expect(begun.text).toBe('as it stands')
  begun.text = 'as it will stand'
  expect((await begin('edit 1', 'as it stands')).text).toBe('as it will stand')
  begun.text = 'as it stands'
  await expect.poll(() => classroom.db.drafts.count()).toBe(0)
})

test('what is sent is taken out, and what was typed on meanwhile stays', async () => {
  const begun = await begin('question')
  begun.text = 'One? Two'
  begun.takeOut('One?')
  expect((await begin('question')).text).toBe(' Two')
})

test('what is typed before the store has answered is not written over by it', async () => {
  const before = await begin('question')
  before.text = 'old'
  const begun = new BegunText(classroom, 'question')
  begun.text = 'new'
  await begun.found
  expect(begun.text).toBe('new')
})

test('of a form, what was changed is filled in again, and what somebody else set meanwhile stays', async () => {
  const begun = new BegunForm(classroom, 'poll', createPollDraft())
  begun.draft.question = 'Which proof?'
  begun.draft.options[0] = 'the short one'
  begun.keep()
  const again = new BegunForm(classroom, 'poll', { ...createPollDraft(), results: 'reveal' as const })
  await expect.poll(() => again.draft.question).toBe('Which proof?')
  expect(again.draft).toMatchObject({ options: ['the short one', ''], results: 'reveal' })
  again.discard()
  await expect.poll(() => classroom.db.drafts.count()).toBe(0)
})

test('what is set elsewhere meanwhile is in the form, but not over what was changed in it', () => {
  const form = new BegunForm(classroom, 'settings', { title: 'Algebra', endsAt: '', words: 'one' })
  form.draft.words = 'two'
  form.follow({ title: 'Algebra', endsAt: '2027-01-01T10:00', words: 'three' })
  expect(form.draft).toEqual({ title: 'Algebra', endsAt: '2027-01-01T10:00', words: 'two' })
  form.follow({ title: 'Geometry', endsAt: '', words: 'three' })
  expect(form.draft).toEqual({ title: 'Geometry', endsAt: '', words: 'two' })
})
