import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeText } from '../../../../client/ui/media/decode-text.ts'
import { toBeginning, toTextLook } from '../../../../client/ui/media/text-look.ts'
import { highlight } from '../../../../client/ui/text/lowlight.ts'

test.each([
  ['a.py', { kind: 'code', language: 'python' }],
  ['A.TEX', { kind: 'code', language: 'latex' }],
  ['page.html', { kind: 'code', language: 'xml' }],
  ['Cargo.toml', { kind: 'code', language: null }],
  ['notes.md', { kind: 'text' }],
  ['README', { kind: 'text' }],
  ['marks.csv', { kind: 'text' }],
])('%s is shown as %j', (name, look) => {
  expect(toTextLook(name)).toEqual(look)
})

test('each language that is named has colours', () => {
  for (const ending of [
    'sh',
    'c',
    'cpp',
    'cs',
    'css',
    'go',
    'hs',
    'java',
    'js',
    'json',
    'tex',
    'm',
    'py',
    'r',
    'rs',
    'sql',
    'ts',
    'xml',
    'yml',
  ]) {
    const look = toTextLook(`a.${ending}`)
    expect(look.kind === 'code' && look.language !== null && highlight('a = 1', look.language)).toBeTruthy()
  }
})

test('of a long text the beginning is shown, in whole lines', () => {
  const lines = Array.from({ length: 30 }, (_, at) => `line ${at}`)
  expect(toBeginning(`${lines.join('\r\n')}\n\n`)).toEqual({
    beginning: lines.slice(0, 12).join('\n'),
    lines: 30,
    isWhole: false,
  })
  expect(toBeginning('a\nb\n')).toEqual({ beginning: 'a\nb', lines: 2, isWhole: true })
  expect(toBeginning('')).toEqual({ beginning: '', lines: 1, isWhole: true })
})

test('a line without an end is cut too, between two characters', () => {
  const { beginning, isWhole } = toBeginning('😀'.repeat(5_000))
  expect(beginning.length).toBeLessThanOrEqual(1_500)
  expect(beginning).toBe('😀'.repeat(beginning.length / 2))
  expect(isWhole).toBe(false)
})

const utf16 = (text: string) =>
  new Uint8Array([0xff, 0xfe, ...Array.from(text, (sign) => [sign.charCodeAt(0), 0]).flat()])

test('texts are read as they were written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      // What looks like the mark of another encoding, or has a zero in it, is another case.
      fc.pre(!text.includes('\0') && !text.startsWith('\ufeff'))
      expect(decodeText(new TextEncoder().encode(text))).toBe(text)
    }),
  )
  expect(decodeText(utf16('Hi'))).toBe('Hi')
  expect(decodeText(new Uint8Array([0x63, 0x61, 0x66, 0xe9]))).toBe('café')
})

test('what is no text is none', () => {
  expect(decodeText(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1]))).toBeNull()
})
