import { expect, test } from 'vitest'
import { highlight } from '../../../../client/ui/text/lowlight.ts'

const toText = (parts: readonly { text: string }[] | null) => parts?.map(({ text }) => text).join('')

test('code is coloured by its language', () => {
  expect(highlight('let a = "b" // c', 'js')).toEqual([
    { text: 'let', colour: 'keyword' },
    { text: ' a = ', colour: null },
    { text: '"b"', colour: 'string' },
    { text: ' ', colour: null },
    { text: '// c', colour: 'comment' },
  ])
})

test.each([
  'python',
  'py',
  'java',
  'c',
  'c++',
  'c#',
  'html',
  'css',
  'sql',
  'bash',
  'sh',
  'json',
  'ts',
  'tex',
  'yml',
  'rs',
  'go',
  'r',
  'hs',
  'matlab',
])('%s is known', (language) => {
  expect(highlight('x', language)).not.toBeNull()
})

test.each(['', 'klingon', '__proto__', 'constructor'])('%j is not known', (language) => {
  expect(highlight('x', language)).toBeNull()
})

test('nothing of the code is lost or becomes markup', () => {
  const code = '<script>alert("x")</script>\n\t<!-- a -->&amp;\r\n<style>a{b:c}</style>'
  for (const language of ['html', 'js', 'css', 'python', 'cpp', 'latex', 'yaml', 'sql', 'bash', 'r', 'haskell']) {
    expect(toText(highlight(code, language))).toBe(code)
  }
})
