import { expect, test } from 'vitest'
import { classroomPath, conversationPath, isOtherPage, toPath, toRoute } from '../../client/router.ts'

const paths = [
  ...['/', '/c/1', '/c/1?with=2', '/c/1/manage', '/c/1/42', '/archived', '/people', '/people/1'],
  ...['/groups/new', '/unsent', '/settings', '/share'],
  ...['/classrooms/new', '/classrooms/abc', '/classrooms/abc?q=1', '/classrooms/abc/settings'],
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
  '/share/x',
  '/classrooms',
  '/classrooms/abc/other',
  '/classrooms/abc/settings/more',
  '//evil.example',
])('%s is the list', (path) => {
  expect(toRoute(path)).toEqual({ screen: 'list' })
})

test('a conversation’s path tells with whom it would be', () => {
  expect(conversationPath('1', '2')).toBe('/c/1?with=2')
})

test('a thread has an address at the desk of its classroom', () => {
  expect(classroomPath('abc', '1')).toBe('/classrooms/abc?q=1')
})

test.each(['/q', '/q/', '/q/abcdefghijkl', '/q/abcdefghijkl#k=1', '/q/abcdefghijkl/screen', '/q?x'])(
  '%s is another page',
  (path) => {
    expect(isOtherPage(path)).toBe(true)
  },
)

test.each(['/', '/quiet', '/c/q', '/people'])('%s is of this page', (path) => {
  expect(isOtherPage(path)).toBe(false)
})
