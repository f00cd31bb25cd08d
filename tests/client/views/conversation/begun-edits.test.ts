import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { saveEdit } from '../../../../client/data/composing/edit-draft.ts'
import { deleteMessages, editMessage } from '../../../../client/data/messages/change-message.ts'
import { sendRewritten } from '../../../../client/data/messages/send-message.ts'
import type { Session } from '../../../../client/data/session.ts'
import { BegunEdits } from '../../../../client/views/conversation/begun-edits.svelte.ts'
import { createDevice } from '../../data/device.ts'
import { entry, exampleId, group, message, refused, send } from '../../data/example.ts'

let session: Session
let edits: BegunEdits

const first = exampleId(901)
const second = exampleId(902)

beforeEach(async () => {
  session = await createDevice()
  await session.db.messages.bulkPut([
    message(1, { id: first, text: 'first' }),
    message(2, { id: second, text: 'second' }),
  ])
  edits = new BegunEdits(session, group)
})
afterEach(async () => {
  edits.stop()
  await session.db.delete()
})

function leaveAndComeBack(): void {
  edits.stop()
  edits = new BegunEdits(session, group)
}

test('an edit in progress is open again after the conversation was left, with what was typed', async () => {
  await edits.begin('edit', { id: first, text: 'first' })
  edits.write('ten minutes of work')
  leaveAndComeBack()
  expect(edits.open).toBeNull()
  await expect.poll(() => edits.open).toMatchObject({ messageId: first, kind: 'edit', text: 'ten minutes of work' })
  const elsewhere = new BegunEdits(session, exampleId(77))
  await expect.poll(() => session.db.edits.count()).toBe(1)
  expect(elsewhere.open).toBeNull()
  elsewhere.stop()
})

test('whoever turns to something else is offered the edit again, also from the message itself', async () => {
  await edits.begin('edit', { id: first, text: 'first' })
  edits.write('first, but better')
  edits.setAside()
  expect(edits.open).toBeNull()
  await expect.poll(() => edits.aside).toMatchObject({ messageId: first, text: 'first, but better', isTooLate: false })
  await edits.begin('edit', { id: second, text: 'second' })
  expect(edits.open).toMatchObject({ messageId: second, text: 'second' })
  await edits.begin('edit', { id: first, text: 'first' })
  expect(edits.open).toMatchObject({ messageId: first, before: 'first', text: 'first, but better' })
  await expect.poll(() => edits.aside).toBeNull()
})

test('what is typed right after choosing to edit is in the edit, and what was set aside right before is opened', async () => {
  await edits.begin('edit', { id: second, text: 'second' })
  edits.write('second, but better')
  edits.setAside()
  await expect.poll(() => edits.aside).toMatchObject({ messageId: second })
  void edits.begin('edit', { id: first, text: 'first' })
  edits.write('typed at once')
  edits.setAside()
  void edits.begin('edit', { id: first, text: 'first' })
  expect(edits.open).toMatchObject({ messageId: first, text: 'typed at once' })
  await expect.poll(() => session.db.edits.get(first)).toMatchObject({ text: 'typed at once', isOpen: true })
  expect(edits.open).toMatchObject({ messageId: first, text: 'typed at once' })
})

test('an edit that changed nothing is not kept', async () => {
  await edits.begin('edit', { id: first, text: 'first' })
  edits.write('first ')
  edits.setAside()
  await expect.poll(() => session.db.edits.count()).toBe(0)
})

test('an edit is begun no more once it is queued, in the same moment', async () => {
  await edits.begin('edit', { id: first, text: 'first' })
  edits.write('better')
  await editMessage(session, group, first, 'better')
  expect(await session.db.edits.count()).toBe(0)
  expect(await session.db.outbox.toArray()).toMatchObject([{ command: { type: 'message.edit', text: 'better' } }])
})

test('what is written for a refused message is begun no more once it is sent again', async () => {
  const command = send('refused')
  await session.db.outbox.add(entry(command, refused))
  await edits.begin('rewrite', { id: command.id, text: 'refused' })
  edits.write('another')
  leaveAndComeBack()
  await expect.poll(() => edits.open).toMatchObject({ kind: 'rewrite', text: 'another' })
  await sendRewritten(session, command.id, 'another')
  expect(await session.db.edits.count()).toBe(0)
})

test('an edit whose message is deleted meanwhile leaves the field, and keeps its text', async () => {
  await edits.begin('edit', { id: first, text: 'first' })
  edits.write('work that must not be lost')
  await deleteMessages(session, group, [first])
  await expect.poll(() => edits.aside).toMatchObject({ text: 'work that must not be lost', isTooLate: true })
  expect(edits.open).toBeNull()
})

test('of what another tab left open, what is begun here goes first', async () => {
  edits.stop()
  const other = { conversationId: group, kind: 'edit', before: 'first', isOpen: true } as const
  await saveEdit(session, { ...other, messageId: first, text: 'of another tab' })
  edits = new BegunEdits(session, group)
  await edits.begin('edit', { id: second, text: 'second' })
  await expect.poll(() => session.db.edits.count()).toBe(2)
  expect(edits.open?.messageId).toBe(second)
})
