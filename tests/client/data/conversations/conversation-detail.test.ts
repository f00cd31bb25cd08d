import { expect, test } from 'vitest'
import { toDetail, type DetailInput } from '../../../../client/data/conversations/conversation-detail.ts'
import { ann, ben, commandId, conversation, entry, eva, exampleId, findPerson, group, member } from '../example.ts'
import { arrange, NOON, refused, setting, user } from '../example.ts'

function detail(input: Partial<DetailInput>) {
  return toDetail({
    ...{ myId: ann, conversationId: group, conversation: conversation(), members: [member(ann), member(ben)] },
    ...{ entries: [], withUserId: null, findPerson, setting: undefined, lastN: 0, now: NOON },
    ...input,
  })
}

const names = (found: ReturnType<typeof detail>) => found?.members.map((one) => one.person.name)

test('whoever leads comes first, and may change the group', () => {
  expect(detail({})).toMatchObject({ leads: true, gone: false, pending: false })
  const byBen = detail({ conversation: conversation({ creatorId: ben }) })
  expect(names(byBen)).toEqual(['Ben', 'Ann'])
  expect(byBen?.leads).toBe(false)
})

test('members added and removed on this device show at once, those added as waiting', () => {
  const entries = [
    entry({ type: 'member.add', id: commandId(), conversationId: group, userIds: [eva] }),
    entry({ type: 'member.remove', id: commandId(), conversationId: group, userId: ben }),
  ]
  const found = detail({ entries })
  expect(names(found)).toEqual(['Ann', 'Eva'])
  expect(found?.members.map((one) => one.waiting)).toEqual([false, true])
})

test('a refused change is not shown as if it had happened', () => {
  const add = entry({ type: 'member.add', id: commandId(), conversationId: group, userIds: [eva] }, refused)
  expect(names(detail({ entries: [add] }))).toEqual(['Ann', 'Ben'])
})

test('having handed the group over one leads it no more', () => {
  const handOver = entry({ type: 'group.hand-over', id: commandId(), conversationId: group, userId: ben })
  expect(detail({ entries: [handOver] })?.leads).toBe(false)
})

test('a group made offline holds its people before any server has heard of it', () => {
  const create = { type: 'group.create' as const, id: commandId(), conversationId: group, title: 'New', userIds: [ben] }
  const found = detail({ conversation: undefined, members: [], entries: [entry(create)] })
  expect(found).toMatchObject({ title: 'New', pending: true, leads: true, gone: false })
  expect(names(found)).toEqual(['Ann', 'Ben'])
})

test('after leaving one is gone', () => {
  const leave = entry({ type: 'member.leave', id: commandId(), conversationId: group })
  expect(detail({ entries: [leave] })?.gone).toBe(true)
})

test('a conversation nobody has begun is shown with whom it would be', () => {
  const conversationId = exampleId(400)
  const none = { conversationId, conversation: undefined, members: [] }
  expect(detail({ ...none, withUserId: eva })).toMatchObject({ title: 'Eva', pending: true, kind: 'direct' })
  expect(detail(none)).toBeNull()
})

test('how a conversation is arranged is told with it, what waits first', () => {
  const row = setting({ pinned: true })
  expect(detail({ setting: row })).toMatchObject({ pinned: true, muted: false })
  expect(detail({ setting: row, entries: [entry(arrange({ pinned: false }))] })).toMatchObject({ pinned: false })
})

test('a group is small with fifty members and not with fifty-one', () => {
  const members = Array.from({ length: 51 }, (_, index) => member(exampleId(500 + index)))
  expect(detail({ members: members.slice(0, 50) })?.small).toBe(true)
  expect(detail({ members })?.small).toBe(false)
  const everyone = conversation({ kind: 'everyone', title: null, creatorId: null })
  expect(detail({ conversation: everyone, members: [] })?.small).toBe(false)
})

test('a group’s picture is made of the others, those who have one first', () => {
  const people = [ann, ben, eva].map((id) => ({ ...user(id, id), pictureId: id === eva ? exampleId(8) : null }))
  const find = (id: string) => people.find((person) => person.id === id) ?? findPerson(id)
  const found = detail({ members: [ann, ben, eva].map((id) => member(id)), findPerson: find })
  expect(found?.faces.map((face) => face.id)).toEqual([eva, ben])
})
