import { beforeAll, expect, test } from 'vitest'
import { toOneLine } from '../../../../client/ui/text/one-line.ts'
import { lineReader, toPlainLine } from '../../../../client/ui/text/plain-line.svelte.ts'

beforeAll(() => lineReader.ask())

test.each([
  ['hello\n\nthere', 'hello there'],
  ['**bold**, *em* _em_ ~~gone~~ and `code`', 'bold, em em gone and code'],
  ['# Title\n> quoted\n- one\n- two', 'Title quoted • one • two'],
  ['> > deep', 'deep'],
  ['2. do this\n4. and that', '2. do this 4. and that'],
  ['```js\nlet a = 1\n```', 'let a = 1'],
  ['see [the page](https://a.example/x "title") and https://b.example', 'see the page and https://b.example'],
  ['[x](javascript:alert(1))', '[x](javascript:alert(1))'],
  ['$$\nx^2\n$$', 'x^2'],
  ['it costs $5 and 2*3*4, snake_case_name', 'it costs $5 and 2*3*4, snake_case_name'],
  ['¯\\_(ツ)_/¯ C:\\_old \\\\server', '¯\\_(ツ)_/¯ C:\\_old \\\\server'],
  ['\\*as it is\\*', '*as it is*'],
  ['```', '```'],
  ['@ada hi', '@ada hi'],
])('the line of %j is %j', (text, line) => {
  expect(toPlainLine(text, 200)).toBe(line)
})

test('a long text is cut within the limit, and not in the middle of a character', () => {
  expect(toOneLine('abcdef', 6)).toBe('abcdef')
  expect(toOneLine('abcdefg', 6)).toBe('abcde…')
  expect(toOneLine('abcd👍👍', 6)).toBe('abcd…')
  expect(toPlainLine('**a**' + ' b'.repeat(5_000), 50)).toHaveLength(50)
})
