import { expect, test } from 'vitest'
import { createPollDraft, readPollDraft, type PollDraft } from '../../../../client/views/desk/poll-draft.ts'

const read = (more: Partial<PollDraft>) => readPollDraft({ ...createPollDraft(), question: 'How fast?', ...more })

test('empty options are left out', () => {
  expect(read({ options: [' Too  fast ', '', 'Fine'] })).toEqual({
    ok: true,
    poll: { kind: 'one', question: 'How fast?', options: ['Too fast', 'Fine'], results: 'live' },
  })
})

test('a scale and free words have no options of their own', () => {
  expect(read({ kind: 'scale', options: ['a', 'a'] })).toMatchObject({ ok: true, poll: { options: [] } })
  expect(read({ kind: 'words' })).toMatchObject({ ok: true, poll: { options: [] } })
})

test('a quiz knows its right options by where they stand once the empty ones are left out', () => {
  const draft = { options: ['', 'Two', ' ', 'Four'], right: [true, false, false, true], quiz: true }
  expect(read(draft)).toMatchObject({ ok: true, poll: { options: ['Two', 'Four'], right: [1] } })
  for (const plain of [{ quiz: false }, { kind: 'words' as const }]) {
    const result = read({ ...draft, ...plain })
    expect(result.ok && 'right' in result.poll).toBe(false)
  }
})

test.each<[string, Partial<PollDraft>, object]>([
  ['no question', { question: ' ', options: ['a', 'b'] }, { question: 'Ask something.' }],
  ['one option', { options: ['a', ' '] }, { options: 'Give at least two options.' }],
  ['a quiz without a right option', { options: ['a', 'b'], quiz: true }, { options: 'Say which options are right.' }],
  ['the same option twice', { options: ['a', 'a '] }, { options: 'Two options are the same.' }],
])('%s is told', (_, more, errors) => {
  expect(read(more)).toEqual({ ok: false, errors })
})
