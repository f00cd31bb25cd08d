import { expect, test } from 'vitest'
import type { ClassroomView } from '../../../../client/data/classroom/views.ts'
import {
  createDraft,
  findChanges,
  readClassroomDraft,
  toDraft,
  type ClassroomDraft,
} from '../../../../client/views/classroom-settings/classroom-draft.ts'
import { fromWhenField, toWhenField } from '../../../../client/views/classroom-settings/when-field.ts'

const typed = (more: Partial<ClassroomDraft>) => readClassroomDraft({ ...createDraft(), title: 'Algebra', ...more })
const errorsOf = (more: Partial<ClassroomDraft>) => {
  const read = typed(more)
  return read.ok ? null : Object.keys(read.errors)
}

const classroom: ClassroomView = {
  ...{ id: 'abcdefghijkl', title: 'Algebra', code: 'abcdefgh', mode: 'approval', createdAt: 0, issuer: null },
  ...{ opensAt: null, endsAt: Date.UTC(2026, 10, 24, 9, 30), threadsUntil: null, slowSeconds: 45, answers: 'everyone' },
  ...{ names: true, words: ['exam', 'leak'], groupId: null, focusQuestionId: null, focusPollId: null },
  ...{ phase: 'open', threadsOpen: true, keyHash: null },
}

test('a moment goes into the field and comes out as it was, to the minute', () => {
  const ms = new Date(2026, 2, 9, 7, 5).getTime()
  expect(toWhenField(ms)).toBe('2026-03-09T07:05')
  expect(fromWhenField(toWhenField(ms))).toBe(ms)
  expect([toWhenField(null), fromWhenField(''), fromWhenField('soon')]).toEqual(['', null, null])
})

test('a title alone makes an open classroom without bounds', () => {
  expect(typed({ title: '  Linear   algebra ' })).toEqual({
    ok: true,
    body: {
      ...{ title: 'Linear algebra', mode: 'open', opensAt: null, endsAt: null, threadsUntil: null, slowSeconds: 0 },
      ...{ answers: 'staff', names: false, words: [], photos: 'held', groupId: null },
    },
  })
})

test('words are taken by lines and commas, once each, in small letters', () => {
  const read = typed({ words: 'Exam leak, cheat\n\nEXAM LEAK\n' })
  expect(read.ok && read.body.words).toEqual(['exam leak', 'cheat'])
})

test.each<[string, Partial<ClassroomDraft>, string[]]>([
  ['no title', { title: ' ' }, ['title']],
  ['a title that is too long', { title: 'x'.repeat(81) }, ['title']],
  ['an end before the beginning', { opensAt: '2026-03-09T10:00', endsAt: '2026-03-09T09:00' }, ['endsAt']],
  [
    'threads that close before the end',
    { endsAt: '2026-03-09T10:00', threadsUntil: '2026-03-09T09:00' },
    ['threadsUntil'],
  ],
  ['a word that is too long', { words: 'x'.repeat(41) }, ['words']],
  ['too many words', { words: Array.from({ length: 201 }, (_, at) => `w${at}`).join() }, ['words']],
])('%s is told before anything is sent', (_, more, expected) => {
  expect(errorsOf(more)).toEqual(expected)
})

test('a classroom read into the form and out of it has not changed', () => {
  const read = readClassroomDraft(toDraft(classroom))
  expect(read.ok && findChanges(classroom, read.body)).toBeNull()
})

test('what becomes of photos is changed like anything else, also where an older server said nothing of it', () => {
  const read = (view: ClassroomView, photos: ClassroomDraft['photos']) => {
    const body = readClassroomDraft({ ...toDraft(view), photos })
    return body.ok ? findChanges(view, body.body) : undefined
  }
  expect(read({ ...classroom, photos: 'shown' }, 'shown')).toBeNull()
  expect(read({ ...classroom, photos: 'shown' }, 'off')).toEqual({ photos: 'off' })
  expect(read(classroom, 'shown')).toEqual({ photos: 'shown' })
})

test('only what was changed is sent', () => {
  const read = readClassroomDraft({ ...toDraft(classroom), names: false, words: 'exam', endsAt: '' })
  expect(read.ok && findChanges(classroom, read.body)).toEqual({ names: false, words: ['exam'], endsAt: null })
})
