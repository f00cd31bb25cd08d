import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDraft, saveDraft, watchDraft } from '../../../../client/data/composing/draft.ts'
import { sendMessage } from '../../../../client/data/messages/send-message.ts'
import type { Session } from '../../../../client/data/session.ts'
import type { CommandOf } from '../../../../shared/protocol/commands.ts'
import { directId } from '../../../../shared/direct-id.ts'
import type { DraftRow } from '../../../../shared/protocol/rows.ts'
import { createDevice, until } from '../device.ts'
import { ann, eva, exampleId, group, NOON } from '../example.ts'

let session: Session

beforeEach(async () => {
  session = await createDevice()
})

afterEach(() => session.db.delete())

function kept(text: string, changedAt: number): DraftRow {
  return { type: 'draft', seq: 1, conversationId: group, text, replyToId: null, changedAt }
}

async function carried(): Promise<CommandOf<'draft.set'>[]> {
  const entries = await session.db.outbox.orderBy('position').toArray()
  return entries.flatMap(({ command }) => (command.type === 'draft.set' ? [command] : []))
}

test('a draft is kept by conversation and goes when it is empty', async () => {
  await saveDraft(session, group, 'half a thought', exampleId(7))
  expect(await until(watchDraft(session, group))).toMatchObject({ text: 'half a thought', replyToId: exampleId(7) })
  expect(await until(watchDraft(session, exampleId(77)))).toBeNull()
  await saveDraft(session, group, ' ')
  expect(await until(watchDraft(session, group))).toBeNull()
})

test('what is typed is here at once, and on its way a moment after the last key', async () => {
  const draft = openDraft(session, group)
  await draft.write({ text: 'he', replyToId: null })
  await draft.write({ text: 'hello', replyToId: null })
  expect(await until(watchDraft(session, group))).toMatchObject({ text: 'hello', fromElsewhere: false })
  expect(await carried()).toEqual([])
  await expect.poll(carried, { timeout: 10_000 }).toMatchObject([{ text: 'hello', conversationId: group }])
})

test('leaving carries a draft at once, and only what the others do not know of', async () => {
  const draft = openDraft(session, group)
  await draft.write({ text: 'hello', replyToId: null })
  await draft.carry()
  await draft.carry()
  expect(await carried()).toMatchObject([{ text: 'hello' }])
  await draft.write({ text: 'hello', replyToId: null })
  await draft.carry()
  expect(await carried()).toHaveLength(1)
})

test('the later change is shown, from whichever device', async () => {
  await saveDraft(session, group, 'here')
  await session.db.keptDrafts.put(kept('earlier elsewhere', NOON - 1))
  expect(await until(watchDraft(session, group))).toMatchObject({ text: 'here', fromElsewhere: false })
  const follows = until(watchDraft(session, group), (draft) => draft?.fromElsewhere === true)
  await session.db.keptDrafts.put(kept('later elsewhere', NOON + 60_000))
  expect(await follows).toMatchObject({ text: 'later elsewhere' })
  await session.db.keptDrafts.put(kept('', NOON + 70_000))
  expect(await until(watchDraft(session, group))).toBeNull()
})

test('who goes on with a draft from a device whose clock is ahead is not overruled by it', async () => {
  await session.db.keptDrafts.put(kept('from elsewhere', NOON + 60_000))
  const draft = openDraft(session, group)
  await draft.write({ text: 'from elsewhere and on', replyToId: null })
  await draft.carry()
  expect(await until(watchDraft(session, group))).toMatchObject({ text: 'from elsewhere and on', fromElsewhere: false })
  expect(await carried()).toMatchObject([{ changedAt: NOON + 60_001 }])
})

test('a sent message takes its draft away on all devices', async () => {
  await session.db.keptDrafts.put(kept('hello', NOON - 5))
  await saveDraft(session, group, 'hello')
  await sendMessage(session, group, 'hello', null)
  expect(await until(watchDraft(session, group))).toBeNull()
  const entries = await session.db.outbox.orderBy('position').toArray()
  expect(entries.map(({ command }) => command.type)).toEqual(['message.send', 'draft.set'])
  expect(await carried()).toMatchObject([{ text: '', replyToId: null }])
})

test('a message of which no draft was ever carried sends nothing after it', async () => {
  await saveDraft(session, group, 'hello')
  await sendMessage(session, group, 'hello', null)
  expect(await carried()).toEqual([])
})

test('a draft to somebody one has never written to stays here until the conversation is begun', async () => {
  const conversationId = directId(ann, eva)
  const draft = openDraft(session, conversationId)
  await draft.write({ text: 'hi', replyToId: null })
  await draft.carry()
  expect(await carried()).toEqual([])
  await sendMessage(session, conversationId, 'hi', eva)
  await draft.write({ text: 'and', replyToId: null })
  await draft.carry()
  expect(await carried()).toMatchObject([{ text: 'and' }])
})

test('a draft that no message could be stays on its device', async () => {
  const draft = openDraft(session, group)
  await draft.write({ text: 'a'.repeat(10_001), replyToId: null })
  await draft.carry()
  expect(await carried()).toEqual([])
})

test('keys hit right before sending do not bring the draft back', async () => {
  const draft = openDraft(session, group)
  const writes = ['h', 'he', 'hello'].map((text) => draft.write({ text, replyToId: null }))
  await sendMessage(session, group, 'hello', null)
  await Promise.all(writes)
  expect(await until(watchDraft(session, group))).toBeNull()
})
