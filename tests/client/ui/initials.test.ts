import { expect, test } from 'vitest'
import { initials } from '../../../client/ui/initials.ts'
import { personColour } from '../../../client/ui/person-colour.ts'

test.each([
  ['Ada Lovelace', 'AL'],
  ['ada', 'A'],
  ['Maximiliane von Hohenstein', 'MH'],
  ['👩🏽‍🔬 Lab', '👩🏽‍🔬L'],
  ['  ', ''],
])('the initials of %j are %j', (name, expected) => {
  expect(initials(name)).toBe(expected)
})

test('a person’s colour is always the same', () => {
  expect(personColour('018f0000')).toBe(personColour('018f0000'))
  expect(personColour('018f0000')).toMatch(/^var\(--person-[1-8]\)$/)
})
