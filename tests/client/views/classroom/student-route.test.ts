import { expect, test } from 'vitest'
import { toStudentPath, toStudentRoute } from '../../../../client/views/classroom/student-route.ts'

const ID = 'abcdefgh2345'
const KEY = 'k'.repeat(43)
const QUESTION = '00000000-0000-4000-8000-000000000001'

test.each([
  ['/q/', { page: 'door', code: '' }],
  ['/q', { page: 'door', code: '' }],
  ['/q/k7mq-x2rd', { page: 'door', code: 'k7mq-x2rd' }],
  [`/q/${ID}`, { page: 'classroom', id: ID, keyHash: null, questionId: null }],
  [`/q/${ID.toUpperCase()}`, { page: 'classroom', id: ID, keyHash: null, questionId: null }],
  [`/q/${ID}#k=${KEY}`, { page: 'classroom', id: ID, keyHash: KEY, questionId: null }],
  [`/q/${ID}#k=${KEY}&q=${QUESTION}`, { page: 'classroom', id: ID, keyHash: KEY, questionId: QUESTION }],
  [`/q/${ID}#k=short&q=no`, { page: 'classroom', id: ID, keyHash: null, questionId: null }],
  [`/q/${ID}/screen`, { page: 'screen', id: ID, keyHash: null }],
  [`/q/${ID}/screen#k=${KEY}`, { page: 'screen', id: ID, keyHash: KEY }],
  [`/q/${ID}/screen/more`, { page: 'door', code: '' }],
])('%s is a page', (address, route) => {
  expect(toStudentRoute(address)).toEqual(route)
})

test('which question is open stands behind the #, where no server sees it', () => {
  const path = toStudentPath(ID, KEY, QUESTION)
  expect(path.split('#')[0]).toBe(`/q/${ID}`)
  expect(toStudentRoute(path)).toEqual({ page: 'classroom', id: ID, keyHash: KEY, questionId: QUESTION })
})

test('without a key and a question there is no #', () => {
  expect(toStudentPath(ID, null)).toBe(`/q/${ID}`)
})
