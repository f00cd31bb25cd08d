import { expect, test } from 'vitest'
import { toMarkdown } from '../../../shared/text/to-markdown.ts'

test.each([
  ['2*3*4, __init__ and a_b', '2\\*3\\*4, \\_\\_init\\_\\_ and a\\_b'],
  ['¯\\_(ツ)_/¯ in C:\\_old', '¯\\\\\\_(ツ)\\_/¯ in C:\\\\\\_old'],
  ['2. do this\n4. and that', '2\\. do this\\\n4\\. and that'],
  ['- milk\n- eggs', '- milk\n- eggs'],
  ['- one as it is', '\\- one as it is'],
  ['one\ntwo\n\nthree', 'one\\\ntwo\n\nthree'],
  ['**a** _b_ ~~c~~ `d*` $x^2$ and $5', '**a** *b* ~~c~~ `d*` $x^2$ and \\$5'],
  ['```py\na_b\n```\nok', '```py\na_b\n```\n\nok'],
  ['> said', '> said'],
  ['> 50 % of us', '\\> 50 % of us'],
  ['see [*here*](https://a.example/x_y)', 'see [*here*](<https://a.example/x_y>)'],
  ['# of people: 5', '\\# of people: 5'],
  ['<b> & &lt;', '\\<b\\> \\& \\&lt;'],
])('%j is %j in Markdown', (text, markdown) => {
  expect(toMarkdown(text)).toBe(markdown)
})
