import { expect, test } from 'vitest'
import { drawsDifferently } from '../../../../client/ui/text/draws-differently.ts'

const mentions = new Map([['bob', { id: '1', name: 'Bob' }]])

test.each([
  '**bold**',
  '`code`',
  '- one\n- two',
  '$x^2$',
  'Hello @bob',
  '~~gone~~',
  '> said',

  '[here](https://a.example)',
])('%s is shown as it will look', (text) => expect(drawsDifferently(text, mentions)).toBe(true))

test.each([
  'Hello',
  '2*3*4 = 24',
  'C:\\_old',
  'costs $5',
  'https://a.example/page',
  '@nobody here',
  'a\n\nb',
  '😀',
  '',
])('%j looks as it is written, and nothing more is shown', (text) =>
  expect(drawsDifferently(text, mentions)).toBe(false),
)
