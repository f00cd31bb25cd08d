import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { toKnownRow } from '../../../server/campus/known-rows.ts'
import type { FileTable } from '../../../server/store/schema.ts'
import type { SentFile } from '../../../shared/protocol/files.ts'
import { FILES_PER_MESSAGE_MAX } from '../../../shared/protocol/limits.ts'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { createCampus, edit, remove, removeMember, send, type Campus } from '../../support/campus.ts'

const NOW = 1_800_000_000_000
let backend: Backend
let campus: Campus
let ann: string
let ben: string
let eve: string
let group: string
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store, now: () => NOW })
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  eve = await campus.register('Eve')
  group = await campus.group(ann, ben)
})

/** A file of somebody's, as the server has it once it was looked at; `coming` is not all there. */
async function upload(userId: string, changes: Partial<FileTable> = {}): Promise<string> {
  const id = uuidv7()
  const file: FileTable = {
    ...{ id, user_id: userId, name: 'board.jpg', shown_as: 'photo', bytes: 1_000, sha256: '0'.repeat(64) },
    ...{ duration_ms: null, content_id: uuidv7(), kind: 'photo', type: 'image/jpeg', width: 640, height: 480 },
    ...{ preview: 'AAAA', created_at: NOW, touched_at: NOW, ...changes },
  }
  await campus.store.db.insertInto('file').values(file).execute()
  return id
}
const COMING = { content_id: null, kind: null, type: null, width: null, height: null, preview: null }

const withFiles = (files: readonly (string | Partial<SentFile>)[], text = '', conversationId = group) => ({
  ...send(conversationId, text),
  files: files.map((file): SentFile => {
    const sent = typeof file === 'string' ? { id: file } : file
    return { id: '', description: '', ...sent }
  }),
})
async function say(userId: string, files: readonly (string | Partial<SentFile>)[], text = ''): Promise<string> {
  const message = withFiles(files, text)
  await campus.accept(userId, message)
  return message.id
}
const published = (id: string): MessageRow | undefined =>
  campus.published
    .flatMap(({ rows }) => rows.map(({ row }) => row))
    .findLast((row): row is MessageRow => row.type === 'message' && row.id === id)
const carriers = (fileId: string) =>
  campus.store.db.selectFrom('message_file').select('message_id').where('file_id', '=', fileId).execute()
const touchedAt = async (fileId: string) =>
  (await campus.store.db.selectFrom('file').select('touched_at').where('id', '=', fileId).executeTakeFirstOrThrow())
    .touched_at

test('a message says of its files all that a list needs, in the order in which they were sent', async () => {
  const photo = await upload(ann)
  const sheet = await upload(ann, {
    ...{ ...COMING, content_id: uuidv7(), kind: 'document', type: 'application/pdf' },
    ...{ name: 'sheet.pdf', shown_as: 'document' },
  })
  const id = await say(ann, [sheet, { id: photo, description: 'The board after the lecture' }], 'From today')
  expect(published(id)?.files).toEqual([
    { id: sheet, kind: 'document', name: 'sheet.pdf', type: 'application/pdf', bytes: 1_000 },
    {
      ...{ id: photo, kind: 'photo', name: 'board.jpg', type: 'image/jpeg', bytes: 1_000, width: 640, height: 480 },
      ...{ preview: 'AAAA', description: 'The board after the lecture' },
    },
  ])
  expect(await carriers(photo)).toEqual([{ message_id: id }])
})

test('with files a message needs no words, without any it does, and a row of none says nothing of files', async () => {
  expect(await campus.codeOf(ann, withFiles([await upload(ann)]))).toBe('accepted')
  expect(await campus.codeOf(ann, withFiles([]))).toBe('text_empty')
  const plain = send(group, 'Hello')
  await campus.accept(ann, plain)
  expect(published(plain.id)).not.toHaveProperty('files')
})

const refusals: [what: string, files: () => Promise<(string | Partial<SentFile>)[]>, code: string][] = [
  ['that is not all there', async () => [await upload(ann, COMING)], 'file_missing'],
  ['that nobody uploaded', async () => [uuidv7()], 'file_missing'],
  ['of somebody else', async () => [await upload(ben)], 'file_missing'],
  ['beside one that is missing', async () => [await upload(ann), uuidv7()], 'file_missing'],
  ['that is named twice', async () => ((id) => [id, id])(await upload(ann)), 'bad_request'],
]
test.each(refusals)('a message with a file %s is not taken, and nothing of it is kept', async (_, files, code) => {
  const message = withFiles(await files(), 'Hello')
  expect(await campus.codeOf(ann, message)).toBe(code)
  for (const { id } of message.files) expect(await carriers(id)).toEqual([])
})

test('a message carries as many files as the contract says', async () => {
  const files = await Promise.all(Array.from({ length: FILES_PER_MESSAGE_MAX }, () => upload(ann)))
  expect(published(await say(ann, files))?.files).toHaveLength(FILES_PER_MESSAGE_MAX)
})

test('a file that another one sent goes on from a message that one may see, with its own description', async () => {
  const photo = await upload(ann)
  const first = await say(ann, [{ id: photo, description: 'Mine' }])
  const other = await campus.direct(ben, eve)
  const on = withFiles([{ id: photo, from: { conversationId: group, messageId: first } }], '', other)
  expect(await campus.codeOf(ben, on)).toBe('accepted')
  expect(published(on.id)?.files).toEqual([expect.not.objectContaining({ description: 'Mine' })])
  expect(await carriers(photo)).toHaveLength(2)
})

test('from a message that one may not see, that is gone, or that does not carry it, nothing goes on', async () => {
  const photo = await upload(ann)
  const first = await say(ann, [photo])
  const plain = send(group, 'Hello')
  await campus.accept(ann, plain)
  const from = (messageId: string) => ({ id: photo, from: { conversationId: group, messageId } })
  const mine = await campus.direct(eve, ben)
  expect(await campus.codeOf(eve, withFiles([from(first)], '', mine))).toBe('file_missing')
  expect(await campus.codeOf(ben, withFiles([from(plain.id)], '', mine))).toBe('file_missing')
  await campus.accept(ann, removeMember(group, ben))
  expect(await campus.codeOf(ben, withFiles([from(first)], '', mine))).toBe('file_missing')
  await campus.accept(ann, remove(group, first))
  const again = await campus.group(ann, eve)
  // One's own file is one's own, whatever message it was in.
  expect(await campus.codeOf(ann, withFiles([from(first)], '', again))).toBe('accepted')
})

test('deleting a message lets go of its files, and whoever sweeps need not wait for them', async () => {
  const [photo, sheet] = [await upload(ann), await upload(ann)]
  const first = await say(ann, [photo, sheet])
  const second = await say(ann, [sheet])
  await campus.accept(ann, remove(group, first))
  expect(published(first)).toMatchObject({ text: null })
  expect(published(first)).not.toHaveProperty('files')
  expect(await carriers(photo)).toEqual([])
  expect(await touchedAt(photo)).toBe(0)
  expect(await carriers(sheet)).toEqual([{ message_id: second }])
})

test('an edit changes the words and keeps the files; with them the words may go', async () => {
  const photo = await upload(ann)
  const id = await say(ann, [photo], 'The bord')
  await campus.accept(ann, edit(group, id, 'The board'))
  expect(published(id)).toMatchObject({ text: 'The board', files: [{ id: photo }] })
  expect(await campus.codeOf(ann, edit(group, id, ''))).toBe('accepted')
  expect(published(id)).toMatchObject({ text: '', files: [{ id: photo }] })
})

test.each([2, 3])('version %i reads of each file that there is one, and nothing more', async (version) => {
  const id = await say(ann, [await upload(ann), await upload(ann, { name: 'sheet.pdf' })], 'From today')
  const row = published(id)
  expect(row && toKnownRow(version, row)).not.toHaveProperty('files')
  expect(row && toKnownRow(version, row)).toMatchObject({
    text: 'From today\n[board.jpg: a file that this version cannot show]\n[sheet.pdf: a file that this version cannot show]',
  })
  expect(row && toKnownRow(4, row)).toBe(row)
})

test('what an older version says of the files does not become words of the message when it is edited there', async () => {
  const id = await say(ann, [await upload(ann)], 'The bord')
  await campus.accept(ann, edit(group, id, 'The board\n[board.jpg: a file that this version cannot show]'))
  expect(published(id)).toMatchObject({ text: 'The board' })
  expect(await campus.codeOf(ann, edit(group, id, '[board.jpg: a file that this version cannot show]'))).toBe(
    'accepted',
  )
  expect(published(id)).toMatchObject({ text: '' })
})

test('a message sent twice is done once, also when its file went meanwhile', async () => {
  const photo = await upload(ann)
  const message = withFiles([photo])
  await campus.accept(ann, message)
  await campus.store.db.deleteFrom('file').where('id', '=', photo).execute()
  expect(await campus.codeOf(ann, message)).toBe('accepted')
})
