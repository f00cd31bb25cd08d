import { afterAll, beforeAll, expect, test } from 'vitest'
import { toArrangementId } from '../../../shared/arrangement-id.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, pullCampus, setConversation } from '../../support/campus.ts'
import { createTestClassroom } from '../../support/classroom.ts'
import { getPage } from '../../support/device.ts'

let backend: Backend
let campus: Campus
let ann: string
let ben: string
let classroom: string
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  const { id } = await createTestClassroom({ store: backend.store, owner: ann })
  classroom = toArrangementId(id)
})
afterAll(() => backend.dispose())

const settingsOf = async (userId: string, cursor: number) =>
  getPage(await pullCampus(campus.store, userId, { cursor })).rows.filter(({ type }) => type === 'setting')

test('who is staff arranges a classroom for all of their devices, also a new one, and nobody else hears of it', async () => {
  const cursor = await campus.head()
  await campus.accept(ann, setConversation(classroom, { pinned: true }))
  const row = { type: 'setting', conversationId: classroom, pinned: true, archivedN: null, mutedUntil: null }
  expect(campus.published.at(-1)?.rows).toMatchObject([{ row, audience: { kind: 'user', userId: ann } }])
  for (const since of [cursor, 0]) expect(await settingsOf(ann, since)).toMatchObject([row])
  for (const since of [cursor, 0]) expect(await settingsOf(ben, since)).toEqual([])
})

test('who only visits a classroom cannot put it to their account, nor one that there is not', async () => {
  expect(await campus.codeOf(ben, setConversation(classroom, { pinned: true }))).toBe('not_a_member')
  const none = toArrangementId('aaaaaaaaaaaa')
  expect(await campus.codeOf(ann, setConversation(none, { pinned: true }))).toBe('not_a_member')
})

test('how many questions there were when it was archived is not kept, for it would date them', async () => {
  await campus.accept(ann, setConversation(classroom, { archivedN: 41 }))
  expect(await settingsOf(ann, 0)).toMatchObject([{ archivedN: 0 }])
})
