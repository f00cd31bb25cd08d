import { expect, test } from 'vitest'
import {
  summarize,
  type ConversationSummary,
  type SummaryInput,
} from '../../../../client/data/conversations/conversation-summary.ts'
import { EVERYONE_ID } from '../../../../shared/protocol/fields.ts'
import { ann, ben, commandId, conversation, edit, entry, exampleId, findPerson } from '../example.ts'
import { toTotals } from '../../../../client/data/conversations/totals.ts'
import { MUTED_FOR_GOOD } from '../../../../shared/protocol/rows.ts'
import { arrange, group, member, message, MINUTE, NOON, refused, remove, send, setting } from '../example.ts'

const direct = exampleId(200)

function list(input: Partial<SummaryInput>): ConversationSummary[] {
  return summarize({
    ...{ myId: ann, conversations: [conversation()], latest: [], readings: [], members: [member(ann)] },
    ...{ outbox: [], drafts: [], keptDrafts: [], settings: [], findPerson, now: NOON + 60 * MINUTE },
    ...{ faces: new Map(), uncounted: new Map(), mentions: new Map(), receipts: new Map() },
    ...input,
  })
}

test('a direct conversation is called by the other person, Everyone by its name', () => {
  const conversations = [
    conversation({ id: direct, kind: 'direct', title: null, creatorId: null }),
    conversation({ id: EVERYONE_ID, kind: 'everyone', title: null, creatorId: null }),
  ]
  const found = list({ conversations, members: [member(ann, direct), member(ben, direct)] })
  expect(found.map((summary) => summary.title).sort()).toEqual(['Ben', 'Everyone'])
})

test('a conversation one was never in, or means to leave, is not listed', () => {
  const leave = entry({ type: 'member.leave', id: commandId(), conversationId: group })
  expect(list({ members: [] })).toEqual([])
  expect(list({ outbox: [leave] })).toEqual([])
  expect(list({ outbox: [{ ...leave, state: refused }] })).toHaveLength(1)
})

test('a group and a conversation begun offline are listed with their names', () => {
  const found = list({
    conversations: [],
    members: [],
    outbox: [
      entry({ type: 'group.create', id: commandId(), conversationId: group, title: 'New', userIds: [ben] }),
      entry({ type: 'direct.create', id: commandId(), conversationId: direct, userId: ben }),
      entry(send('hello', direct)),
    ],
  })
  expect(found.map(({ title, waiting, other }) => [title, waiting, other?.id])).toEqual(
    expect.arrayContaining([
      ['New', 1, undefined],
      ['Ben', 2, ben],
    ]),
  )
})

test('unread is the newest n less the read position, less what one wrote oneself', () => {
  const latest = [message(12)]
  const readings = [{ type: 'reading' as const, seq: 1, conversationId: group, n: 4 }]
  expect(list({ latest, readings })[0]?.unread).toBe(8)
  expect(list({ latest, readings, uncounted: new Map([[group, 3]]) })[0]?.unread).toBe(5)
})

test('a read position that still waits counts already, and never moves back', () => {
  const read = (n: number) => entry({ type: 'read', id: commandId(), conversationId: group, n })
  const readings = [{ type: 'reading' as const, seq: 1, conversationId: group, n: 4 }]
  expect(list({ latest: [message(12)], readings, outbox: [read(12)] })[0]).toMatchObject({ unread: 0, waiting: 0 })
  expect(list({ latest: [message(12)], readings, outbox: [read(2)] })[0]?.unread).toBe(8)
})

test('the last message is the one that waits, before the newest that is placed', () => {
  const [summary] = list({ latest: [message(3)], outbox: [entry(send('mine'))] })
  expect(summary?.last).toMatchObject({ text: 'mine', mine: true, delivery: { kind: 'waiting' } })
})

test('one’s own last message says how far it has come', () => {
  const receipts = new Map([[group, { kind: 'seen' as const, of: 1 }]])
  expect(list({ latest: [message(3, { authorId: ann })], receipts })[0]?.last?.delivery.kind).toBe('seen')
  expect(list({ latest: [message(3, { authorId: ann })] })[0]?.last?.delivery.kind).toBe('sent')
})

test('a waiting edit or deletion of the last message shows in the list', () => {
  const latest = [message(3, { authorId: ann })]
  const id = latest[0]?.id ?? ''
  expect(list({ latest, outbox: [entry(edit(id, 'new'))] })[0]?.last?.text).toBe('new')
  expect(list({ latest, outbox: [entry(remove(id))] })[0]?.last?.text).toBeNull()
  expect(list({ latest, outbox: [entry(remove(id), refused)] })[0]?.last?.text).toBe('text 3')
})

test('a waiting new title shows at once, a refused one does not', () => {
  const rename = entry({ type: 'group.rename', id: commandId(), conversationId: group, title: 'Cinema' })
  expect(list({ outbox: [rename] })[0]?.title).toBe('Cinema')
  expect(list({ outbox: [{ ...rename, state: refused }] })[0]).toMatchObject({ title: 'Film club', refused: 1 })
})

test('the last active comes first, and a draft counts as activity', () => {
  const other = exampleId(300)
  const input = {
    conversations: [conversation(), conversation({ id: other, title: 'Quiet' })],
    members: [member(ann), member(ann, other)],
    latest: [message(3)],
  }
  expect(list(input).map((summary) => summary.title)).toEqual(['Film club', 'Quiet'])
  const drafts = [{ conversationId: other, text: 'half', replyToId: null, changedAt: NOON + 60 * MINUTE }]
  expect(list({ ...input, drafts }).map((summary) => summary.title)).toEqual(['Quiet', 'Film club'])
})

const now = NOON + 60 * MINUTE

test('a conversation is muted until its time is over', () => {
  expect(list({ settings: [setting({ mutedUntil: now + 1 })] })[0]).toMatchObject({ muted: true, mutedUntil: now + 1 })
  expect(list({ settings: [setting({ mutedUntil: now })] })[0]).toMatchObject({ muted: false, mutedUntil: null })
  expect(list({ settings: [setting({ mutedUntil: MUTED_FOR_GOOD })] })[0]?.muted).toBe(true)
})

test('what is arranged on this device shows at once, and not when it was refused', () => {
  const set = arrange({ mutedUntil: MUTED_FOR_GOOD, pinned: true })
  expect(list({ outbox: [entry(set)] })[0]).toMatchObject({ muted: true, pinned: true, archived: false })
  expect(list({ outbox: [entry(set, refused)] })[0]).toMatchObject({ muted: false, pinned: false })
  const settings = [setting({ pinned: true, mutedUntil: MUTED_FOR_GOOD })]
  expect(list({ settings, outbox: [entry(arrange({ mutedUntil: null }))] })[0]).toMatchObject({
    muted: false,
    pinned: true,
  })
})

test('an archived conversation comes back with a new message, but not while it is muted', () => {
  const settings = [setting({ archivedN: 3 })]
  expect(list({ settings, latest: [message(3)] })[0]?.archived).toBe(true)
  expect(list({ settings, latest: [message(4)] })[0]?.archived).toBe(false)
  const muted = [setting({ archivedN: 3, mutedUntil: MUTED_FOR_GOOD })]
  expect(list({ settings: muted, latest: [message(4)] })[0]?.archived).toBe(true)
  expect(list({ settings: muted, outbox: [entry(arrange({ archivedN: null }))] })[0]?.archived).toBe(false)
})

test('a mark as unread goes with the next reading, also while that waits', () => {
  const settings = [setting({ markedUnread: true })]
  const read = entry({ type: 'read', id: commandId(), conversationId: group, n: 3 })
  expect(list({ settings })[0]?.markedUnread).toBe(true)
  expect(list({ settings, outbox: [read] })[0]?.markedUnread).toBe(false)
  expect(list({ outbox: [read, entry(arrange({ markedUnread: true }))] })[0]?.markedUnread).toBe(true)
})

test('what is pinned comes first, whatever was said since elsewhere', () => {
  const other = exampleId(300)
  const found = list({
    conversations: [conversation(), conversation({ id: other, title: 'Quiet' })],
    members: [member(ann), member(ann, other)],
    latest: [message(3)],
    settings: [setting({ conversationId: other, pinned: true })],
  })
  expect(found.map((summary) => summary.title)).toEqual(['Quiet', 'Film club'])
})

test('the draft in the list is the newer one of this device and the others', () => {
  const drafts = [{ conversationId: group, text: 'here', replyToId: null, changedAt: NOON }]
  const kept = {
    type: 'draft' as const,
    seq: 1,
    conversationId: group,
    text: 'elsewhere',
    replyToId: null,
    changedAt: NOON,
  }
  expect(list({ drafts, keptDrafts: [kept] })[0]?.draft).toBe('here')
  expect(list({ drafts, keptDrafts: [{ ...kept, changedAt: NOON + 1 }] })[0]?.draft).toBe('elsewhere')
  expect(list({ drafts, keptDrafts: [{ ...kept, text: '', changedAt: NOON + 1 }] })[0]?.draft).toBe('')
})

test('the badge counts what is unread, but not of what is muted or put away', () => {
  const [one] = list({ latest: [message(3)], mentions: new Map([[group, 2]]) })
  if (one === undefined) throw new Error('the list is empty')
  expect(toTotals([one])).toEqual({ unread: 3, mentions: 2 })
  expect(toTotals([{ ...one, muted: true }])).toEqual({ unread: 0, mentions: 2 })
  expect(toTotals([{ ...one, archived: true }])).toEqual({ unread: 0, mentions: 0 })
  expect(toTotals([{ ...one, unread: 0, mentions: 0, markedUnread: true }])).toEqual({ unread: 1, mentions: 0 })
})
