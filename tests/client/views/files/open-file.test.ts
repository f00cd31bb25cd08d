import { expect, test } from 'vitest'
import { isText, toOpenType } from '../../../../client/views/files/open-file.ts'

test.each([
  ['text/plain', 10, true],
  ['text/html', 10, true],
  ['image/svg+xml', 10, true],
  ['application/json', 1_000_000, true],
  ['text/plain', 1_000_001, false],
  ['application/pdf', 10, false],
  ['application/octet-stream', 10, false],
])('%s of %i bytes is read inside: %s', (type, bytes, expected) => {
  expect(isText({ type, bytes })).toBe(expected)
})

test.each(['text/html', 'image/svg+xml', 'application/xhtml+xml', 'text/xml', 'application/x-msdownload', ''])(
  '%s is never opened in a window, where it would run',
  (type) => {
    expect(toOpenType({ type })).toBeNull()
  },
)

test.each(['application/pdf', 'image/png'])('%s opens as what it is', (type) => {
  expect(toOpenType({ type })).toBe(type)
})
