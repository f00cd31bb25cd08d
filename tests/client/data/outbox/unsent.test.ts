import { expect, test } from 'vitest'
import { toUnsent } from '../../../../client/data/outbox/unsent.ts'
import type { Command } from '../../../../shared/protocol/commands.ts'
import { arrange, commandId, entry, eva, exampleId, findPerson, group, pin, react, refused, send } from '../example.ts'

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
  expect(toUnsent({ entries: [add], titles, findPerson })[0]).toMatchObject({
    what: 'Add Eva',
    conversationTitle: 'Film club',
  })
})

test('what the app does by itself is never listed, not even when it was refused', () => {
  const silent = [
    entry({ type: 'receive', id: commandId(), positions: [{ conversationId: group, n: 3 }] }, refused),
    entry(
      { type: 'draft.set', id: commandId(), conversationId: group, text: 'a', replyToId: null, changedAt: 1 },
      refused,
    ),
    entry({ type: 'read', id: commandId(), conversationId: group, n: 3 }, refused),
  ]
  expect(toUnsent({ entries: silent, titles, findPerson })).toEqual([])
})

const said: [string, Command][] = [
  ['Forwarded message', send('a', group, { forwarded: true })],
  ['Reply', send('a', group, { replyToId: exampleId(1) })],
  ['Pin a message', pin(exampleId(1))],
  ['Take a pinned message down', pin(exampleId(1), false)],
  ['React with 👍', react(exampleId(1), '👍')],
  ['Take 👍 away', react(exampleId(1), '👍', false)],
  ['Mute, archive', arrange({ mutedUntil: 5, archivedN: 3 })],
  ['Mark as unread', arrange({ markedUnread: true })],
  ['Your new picture', { type: 'profile.picture', id: commandId(), picture: 'AAAA' }],
  ['Remove your picture', { type: 'profile.picture', id: commandId(), picture: null }],
  ['Setting: what you have seen is not shown', { type: 'preference.set', id: commandId(), seen: false }],
]

test.each(said)('what waits is said: %s', (what, command) => {
  expect(toUnsent({ entries: [entry(command)], titles, findPerson })[0]?.what).toBe(what)
})
