import { expect, test } from 'vitest'
import { toUnsent } from '../../../client/data/unsent.ts'
import { commandId, entry, eva, exampleId, findPerson, group, refused, send } from './example.ts'

const titles = new Map([[group, 'Film club']])

test('what was refused comes first, what was accepted and reading along not at all', () => {
  const entries = [
    entry(send('waits')),
    entry(send('arrived'), { kind: 'accepted', seq: 3 }),
    entry({ type: 'read', id: commandId(), conversationId: group, n: 3 }),
    entry(send('no'), refused),
  ]
  expect(toUnsent({ entries, titles, findPerson }).map((item) => item.text)).toEqual(['no', 'waits'])
})

test('something whose conversation is gone stays, without a title', () => {
  const [item] = toUnsent({ entries: [entry(send('lost', exampleId(9)), refused)], titles, findPerson })
  expect(item).toMatchObject({ text: 'lost', conversationTitle: null })
})

test('a change says what it does', () => {
  const add = entry({ type: 'member.add', id: commandId(), conversationId: group, userIds: [eva] })
  expect(toUnsent({ entries: [add], titles, findPerson })[0]).toMatchObject({ what: 'Add Eva', conversationTitle: 'Film club' })
})
