import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findVoiceDraft, keepVoicePiece, removeVoiceDraft } from '../../../../client/data/files/voice-draft.ts'
import type { Session } from '../../../../client/data/session.ts'
import { accountHolding } from '../../../../client/sync/files/account-holding.ts'
import { removeAllContents } from '../../../../client/sync/files/budget.ts'
import { createDevice } from '../device.ts'
import { exampleId, group } from '../example.ts'

let session: Session
beforeEach(async () => {
  session = await createDevice()
})
afterEach(() => session.db.delete())

const keep = (text: string, durationMs: number, conversationId = group) =>
  keepVoicePiece(session, conversationId, { piece: new Blob([text]), type: 'audio/webm', durationMs })

test('what was recorded before the tab died is found again, in its order', async () => {
  await keep('one ', 1_000)
  await keep('two ', 2_000)
  await keep('ten', 10_000)
  const found = await findVoiceDraft(session, group)
  expect(found).toMatchObject({ type: 'audio/webm', durationMs: 10_000 })
  expect(await found?.blob.text()).toBe('one two ten')
})

test('each conversation has its own, and one that is over is found no more', async () => {
  const other = exampleId(101)
  await keep('here', 1_000)
  await keep('there', 1_000, other)
  await removeVoiceDraft(session, group)
  expect(await findVoiceDraft(session, group)).toBeNull()
  expect(await (await findVoiceDraft(session, other))?.blob.text()).toBe('there')
})

test('it is no file that could be fetched again: making room for others leaves it', async () => {
  await keep('said', 1_000)
  await session.db.pieces.put({ key: `${exampleId(700)}/whole`, from: 0, blob: new Blob(['fetched']) })
  await removeAllContents(accountHolding(session.db))
  expect(await session.db.pieces.count()).toBe(1)
  expect(await (await findVoiceDraft(session, group))?.blob.text()).toBe('said')
})
