import { expect, test } from 'vitest'
import { findPastedPath, isWholeCode, toTypedCode } from '../../../../client/views/student/typed-code.ts'

test.each([
  ['', ''],
  ['k', 'k'],
  ['k7mq', 'k7mq'],
  ['k7mqx', 'k7mq-x'],
  ['K7MQ X2RD', 'k7mq-x2rd'],
  ['k7mq-x2rd', 'k7mq-x2rd'],
  ['  k7mq–x2rd!', 'k7mq-x2rd'],
  ['k7mqx2rdmore', 'k7mq-x2rd'],
])('%j is written as %j', (typed, written) => {
  expect(toTypedCode(typed)).toBe(written)
})

test('a dash at the end can be taken away with the sign before it', () => {
  expect(toTypedCode('k7mq-')).toBe('k7mq')
})

test('a code is whole with eight signs', () => {
  expect(isWholeCode('k7mq-x2rd')).toBe(true)
  expect(isWholeCode('k7mq-x2r')).toBe(false)
})

test('a link of this server is followed with its key', () => {
  expect(findPastedPath(' https://chat.example/q/abcdefgh2345#k=x ', 'https://chat.example')).toBe(
    '/q/abcdefgh2345#k=x',
  )
})

test.each(['https://elsewhere.example/q/abcdefgh2345', 'https://chat.example/c/1', 'k7mq-x2rd', ''])(
  '%j is not followed',
  (typed) => {
    expect(findPastedPath(typed, 'https://chat.example')).toBeNull()
  },
)
