import { uuidv7 } from 'uuidv7'
import { describe, expect, test } from 'vitest'
import { directId } from '../../../shared/direct-id.ts'
import type { Approach } from '../../../shared/protocol/fields.ts'
import { REQUEST_MESSAGES_MAX, REQUEST_TEXT_MAX } from '../../../shared/protocol/limits.ts'
import {
  addMembers,
  answerRequest,
  block,
  createDirect,
  createGroup,
  edit,
  react,
  remove,
  removeMember,
  send,
  setPreference,
} from '../../support/campus.ts'

import {
  NOW,
  campus,
  ann,
  ben,
  cleo,
  pullAll,
  listen,
  requestsOf,
  textsOf,
  findRows,
  openContacts,
} from './contacts.ts'

/* Who may write to whom first and add whom: others ask. */

openContacts()

describe('requests', () => {
  const want = (changes: { directFrom?: Approach; addFrom?: Approach }) => campus.accept(ben, setPreference(changes))

  test('are what a first message of a stranger becomes: one sees who asks and how it begins, and nothing else', async () => {
    await want({ directFrom: 'nobody' })
    const socket = await listen(ben)
    const direct = directId(ann, ben)
    const long = 'x'.repeat(REQUEST_TEXT_MAX + 1)
    const sent = [send(direct, 'Hello'), send(direct, long), send(direct, 'Three'), send(direct, 'Four')]
    await campus.accept(ann, createDirect(ann, ben), ...sent)
    const device = await pullAll(ben)
    const [request] = requestsOf(device)
    expect(request).toMatchObject({ conversationId: direct, state: 'asked', kind: 'direct', byId: ann, at: NOW })
    expect(request?.messages.map(({ text }) => text)).toEqual(['Hello', long.slice(1), 'Three'])
    expect(request?.messages).toHaveLength(REQUEST_MESSAGES_MAX)
    expect(device.messages(direct)).toEqual([])
    expect(findRows(device, 'member').filter(({ conversationId }) => conversationId === direct)).toEqual([])
    expect(new Set(socket.follower.rows().map(({ type }) => type))).toEqual(new Set(['request']))
    expect(await campus.codeOf(ben, send(direct))).toBe('not_a_member')
    expect(textsOf(await pullAll(ann), direct)).toHaveLength(4)
  })

  test('what is edited or deleted before one answers is so in the request as well', async () => {
    await want({ directFrom: 'nobody' })
    const direct = directId(ann, ben)
    const [one, two] = [send(direct, 'One'), send(direct, 'Two')]
    await campus.accept(ann, createDirect(ann, ben), one, two)
    await campus.accept(ann, edit(direct, one.id, 'Uno'), remove(direct, two.id))
    expect(requestsOf(await pullAll(ben))[0]?.messages.map(({ text }) => text)).toEqual(['Uno', ''])
  })

  test('that one accepts are conversations like any other, and asked no more', async () => {
    await want({ directFrom: 'nobody' })
    const direct = directId(ann, ben)
    await campus.accept(ann, createDirect(ann, ben), send(direct, 'Hello'))
    const device = await pullAll(ben)
    const socket = await listen(ben)
    await campus.accept(ben, answerRequest(direct))
    expect(socket.follower.take().at(-1)).toEqual({ type: 'behind' })
    await device.pullAll()
    expect(textsOf(device, direct)).toEqual(['Hello'])
    const told = device.pages.flatMap(({ rows }) => rows).findLast(({ type }) => type === 'request')
    expect(told).toMatchObject({ state: 'answered', byId: null, messages: [] })
    expect(requestsOf(device)).toEqual([])
    expect(requestsOf(await pullAll(ben))).toEqual([])
    await campus.accept(ben, send(direct, 'Hello you'))
    await campus.accept(ann, send(direct, 'How are you?'))
    expect(textsOf(await pullAll(ben), direct)).toEqual(['Hello', 'Hello you', 'How are you?'])
    await campus.accept(ben, answerRequest(direct), answerRequest(direct, false))
    expect(await campus.codeOf(ben, send(direct))).toBe('accepted')
  })

  test('that one declines are silent from then on, and can be accepted later all the same', async () => {
    await want({ directFrom: 'nobody' })
    const direct = directId(ann, ben)
    await campus.accept(ann, createDirect(ann, ben), send(direct, 'Hello'))
    await campus.accept(ben, answerRequest(direct, false))
    const socket = await listen(ben)
    await campus.accept(ann, send(direct, 'Please'), createDirect(ann, ben))
    expect(socket.follower.rows().filter((row) => row.type !== 'request' || row.state !== 'answered')).toEqual([])
    expect(requestsOf(await pullAll(ben))).toEqual([])
    await campus.accept(ben, answerRequest(direct))
    expect(textsOf(await pullAll(ben), direct)).toEqual(['Hello', 'Please'])
  })

  test('end when one writes oneself, and when one blocks who asks', async () => {
    await want({ directFrom: 'nobody' })
    const [hers, cleos] = [directId(ann, ben), directId(cleo, ben)]
    await campus.accept(ann, createDirect(ann, ben), send(hers, 'Hello'))
    await campus.accept(cleo, createDirect(cleo, ben), send(cleos, 'Hello'))
    await campus.accept(ben, createDirect(ben, ann), send(hers, 'Oh'), block(cleo))
    const device = await pullAll(ben)
    expect(requestsOf(device)).toEqual([])
    expect(textsOf(device, hers)).toEqual(['Hello', 'Oh'])
    expect(device.messages(cleos)).toEqual([])
    expect(await campus.codeOf(ben, answerRequest(cleos))).toBe('forbidden')
    await campus.accept(ben, block(cleo, false))
    await campus.accept(cleo, send(cleos, 'Again'))
    expect(requestsOf(await pullAll(ben))[0]?.messages.map(({ text }) => text)).toEqual(['Again'])
  })

  test('of one whom they blocked tell them nothing at all, live neither', async () => {
    await campus.accept(ben, block(ann))
    const socket = await listen(ben)
    const message = send(directId(ann, ben), 'Psst')
    await campus.accept(ann, createDirect(ann, ben), message, react(message.conversationId, message.id))
    await campus.accept(ann, createGroup([ben]))
    expect(socket.follower.rows()).toEqual([])
    expect((await pullAll(ben)).rows.has(`message/${message.id}`)).toBe(false)
  })

  test('whom one let in again reaches one with what they write next, and not with what was before', async () => {
    const direct = directId(ann, ben)
    await campus.accept(ben, block(ann))
    await campus.accept(ann, createDirect(ann, ben), send(direct, 'Hidden'))
    expect((await pullAll(ben)).messages(direct)).toEqual([])
    await campus.accept(ben, block(ann, false))
    await campus.accept(ann, send(direct, 'Shown'))
    expect(textsOf(await pullAll(ben), direct)).toEqual([null, 'Shown'])
  })

  const approaches: [Approach, boolean, boolean][] = [
    ['everybody', false, true],
    ['everybody', true, true],
    ['shared-group', false, false],
    ['shared-group', true, true],
    ['nobody', true, false],
  ]
  test.each(approaches)(
    'from %s, with a shared group: %s, lets somebody write and add at once: %s',
    async (from, isShared, isOpen) => {
      await want({ directFrom: from, addFrom: from })
      if (isShared) {
        await campus.accept(ben, setPreference({ addFrom: 'everybody' }))
        await campus.group(cleo, ann, ben)
        await campus.accept(ben, setPreference({ addFrom: from }))
      }
      const direct = directId(ann, ben)
      const group = await campus.group(ann, ben)
      await campus.accept(ann, createDirect(ann, ben), send(direct, 'Hello'))
      const device = await pullAll(ben)
      expect(textsOf(device, direct)).toEqual(isOpen ? ['Hello'] : [])
      expect(
        requestsOf(device)
          .map(({ kind }) => kind)
          .sort(),
      ).toEqual(isOpen ? [] : ['direct', 'group'])
      expect(await campus.codeOf(ben, send(group))).toBe(isOpen ? 'accepted' : 'not_a_member')
    },
  )

  test('a conversation that both have written in is never one, whatever one chooses later', async () => {
    const direct = await campus.direct(ann, ben)
    await campus.accept(ann, send(direct, 'Hello'))
    await campus.accept(ben, send(direct, 'Hello you'), setPreference({ directFrom: 'nobody' }))
    await campus.accept(ann, createDirect(ann, ben), send(direct, 'Still here'))
    const device = await pullAll(ben)
    expect(requestsOf(device)).toEqual([])
    expect(textsOf(device, direct)).toEqual(['Hello', 'Hello you', 'Still here'])
  })

  test('to come into a group name it and who asks; the group is told who is asked, and who came', async () => {
    await want({ addFrom: 'nobody' })
    const group = createGroup([ben, cleo], { title: 'Film club' })
    await campus.accept(ann, group)
    expect(requestsOf(await pullAll(ben))).toMatchObject([
      { conversationId: group.conversationId, kind: 'group', title: 'Film club', byId: ann, messages: [] },
    ])
    const eventsOf = async () =>
      findRows(await pullAll(cleo), 'event')
        .sort((one, other) => one.seq - other.seq)
        .map(({ byId, change }) => ({ byId, ...change }))
    expect(await eventsOf()).toEqual([
      { byId: ann, kind: 'began', title: 'Film club' },
      { byId: ann, kind: 'asked', userIds: [ben] },
    ])
    await campus.accept(ben, answerRequest(group.conversationId))
    expect((await eventsOf()).at(-1)).toEqual({ byId: ben, kind: 'joined' })
    await campus.accept(ben, send(group.conversationId))
    // Once accepted, one can be put out and added again without being asked.
    await campus.accept(ann, removeMember(group.conversationId, ben), addMembers(group.conversationId, ben))
    await campus.accept(ben, send(group.conversationId))
  })

  test('are refused a second answer that nothing asks for', async () => {
    const group = await campus.group(ann)
    expect(await campus.codeOf(ben, answerRequest(group))).toBe('not_found')
    expect(await campus.codeOf(ben, answerRequest(uuidv7()))).toBe('not_found')
    await campus.accept(ben, block(ann))
    await campus.accept(ann, addMembers(group, ben))
    // Of this one they were never told: what they cannot know of, they cannot answer.
    expect(await campus.codeOf(ben, answerRequest(group))).toBe('not_found')
  })

  test('end when who leads the group takes them back', async () => {
    await want({ addFrom: 'nobody' })
    const group = await campus.group(ann, ben)
    await campus.accept(ann, removeMember(group, ben))
    expect(requestsOf(await pullAll(ben))).toEqual([])
  })

  test('that one declined are not asked again by who asked: not by taking them back, nor once one may be added by everybody', async () => {
    await want({ addFrom: 'nobody' })
    const group = await campus.group(ann, cleo)
    await campus.accept(ann, addMembers(group, ben))
    await campus.accept(ben, answerRequest(group, false))
    await campus.accept(ann, removeMember(group, ben), addMembers(group, ben))
    expect(requestsOf(await pullAll(ben))).toEqual([])
    await want({ addFrom: 'everybody' })
    await campus.accept(ann, addMembers(group, ben))
    expect(requestsOf(await pullAll(ben))).toEqual([])
    expect(await campus.codeOf(ben, send(group))).toBe('not_a_member')
    // Their own answer still holds the door open.
    await campus.accept(ben, answerRequest(group))
    expect(await campus.codeOf(ben, send(group))).toBe('accepted')
  })

  test('to come into a group that was offered again are asked as any other', async () => {
    await want({ addFrom: 'nobody' })
    const group = await campus.group(ann)
    await campus.accept(ann, { ...addMembers(group, ben), again: true })
    expect(requestsOf(await pullAll(ben))).toHaveLength(1)
    expect(await campus.codeOf(ben, send(group))).toBe('not_a_member')
  })
})
