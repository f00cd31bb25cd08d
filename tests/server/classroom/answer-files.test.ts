import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deleteClassroom } from '../../../server/classroom/delete-classroom.ts'
import { createClassroomKind } from '../../../server/classroom/kind.ts'
import { createSequencer } from '../../../server/log/sequencer.ts'
import { submitStaffCommands } from '../../../server/classroom/submit.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  addStaff,
  answer,
  ask,
  createTestClassroom,
  insertUser,
  judge,
  judgeReply,
  putFile,
  type TestClassroom,
} from '../../support/classroom.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterAll(() => backend.dispose())

async function openWithQuestion() {
  const room = await createTestClassroom({ store: backend.store })
  const asked = ask()
  await room.accept(asked.command)
  return { room, questionId: asked.id }
}

const filesSeenBy = async (room: TestClassroom, id: string, audience: 'everybody' | 'staff') =>
  (await room.row('reply', id, audience)).files
const listCarrying = (fileId: string) =>
  backend.store.db.selectFrom('reply_file').select('reply_id').where('file_id', '=', fileId).execute()

test('an answer carries files of who gives it, with what is said of each, and may be nothing else', async () => {
  const { room, questionId } = await openWithQuestion()
  const [sheet, photo] = [
    await putFile(room.store, room.owner),
    await putFile(room.store, room.owner, {
      name: 'board.jpg',
      kind: 'photo',
      type: 'image/jpeg',
      width: 8,
      height: 6,
    }),
  ]
  const given = answer(questionId, '', [
    { id: sheet, description: '' },
    { id: photo, description: 'The board' },
  ])
  await room.act(given)
  const files = [
    { id: sheet, kind: 'document', name: 'sheet.pdf', type: 'application/pdf', bytes: 10 },
    {
      ...{ id: photo, kind: 'photo', name: 'board.jpg', type: 'image/jpeg', bytes: 10, width: 8, height: 6 },
      description: 'The board',
    },
  ]
  for (const audience of ['everybody', 'staff'] as const) {
    expect(await room.row('reply', given.id, audience)).toMatchObject({ text: '', state: 'shown' })
    expect(await filesSeenBy(room, given.id, audience)).toEqual(files)
  }
  expect(await room.row('question', questionId)).toMatchObject({ answered: 'text' })
  expect(await room.staffCodeOf(answer(questionId, ''))).toBe('text_empty')
})

test('files that are not there, not whole, of somebody else, or named twice are not carried', async () => {
  const { room, questionId } = await openWithQuestion()
  const other = await insertUser(room.store, 'The assistant')
  await room.act(addStaff(other))
  const file = async (changes: object = {}, of = room.owner) => putFile(room.store, of, changes)
  const bad: [string, string[]][] = [
    ['file_missing', [randomUUID()]],
    ['file_missing', [await file({ content_id: null, kind: null, type: null })]],
    ['file_missing', [await file({}, other)]],
  ]
  const twice = await file()
  bad.push(['bad_request', [twice, twice]])
  for (const [code, ids] of bad) {
    const given = answer(
      questionId,
      'With a file',
      ids.map((id) => ({ id, description: '' })),
    )
    expect(await room.staffCodeOf(given)).toBe(code)
    for (const id of ids) expect(await listCarrying(id)).toEqual([])
  }
  expect((await room.rows('staff')).filter(({ type }) => type === 'reply')).toEqual([])
})

test('whoever may read an answer is told its files: held with its question, for staff when it is dismissed', async () => {
  const { room, questionId } = await openWithQuestion()
  const given = answer(questionId, 'See the sheet.', [{ id: await putFile(room.store, room.owner), description: '' }])
  await room.act(given, judge(questionId, 'held'))
  expect(await filesSeenBy(room, given.id, 'everybody')).toBeUndefined()
  expect(await filesSeenBy(room, given.id, 'staff')).toHaveLength(1)
  await room.act(judge(questionId, 'shown'), judgeReply(given.id, { state: 'dismissed' }))
  expect(await filesSeenBy(room, given.id, 'everybody')).toBeUndefined()
  expect(await filesSeenBy(room, given.id, 'staff')).toHaveLength(1)
  await room.act(judgeReply(given.id, { state: 'shown' }))
  expect(await filesSeenBy(room, given.id, 'everybody')).toHaveLength(1)
})

test('a withdrawn answer lets go of its files, and says so once that is stored', async () => {
  const { room, questionId } = await openWithQuestion()
  const left: string[] = []
  const kind = createClassroomKind(room.store, { onFilesLeft: (ids) => left.push(...ids) })
  const sequencer = createSequencer({
    ...{ store: room.store, kind, publish: () => undefined, now: room.clock.now },
    onError: (error) => expect.unreachable(String(error)),
  })
  const file = await putFile(room.store, room.owner)
  const given = answer(questionId, 'See the sheet.', [{ id: file, description: '' }])
  await submitStaffCommands(sequencer, room.id, room.owner, [given])
  expect(await listCarrying(file)).toEqual([{ reply_id: given.id }])
  await submitStaffCommands(sequencer, room.id, room.owner, [judgeReply(given.id, { text: 'Look at the sheet.' })])
  expect(left).toEqual([])
  await submitStaffCommands(sequencer, room.id, room.owner, [judgeReply(given.id, { state: 'withdrawn' })])
  expect(left).toEqual([file])
  expect(await listCarrying(file)).toEqual([])
  for (const audience of ['everybody', 'staff'] as const)
    expect(await filesSeenBy(room, given.id, audience)).toBeUndefined()
})

test('the text of an answer with files may be taken away, that of one without may not', async () => {
  const { room, questionId } = await openWithQuestion()
  const [plain, given] = [
    answer(questionId),
    answer(questionId, 'See', [{ id: await putFile(room.store, room.owner), description: '' }]),
  ]
  await room.act(plain, given)
  expect(await room.staffCodeOf(judgeReply(plain.id, { text: ' ' }))).toBe('text_empty')
  await room.act(judgeReply(given.id, { text: '' }))
  expect(await room.row('reply', given.id)).toMatchObject({ text: '', edited: true, state: 'shown' })
})

test('who deletes a classroom hears of the files that its answers carried', async () => {
  const { room, questionId } = await openWithQuestion()
  const file = await putFile(room.store, room.owner)
  const carrying = () => answer(questionId, 'See', [{ id: file, description: '' }])
  await room.act(carrying(), carrying())
  expect(await deleteClassroom(room.store, room.id)).toEqual([file])
  expect(await listCarrying(file)).toEqual([])
})
