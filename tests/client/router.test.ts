import { expect, test } from 'vitest'
import { conversationPath, toPath, toRoute } from '../../client/router.ts'

const paths = [
  ...['/', '/c/1', '/c/1?with=2', '/c/1/manage', '/c/1/42', '/archived', '/people', '/people/1'],
  ...['/groups/new', '/unsent', '/settings'],
]

test.each(paths)('%s leads to a screen and back', (path) => {
  expect(toPath(toRoute(path))).toBe(path)
})

test.each([
  '/c',
  '/c/1/other',
  '/c/1/0',
  '/c/1/2/3',
  '/people/x/y',
  '/archived/x',
  '/nowhere',
  '/groups',
  '//evil.example',
])('%s is the list', (path) => {
  expect(toRoute(path)).toEqual({ screen: 'list' })
})

test('a conversation’s path tells with whom it would be', () => {
  expect(conversationPath('1', '2')).toBe('/c/1?with=2')
})
