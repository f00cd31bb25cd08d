import { expect, test } from 'vitest'
import { toDetail, type ConversationDetail } from '../../../../client/data/conversations/conversation-detail.ts'
import { mergeMessages, type MessageView } from '../../../../client/data/messages/message-view.ts'
import { listActions, mayDeleteForAll, MESSAGE_KEYS } from '../../../../client/views/conversation/message-actions.ts'
import { ann, ben, conversation, findPerson, group, member, message, NOON } from '../../data/example.ts'

function detail(row = conversation(), members = [member(ann), member(ben)]): ConversationDetail {
  const found = toDetail({
    ...{ myId: ann, conversationId: group, conversation: row, members, setting: undefined, entries: [] },
    ...{ lastN: 1, now: NOON, withUserId: null, findPerson },
  })
  if (found === null) throw new Error('there is no such conversation')
  return found
}

function view(row: Parameters<typeof message>[1] = {}): MessageView {
  const [only] = mergeMessages({ myId: ann, rows: [message(1, row)], entries: [], findPerson })
  if (only === undefined) throw new Error('there is no such message')
  return only
}

const names = (shown: MessageView, where = detail()) => listActions(shown, where).map(({ name }) => name)

test('what others wrote one can answer, pass on and pin, but not change', () => {
  expect(names(view())).toEqual([
    'reply',
    'react',
    'copy',
    'link',
    'forward',
    'select',
    'pin',
    'info',
    'report',
    'delete',
  ])
})

test('one’s own one can change, and look at how it was', () => {
  expect(names(view({ authorId: ann }))).toEqual(expect.arrayContaining(['edit', 'delete']))
  expect(names(view({ editedAt: NOON, edits: 1 }))).toContain('history')
})

test('what is pinned is taken down, and in Everyone nothing is pinned', () => {
  expect(names(view({ pinnedAt: NOON, pinnedBy: ann }))).toContain('unpin')
  expect(names(view({ pinnedAt: NOON, pinnedBy: ann }))).not.toContain('pin')
  expect(names(view(), detail(conversation({ kind: 'everyone' })))).not.toContain('pin')
})

test('what somebody else pinned is taken down by who leads the group, and by either of two', () => {
  const pinned = view({ pinnedAt: NOON, pinnedBy: ben })
  const unpins = (row: Parameters<typeof conversation>[0]) => names(pinned, detail(conversation(row))).includes('unpin')
  expect(unpins({ creatorId: ben })).toBe(false)
  expect(unpins({ creatorId: ann })).toBe(true)
  expect(unpins({ kind: 'direct', creatorId: null, title: null })).toBe(true)
})

test('who is not in a conversation any more only reads', () => {
  expect(names(view({ authorId: ann }), detail(conversation(), [member(ben)]))).toEqual([
    'copy',
    'link',
    'forward',
    'select',
    'info',
  ])
})

test('what was deleted for all can only be put out of one’s own sight', () => {
  expect(names(view({ text: null, authorId: ann }))).toEqual(['delete'])
  expect(names(view({ text: null }), detail(conversation(), [member(ben)]))).toEqual([])
})

test('for everybody one deletes only what is one’s own, and all of it', () => {
  const [own, other] = [view({ authorId: ann }), view()]
  expect(mayDeleteForAll([own], detail())).toBe(true)
  expect(mayDeleteForAll([own, other], detail())).toBe(false)
  expect(mayDeleteForAll([view({ authorId: ann, text: null })], detail())).toBe(false)
  expect(mayDeleteForAll([own], detail(conversation(), [member(ben)]))).toBe(false)
})

test('no two keys of one message do different things', () => {
  const keys = MESSAGE_KEYS.map(({ key }) => key)
  expect(new Set(keys).size).toBe(keys.length)
})

test('a moderator takes away what others wrote, reports nothing, and pins to Everyone', () => {
  const asModerator = { ...detail(conversation({ kind: 'everyone' })), role: 'moderator' as const }
  expect(names(view(), asModerator)).toEqual(expect.arrayContaining(['take-away', 'pin']))
  expect(names(view(), asModerator)).not.toContain('report')
  expect(names(view({ authorId: ann }), asModerator)).not.toContain('take-away')
  expect(names(view({ pinnedAt: NOON, pinnedBy: ben }), asModerator)).toContain('unpin')
})

test('where one may not write one reacts, and answers nothing', () => {
  const closed = detail(conversation({ creatorId: ben, posting: 'leaders' }))
  expect(closed.mayPost).toBe(false)
  expect(names(view(), closed)).toContain('react')
  expect(names(view(), closed)).not.toContain('reply')
  expect(detail(conversation({ creatorId: ann, posting: 'leaders' })).mayPost).toBe(true)
})
