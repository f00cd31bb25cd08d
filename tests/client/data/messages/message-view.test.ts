import { expect, test } from 'vitest'
import { mergeMessages } from '../../../../client/data/messages/message-view.ts'
import type { MessageRow } from '../../../../shared/protocol/rows.ts'
import type { OutboxEntry } from '../../../../client/sync/database.ts'
import { ann, ben, edit, entry, exampleId, findPerson, group, message, MINUTE, NOON } from '../example.ts'
import { pin, reaction, refused, remove, send } from '../example.ts'

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
  expect(edited).toMatchObject({
    text: 'better',
    edited: true,
    change: { kind: 'edit', delivery: { kind: 'waiting' } },
  })
  expect(deleted).toMatchObject({ text: null, change: { kind: 'delete', delivery: { kind: 'waiting' } } })
})

test('a refused edit leaves the text as it was and keeps what was wanted', () => {
  const row = message(1, { authorId: ann })
  const [view] = merge([row], [entry(edit(row.id, 'better'), refused)])
  expect(view).toMatchObject({
    text: 'text 1',
    edited: false,
    change: { text: 'better', delivery: { kind: 'refused' } },
  })
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

test('a reply quotes its message as it reads now', () => {
  const first = message(1, { text: 'one' })
  const reply = message(2, { replyTo: { messageId: first.id, n: 1 } })
  expect(merge([first, reply])[1]?.replyTo).toMatchObject({ kind: 'text', n: 1, mine: false, text: 'one' })
  const gone = { ...first, text: null }
  expect(merge([gone, reply])[1]?.replyTo).toMatchObject({ kind: 'deleted', n: 1, author: { id: ben } })
  expect(merge([first, reply], [entry(edit(first.id, 'three'))])[1]?.replyTo).toMatchObject({ text: 'three' })
  expect(merge([reply])[0]?.replyTo).toEqual({ kind: 'elsewhere', messageId: first.id, n: 1 })
})

test('a reply that waits can answer a message that waits', () => {
  const first = send('first')
  const [, reply] = merge([], [entry(first), entry(send('second', group, { replyToId: first.id }))])
  expect(reply?.replyTo).toMatchObject({ kind: 'text', n: null, mine: true, text: 'first' })
})

test('a mention is told by handle, and whether it is of oneself', () => {
  const [byName, toAll, mine, plain] = merge([
    message(1, { text: '@ann look', mentions: [ann] }),
    message(2, { text: '@everyone look', mentionsAll: true }),
    message(3, { authorId: ann, text: '@everyone and @ben', mentions: [ben], mentionsAll: true }),
    message(4, { text: '@ann' }),
  ])
  expect(byName?.mentions).toEqual(new Map([['ann', { id: ann, name: 'Ann' }]]))
  expect([byName, toAll, mine, plain].map((view) => view?.mentionsMe)).toEqual([true, true, false, false])
})

test('a pin that waits shows at once, and so does its taking down', () => {
  const rows = [message(1), message(2, { pinnedAt: NOON })]
  const [first, second] = merge(rows, [entry(pin(exampleId(1_001))), entry(pin(exampleId(1_002), false))])
  expect(first).toMatchObject({ pinned: true, pinWaiting: true })
  expect(second).toMatchObject({ pinned: false, pinWaiting: true })
  expect(merge(rows, [entry(pin(exampleId(1_001)), refused)])[0]).toMatchObject({ pinned: false, pinWaiting: false })
  expect(merge(rows, [entry(pin(exampleId(1_001)), { kind: 'accepted', seq: 9 })])[0]).toMatchObject({
    ...{ pinned: true, pinWaiting: false },
  })
})

test('a deleted message keeps neither reactions nor its pin', () => {
  const row = message(1, { text: null, pinnedAt: NOON })
  const reactions = [reaction(1, ben, ['👍'], 4)]
  const [view] = mergeMessages({ myId: ann, rows: [row], entries: [], findPerson, reactions })
  expect(view).toMatchObject({ pinned: false, reactions: [] })
})
