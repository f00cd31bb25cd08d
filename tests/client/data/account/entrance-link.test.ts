import { expect, test } from 'vitest'
import { toEntranceLink } from '../../../../client/data/account/entrance-link.ts'

const token = 'aA0_-'.padEnd(43, 'x')

test.each([
  [`#invite=${token}`, { kind: 'invite', token }],
  [` https://chat.example.edu/#claim=${token}\n`, { kind: 'claim', token }],
  [`https://chat.example.edu/c/1?x=y#reset=${token}`, { kind: 'reset', token }],
])('a link is found in what was opened or pasted: %s', (text, link) => {
  expect(toEntranceLink(text)).toEqual(link)
})

test.each([
  '',
  '#',
  '#invite=',
  `#invite=${token}x`,
  `#invite=${token.slice(1)}`,
  `#other=${token}`,
  `invite=${token}`,
])('what is none is none: %s', (text) => {
  expect(toEntranceLink(text)).toBeUndefined()
})
