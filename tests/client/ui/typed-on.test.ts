import { expect, test } from 'vitest'
import { toTypedOn } from '../../../client/ui/typed-on.ts'

test('what was sent leaves the field, what was typed meanwhile stays', () => {
  expect(toTypedOn('Hello', 'Hello')).toBe('')
  expect(toTypedOn('Hello and', 'Hello')).toBe(' and')
  expect(toTypedOn('Another text', 'Hello')).toBe('Another text')
})
