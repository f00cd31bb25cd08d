import { expect, test } from 'vitest'
import { isBlank } from '../../shared/is-blank.ts'

test.each([
  ['nothing', ''],
  ['white space', ' \u00a0\u3000\n\t'],
  ['a filler of Hangul', '\u3164'],
  ['the other fillers of Hangul', '\u115f\u1160\uffa0'],
  ['a blank pattern of Braille', '\u2800'],
  ['zero width characters', '\u200b\u200c\u200d\u2060\ufeff'],
  ['marks of direction', '\u200e\u200f\u202e\u2066\u2069\u061c'],
  ['selectors of variants', '\ufe0f\ufe00\u{e0100}'],
  ['tags', '\u{e0041}\u{e007f}'],
  ['a soft hyphen and a joiner of graphemes', '\u00ad\u034f'],
  ['vowels of Khmer that are not drawn', '\u17b4\u17b5'],
  ['anchors of annotations', '\ufff9\ufffa\ufffb'],
  ['an empty note head', '\u{1d159}'],
])('%s shows nothing', (_, text) => {
  expect(isBlank(text)).toBe(true)
})

test.each([
  'a',
  '.',
  '\u2801',
  '👍',
  '❤️',
  '👩🏽‍🔬',
  '한',
  'ㅤㅎ',
  'ا',
  '\u0301',
  '\u0600',
  '\u2014',
  '\ufffd',
  '🏴󠁧󠁢󠁷󠁬󠁳󠁿',
  'نمی‌خواهم',
])('%j shows something', (text) => {
  expect(isBlank(text)).toBe(false)
})
