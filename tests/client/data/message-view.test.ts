import { expect, test } from 'vitest'
import { mergeMessages } from '../../../client/data/message-view.ts'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import type { OutboxEntry } from '../../../client/sync/database.ts'
import { ann, edit, entry, findPerson, message, MINUTE, NOON, refused, remove, send } from './example.ts'

const merge = (rows: MessageRow[], entries: OutboxEntry[] = []) =>
  mergeMessages({ myId: ann, rows, entries, findPerson })

test('what the server placed comes first, what waits after it, in the order written', () => {
  const views = merge([message(1), message(2)], [entry(send('one')), entry(send('two'), refused), entry(send('three'))])
  expect(views.map((view) => [view.n, view.text, view.delivery.kind])).toEqual([
    [1, 'text 1', 'sent'],
    [2, 'text 2', 'sent'],
    [null, 'one', 'waiting'],
    [null, 'two', 'refused'],
    [null, 'three', 'waiting'],
  ])
})

test('a refused message tells why', () => {
  const [view] = merge([], [entry(send('one'), refused)])
  expect(view?.delivery).toEqual({ kind: 'refused', code: 'not_a_member', reason: 'You are not in this conversation.' })
})

test('what the server took counts as sent although its row is not here', () => {
  const [view] = merge([], [entry(send('one'), { kind: 'accepted', seq: 9 })])
  expect(view).toMatchObject({ n: null, mine: true, delivery: { kind: 'sent' } })
})

test('a message whose row is here stands there once', () => {
  const sent = send('one')
  expect(merge([message(1, { id: sent.id, authorId: ann })], [entry(sent)])).toHaveLength(1)
})

test('a message is late when it took more than five minutes', () => {
  const [onTime, late] = merge([
    message(1, { writtenAt: NOON, sentAt: NOON + 5 * MINUTE }),
    message(2, { writtenAt: NOON, sentAt: NOON + 5 * MINUTE + 1 }),
  ])
  expect([onTime?.late, late?.late]).toEqual([false, true])
})

test('a waiting edit and a waiting deletion show at once, and that they wait', () => {
  const rows = [message(1, { authorId: ann }), message(2, { authorId: ann })]
  const [edited, deleted] = merge(rows, [entry(edit(rows[0]?.id ?? '', 'better')), entry(remove(rows[1]?.id ?? ''))])
  expect(edited).toMatchObject({ text: 'better', edited: true, change: { kind: 'edit', delivery: { kind: 'waiting' } } })
  expect(deleted).toMatchObject({ text: null, change: { kind: 'delete', delivery: { kind: 'waiting' } } })
})

test('a refused edit leaves the text as it was and keeps what was wanted', () => {
  const row = message(1, { authorId: ann })
  const [view] = merge([row], [entry(edit(row.id, 'better'), refused)])
  expect(view).toMatchObject({ text: 'text 1', edited: false, change: { text: 'better', delivery: { kind: 'refused' } } })
})

test('a message that still waits can be edited', () => {
  const sent = send('one')
  const [view] = merge([], [entry(sent), entry(edit(sent.id, 'two'))])
  expect(view).toMatchObject({ text: 'two', delivery: { kind: 'waiting' } })
})

test('an edit does not bring a deleted message back', () => {
  const row = message(1, { authorId: ann, text: null })
  expect(merge([row], [entry(edit(row.id, 'again'))])[0]?.text).toBeNull()
})
