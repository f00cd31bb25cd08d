import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, test } from 'vitest'
import { watchPreferences } from '../../../../client/data/account/preferences.ts'
import { setPreferences } from '../../../../client/data/account/set-preferences.ts'
import { watchBlocked, watchIsBlocked } from '../../../../client/data/contacts/blocked.ts'
import { answerRequest, leaveForGood, setBlock } from '../../../../client/data/contacts/change-contacts.ts'
import { watchLeftForGood, watchRequests } from '../../../../client/data/contacts/requests.ts'
import { countAbove } from '../../../../client/data/conversations/count-above.ts'
import { watchConversation } from '../../../../client/data/conversations/watch-conversation.ts'
import { watchConversations } from '../../../../client/data/conversations/watch-conversations.ts'
import { watchUnreadMentions } from '../../../../client/data/conversations/watch-unread-mentions.ts'
import type { Session } from '../../../../client/data/session.ts'
import { openMessages } from '../../../../client/data/timeline/open-messages.ts'
import type { MessageView } from '../../../../client/data/messages/message-view.ts'
import type { BlockRow, RequestRow } from '../../../../shared/protocol/rows.ts'
import { createDevice, until } from '../device.ts'
import { ann, ben, conversation, eva, exampleId, group, member, message, NOON } from '../example.ts'

let session: Session
beforeEach(async () => {
  session = await createDevice()
})

const direct = exampleId(200)
const asked = (row: Partial<RequestRow> = {}): RequestRow => ({
  ...{ type: 'request', seq: 5, conversationId: direct, state: 'asked', kind: 'direct', byId: eva, at: NOON },
  ...{ title: null, messages: [{ id: exampleId(300), text: 'Hello', at: NOON }] },
  ...row,
})
const blockOf = (userId: string, blocked = true): BlockRow => ({ type: 'block', seq: 6, userId, blocked, at: NOON })
const refuse = async (type: string) => {
  const entry = await session.db.outbox.filter(({ command }) => command.type === type).last()
  if (entry === undefined) throw new Error(`nothing of ${type} waits`)
  await session.db.outbox.update(entry.position, { state: { kind: 'refused', code: 'forbidden', message: 'No' } })
}

describe('blocking', () => {
  test('is seen at once, with no network, and taken back when it was refused', async () => {
    await setBlock(session, eva, true)
    expect((await until(watchBlocked(session))).map(({ name }) => name)).toEqual(['Eva'])
    expect(await until(watchIsBlocked(session, eva))).toBe(true)
    await refuse('block.set')
    expect(await until(watchBlocked(session))).toEqual([])
  })

  test('goes by what waits before what the server said', async () => {
    await session.db.blocks.bulkPut([blockOf(eva), blockOf(ben, false)])
    expect(await until(watchIsBlocked(session, eva))).toBe(true)
    expect(await until(watchIsBlocked(session, ben))).toBe(false)
    await setBlock(session, eva, false)
    expect(await until(watchIsBlocked(session, eva))).toBe(false)
  })

  test('closes the field of their conversation', async () => {
    await session.db.conversations.put(conversation({ id: direct, kind: 'direct', title: null, creatorId: null }))
    await session.db.members.bulkPut([member(ann, direct), member(eva, direct)])
    expect(await until(watchConversation(session, direct, null))).toMatchObject({ blocked: false })
    await setBlock(session, eva, true)
    expect(await until(watchConversation(session, direct, null))).toMatchObject({ blocked: true })
    expect(await until(watchConversation(session, exampleId(201), eva))).toMatchObject({ blocked: true, pending: true })
  })

  test('folds what they write in a group, leaves it out of the list, and lets none of their mentions ring', async () => {
    const mention = message(2, { authorId: eva, mentions: [ann] })
    const other = message(1, { authorId: ben, mentions: [ann] })
    await session.db.messages.bulkPut([other, mention])
    await session.db.latest.put(mention)
    await session.db.mentions.bulkPut(
      [other, mention].map(({ n, id }) => ({ conversationId: group, n, messageId: id })),
    )
    const summary = async () => (await until(watchConversations(session))).find(({ id }) => id === group)
    const shown = () =>
      new Promise<MessageView[]>((resolve, reject) => {
        const open = openMessages(session, group, 0, {
          onMessages(views) {
            resolve(views)
            queueMicrotask(() => open.stop())
          },
          onError: reject,
        })
      })
    expect(await summary()).toMatchObject({ mentions: 2, last: { text: 'text 2' } })
    expect(await until(watchUnreadMentions(session, group))).toEqual([1, 2])
    expect((await shown()).map(({ blocked, mentionsMe }) => ({ blocked, mentionsMe }))).toEqual([
      { blocked: false, mentionsMe: true },
      { blocked: false, mentionsMe: true },
    ])
    await session.db.blocks.put(blockOf(eva))
    expect(await summary()).toMatchObject({ mentions: 1, last: { text: 'text 1' } })
    expect(await until(watchUnreadMentions(session, group))).toEqual([1])
    expect((await shown()).map(({ blocked, mentionsMe }) => ({ blocked, mentionsMe }))).toEqual([
      { blocked: false, mentionsMe: true },
      { blocked: true, mentionsMe: false },
    ])
  })
})

describe('requests', () => {
  test('say who asks, and how it begins; the latest first', async () => {
    await session.db.requests.bulkPut([
      asked(),
      asked({ conversationId: exampleId(201), kind: 'group', byId: ben, title: 'Chess', messages: [], at: NOON + 1 }),
      asked({ conversationId: exampleId(202), state: 'answered', byId: null }),
    ])
    const requests = await until(watchRequests(session))
    expect(requests.map(({ title, by, accepted }) => [title, by.name, accepted])).toEqual([
      ['Chess', 'Ben', false],
      ['Eva', 'Eva', false],
    ])
    expect(requests[1]?.messages.map(({ text }) => text)).toEqual(['Hello'])
    expect(await until(countAbove(session))).toEqual({ departures: 0, requests: 2 })
  })

  test('that are accepted with no network say so until the server has heard of it; declined ones are gone at once', async () => {
    await session.db.requests.bulkPut([asked(), asked({ conversationId: exampleId(201), byId: ben })])
    await answerRequest(session, direct, true)
    await answerRequest(session, exampleId(201), false)
    expect(await until(watchRequests(session))).toMatchObject([{ conversationId: direct, accepted: true }])
    await refuse('request.answer')
    expect(await until(watchRequests(session))).toHaveLength(2)
  })

  test('of somebody whom one blocks are gone at once', async () => {
    await session.db.requests.put(asked())
    await setBlock(session, eva, true)
    expect(await until(watchRequests(session))).toEqual([])
  })
})

test('a group that one leaves for good goes from the list at once; what one takes back goes from the settings', async () => {
  await leaveForGood(session, group, true)
  expect((await until(watchConversations(session))).map(({ id }) => id)).toEqual([])
  expect(await until(watchConversation(session, group, null))).toMatchObject({ gone: true })
  await session.db.requests.put(
    asked({ conversationId: group, state: 'left', kind: 'group', byId: null, title: 'Club' }),
  )
  expect(await until(watchLeftForGood(session))).toEqual([{ conversationId: group, title: 'Club' }])
  await leaveForGood(session, group, false)
  expect(await until(watchLeftForGood(session))).toEqual([])
})

test('who may come to one is everybody, until one chooses', async () => {
  expect(await until(watchPreferences(session))).toMatchObject({ directFrom: 'everybody', addFrom: 'everybody' })
  await session.db.preferences.put({ type: 'preference', seq: 1, seen: true, presence: true, addFrom: 'nobody' })
  await setPreferences(session, { directFrom: 'shared-group' })
  expect(await until(watchPreferences(session))).toMatchObject({ directFrom: 'shared-group', addFrom: 'nobody' })
})
