import { expect, test } from 'vitest'
import * as v from 'valibot'
import { cleanLine, cleanText } from '../../shared/clean-text.ts'
import { staffCommand, studentCommand } from '../../shared/classroom/commands.ts'
import { createClassroomBody } from '../../shared/classroom/http.ts'
import { command } from '../../shared/protocol/commands.ts'
import { registerBody } from '../../shared/protocol/http.ts'

const typed: [what: string, text: string, text2: string, line: string][] = [
  ['what a person types', 'a b', 'a b', 'a b'],
  ['the soft line break of a word processor', 'one\u000btwo', 'one\ntwo', 'one two'],
  ['the page break of a PDF file', 'one\u000ctwo', 'one\ntwo', 'one two'],
  ['a line separator and a paragraph separator', 'a\u2028b\u2029c', 'a\nb\nc', 'a b c'],
  ['line ends of three systems', 'a\r\nb\rc\nd\u0085e', 'a\nb\nc\nd\ne', 'a b c d e'],
  ['NUL, bell, escape, delete and an upper control', 'a\u0000b\u0007c\u001bd\u007fe\u0099f', 'abcdef', 'abcdef'],
  ['a tab', 'a\tb', 'a\tb', 'a b'],
  ['half an emoji', 'a\ud83d', 'a\ufffd', 'a\ufffd'],
  ['the other half, and both the wrong way round', '\ude00a\ude00\ud83d', '\ufffda\ufffd\ufffd', '\ufffda\ufffd\ufffd'],
  ['an emoji of several, and letters that join', '👩🏽‍🔬 نمی‌خواهم', '👩🏽‍🔬 نمی‌خواهم', '👩🏽‍🔬 نمی‌خواهم'],
  ['white space around', '  a  b\n', '  a  b\n', 'a b'],
  ['a letter and its mark, in one sign or two', 'Zu\u0308rich', 'Zu\u0308rich', 'Z\u00fcrich'],
  ['a filler of Hangul', '\u3164', '', ''],
  [
    'joiners, marks of direction and blanks of all kinds',
    '\u200d\u200e\ufeff\u034f\u115f\u2800\uffa0\ufe0f \u00ad',
    '',
    '',
  ],
  ['a letter among them', '\u2800a', '\u2800a', '\u2800a'],
  ['what only deceives', 'a\u200bb\u202ec\ufeff', 'a\u200bb\u202ec\ufeff', 'abc'],
]

test.each(typed)('%s becomes what every screen draws', (_, text, cleaned, line) => {
  expect(cleanText(text)).toBe(cleaned)
  expect(cleanLine(text)).toBe(line)
  expect(cleanText(cleaned)).toBe(cleaned)
  expect(cleanLine(line)).toBe(line)
})

const CLIPBOARD = 'Fourier\u000bseries\u2028of\u0000 f\u000cand half \ud83d'
const TEXT = 'Fourier\nseries\nof f\nand half \ufffd'
const LINE = 'Fourier series of f and half \ufffd'
const ID = '01a208fd-3ffe-7409-aab2-b4b3c50e0b5d'
const RANDOM = '0b9c5a51-5b70-4c1e-9f07-0f6c3d0e5c11'
const RECEIPT = 'r'.repeat(43)

const message = { id: ID, conversationId: ID, writtenAt: 1 }
const own = { id: RANDOM, questionId: RANDOM, receiptHash: RECEIPT, receipt: RECEIPT }
const settings = {
  ...{ mode: 'open', opensAt: null, endsAt: null, threadsUntil: null, slowSeconds: 0, answers: 'staff', names: false },
  ...{ groupId: null },
}
const poll = { type: 'poll.create', id: ID, kind: 'one', results: 'live', question: 'Which?', options: ['a', 'b'] }

/** Each door through which text comes, with the field that takes it, and whether that is one line. */
const doors: [schema: v.GenericSchema, value: object, field: string, becomes: unknown][] = [
  [command, { ...message, type: 'message.send' }, 'text', TEXT],
  [command, { ...message, type: 'message.edit', messageId: ID }, 'text', TEXT],
  [command, { ...message, type: 'draft.set', replyToId: null, changedAt: 1 }, 'text', TEXT],
  [command, { ...message, type: 'group.create', userIds: [] }, 'title', LINE],
  [command, { ...message, type: 'group.rename' }, 'title', LINE],
  [command, { type: 'profile.rename', id: ID }, 'name', LINE],
  [registerBody, { handle: 'ada', password: 'password-1' }, 'name', LINE],
  [studentCommand, { ...own, type: 'question.ask', name: null }, 'text', TEXT],
  [studentCommand, { ...own, type: 'question.ask', text: 'Why?' }, 'name', LINE],
  [studentCommand, { ...own, type: 'question.edit' }, 'text', TEXT],
  [studentCommand, { ...own, type: 'reply.follow-up' }, 'text', TEXT],
  [studentCommand, { ...own, type: 'reply.post' }, 'text', TEXT],
  [studentCommand, { ...own, type: 'poll.answer', pollId: ID }, 'choice', LINE],
  [staffCommand, { type: 'classroom.set', id: ID }, 'title', LINE],
  [staffCommand, { type: 'classroom.set', id: ID }, 'words', [LINE.toLowerCase()]],
  [staffCommand, { type: 'question.judge', id: ID, questionId: RANDOM, state: 'rephrase' }, 'note', TEXT],
  [staffCommand, { type: 'reply.answer', id: ID, questionId: RANDOM }, 'text', TEXT],
  [staffCommand, { type: 'reply.judge', id: ID, replyId: ID }, 'text', TEXT],
  [staffCommand, poll, 'question', LINE],
  [staffCommand, poll, 'options', [LINE, LINE]],
  [createClassroomBody, { ...settings, words: [] }, 'title', LINE],
  [createClassroomBody, { ...settings, title: 'Analysis' }, 'words', [LINE.toLowerCase()]],
]

test.each(doors)(
  '%# what a PDF puts on the clipboard is taken on each door and cleaned there',
  (schema, value, field, becomes) => {
    const given = Array.isArray(becomes) ? becomes.map(() => CLIPBOARD) : CLIPBOARD
    expect(v.parse(schema, { ...value, [field]: given })).toMatchObject({ [field]: becomes })
  },
)
