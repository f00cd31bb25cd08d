import { expect, test } from 'vitest'
import { toKnownRow } from '../../../server/classroom/known-rows.ts'
import type { ClassroomLogRow, QuestionRow, ReplyRow } from '../../../shared/classroom/rows.ts'

const PHOTO = {
  ...{ id: '5b0a6c1e-93d4-4f0e-8c57-2a1d9be40f73', width: 8, height: 6, preview: 'AAAA', bytes: 9 },
  description: 'A sheet',
}
const question: QuestionRow = {
  ...{
    type: 'question',
    seq: 2,
    id: PHOTO.id,
    n: 1,
    text: 'Why?',
    name: null,
    askedAt: 1,
    edited: false,
    state: 'shown',
  },
  ...{
    reason: null,
    note: null,
    mergedInto: null,
    pinned: false,
    answered: 'no',
    muted: false,
    votes: 0,
    photo: PHOTO,
  },
}
const file = { id: PHOTO.id, kind: 'document', name: 'sheet.pdf', type: 'application/pdf', bytes: 9 } as const
const reply: ReplyRow = {
  ...{ type: 'reply', seq: 3, id: PHOTO.id, questionId: PHOTO.id, by: 'staff', staffName: 'Lena', text: 'See' },
  ...{ at: 1, edited: false, endorsed: false, state: 'shown', files: [file, { ...file, name: 'board.jpg' }] },
}

test.each([1, 2])(
  'version %i reads in the text that there is a photo or a file, and has no fields for them',
  (version) => {
    const { photo: _, ...plainQuestion } = question
    const { files: __, ...plainReply } = reply
    expect(toKnownRow(version, question)).toEqual({
      ...plainQuestion,
      text: 'Why?\n[a photo that this version cannot show]',
    })
    expect(toKnownRow(version, { ...reply, text: '' })).toEqual({
      ...plainReply,
      text: '[sheet.pdf: a file that this version cannot show]\n[board.jpg: a file that this version cannot show]',
    })
    expect(toKnownRow(version, plainQuestion)).toEqual(plainQuestion)
    expect(toKnownRow(version, plainReply)).toEqual(plainReply)
  },
)

test.each([1, 2])('version %i is not told what the choice of photos is', (version) => {
  const row: ClassroomLogRow = {
    ...{ type: 'classroom', seq: 1, id: 'abcdefghijkl', title: 'Algebra', code: 'abcdefgh', mode: 'open' },
    ...{ opensAt: null, endsAt: null, threadsUntil: null, slowSeconds: 0, answers: 'staff', names: false },
    ...{ issuer: null, focusQuestionId: null, focusPollId: null, createdAt: 1, photos: 'held' },
  }
  expect(toKnownRow(version, row)).not.toHaveProperty('photos')
  expect(toKnownRow(3, row)).toBe(row)
})

test('the newest version has every row as it is', () => {
  expect([toKnownRow(3, question), toKnownRow(3, reply)]).toEqual([question, reply])
})
