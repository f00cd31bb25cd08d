import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { findVoiceDraft, keepVoicePiece } from '../../../../client/data/files/voice-draft.ts'
import { ClassroomDatabase, deskDatabaseName } from '../../../../client/sync/classroom/database.ts'
import { createContents } from '../../../../client/sync/files/contents.ts'
import { NOON } from '../../data/example.ts'
import { createFailingDevice } from '../storage/failing-device.ts'
import { upload } from './example-uploads.ts'

/* A desk whose device is full, or whose storage fails: what staff record and choose for an answer is nowhere else. */

test('what is recorded and chosen for an answer is in memory, and back on the disk, and no part of what can be fetched', async () => {
  const { disk, storage, goToMemory, goBack } = createFailingDevice()
  const db = new ClassroomDatabase(deskDatabaseName('lena', 'room'), storage)
  const contents = createContents(db, () => NOON)
  const record = (text: string, durationMs: number) =>
    keepVoicePiece({ db }, 'question', { piece: new Blob([text]), type: 'audio/webm', durationMs })
  const recorded = async () => (await findVoiceDraft({ db }, 'question'))?.blob.text()
  await record('a word', 500)
  await db.pieces.put({ key: 'coming/whole', from: 0, blob: new Blob(['a piece']) })
  disk.fill()
  await expect(db.drafts.put({ subject: 'question', text: 'Because' })).rejects.toThrow()
  await goToMemory()
  expect(await recorded()).toBe('a word')
  expect(await db.pieces.count()).toBe(1)
  await record(', another word', 900)
  await db.uploads.put(upload('', { id: 'chosen' }))
  for (const id of ['chosen', 'fetched']) await contents.put(id, 'whole', new Blob([`what ${id} holds`]))
  disk.free()
  await goBack()
  expect(await recorded()).toBe('a word, another word')
  expect(await db.pieces.count()).toBe(3)
  expect((await db.contents.toArray()).map(({ fileId }) => fileId)).toEqual(['chosen'])
})
