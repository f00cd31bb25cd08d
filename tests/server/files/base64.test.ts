import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromBase64 } from '../../../server/files/base64.ts'

test('what was written in base64 is read again', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(fromBase64(Buffer.from(bytes).toString('base64'))).toEqual(bytes)
    }),
  )
})

const wrong = [
  'A',
  'AA',
  'AAA',
  'AA=',
  'AA==A',
  'AAA==',
  'AB==',
  'AAB=',
  'AA-_',
  'AA==\n',
  ' AAAA',
  'AA=A',
  '====',
  'ÄÄÄÄ',
]
test.each(wrong)('%j is no base64, or not its one form', (text) => {
  expect(fromBase64(text)).toBeUndefined()
})
