import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { editMessage } from '../../../../client/data/messages/change-message.ts'
import { forwardMessages } from '../../../../client/data/messages/forward-message.ts'
import {
  completeMention,
  findMentionCandidates,
  findMentionTyped,
} from '../../../../client/data/composing/mention-candidates.ts'
import { countCalled, findMentionsAmong, watchMentions } from '../../../../client/data/composing/find-mentions.ts'
import { sendMessage, sendRewritten } from '../../../../client/data/messages/send-message.ts'
import type { Session } from '../../../../client/data/session.ts'
import { directId } from '../../../../shared/direct-id.ts'
import { EVERYONE_ID } from '../../../../shared/protocol/fields.ts'
import type { UserRow } from '../../../../shared/protocol/rows.ts'
import { createDevice, until } from '../device.ts'
import { ann, ben, commandId, conversation, entry, eva, exampleId, group, member, message } from '../example.ts'
import { refused, send, user } from '../example.ts'

let session: Session

beforeEach(async () => {
  session = await createDevice()
})

afterEach(() => session.db.delete())

async function queued() {
  return (await session.db.outbox.orderBy('position').toArray()).map((one) => one.command)
}

const people = ['ben', 'eva', 'ab'].map((handle) => ({ id: handle, handle, name: handle, pictureId: null }))
const written: [string, string[], boolean][] = [
  ['@ben look', ['ben'], false],
  ['look, @ben!', ['ben'], false],
  ['(@ben)', ['ben'], false],
  ['@Ben and @EVA', ['ben', 'eva'], false],
  ['@everyone', [], true],
  ['@Everyone!', [], true],
  ['@everyones', [], false],
  ['@ben.', ['ben'], false],
  ['write to ann@ben.org', [], false],
  ['https://a.org/@ben', [], false],
  ['`@ben` in code', [], false],
  ['```\n@ben\n```', [], false],
  ['```\nnever closed\n@ben hi', [], false],
  ['~~~\n@everyone decorator\n~~~', [], true],
  ['\\@ben is not called', [], false],
  ['[@ben](https://example.org/x)', [], false],
  ['_@ben please look_ and **@eva**', ['ben', 'eva'], false],
  ['_@ben_ ~~@eva~~', ['ben', 'eva'], false],
  ['> said @ben\n\n- @eva\n- x', ['ben', 'eva'], false],
]

test.each(written)('%j mentions', (text, ids, all) => {
  expect(findMentionsAmong(text, people, true)).toEqual({ mentions: ids, mentionsAll: all })
})

test('@everyone calls all others of a group, wherever it is written, and in Everyone nobody', async () => {
  await session.db.members.put(member(eva))
  expect(await countCalled(session, group, 'come, @everyone!')).toBe(2)
  expect(await countCalled(session, group, 'come, `@everyone`')).toBe(0)
  expect(await countCalled(session, group, '@ben')).toBe(0)
  await session.db.conversations.put(conversation({ id: EVERYONE_ID, kind: 'everyone' }))
  expect(await countCalled(session, EVERYONE_ID, 'come, @everyone!')).toBe(0)
})

test('while one writes, a handle is known as a call wherever it will be one, in Everyone too', async () => {
  await session.db.conversations.put(conversation({ id: EVERYONE_ID, kind: 'everyone' }))
  expect([...(await until(watchMentions(session, group))).keys()].sort()).toEqual(['ann', 'ben', 'everyone'])
  expect([...(await until(watchMentions(session, EVERYONE_ID))).keys()].sort()).toEqual(['ann', 'ben', 'eva'])
})

test('a message mentions those who are in the conversation, each once, and nobody else', async () => {
  await sendMessage(session, group, '@ben @Ben @eva @nobody', null)
  expect(await queued()).toMatchObject([{ mentions: [ben], mentionsAll: false }])
})

test('the longest handle that somebody has is meant', async () => {
  await session.db.users.put({ ...user(exampleId(30), 'Dot'), handle: 'ben.' })
  await session.db.members.put(member(exampleId(30)))
  await sendMessage(session, group, 'ask @ben.', null)
  expect(await queued()).toMatchObject([{ mentions: [exampleId(30)] }])
})

test('everyone is mentioned in a group, and only there', async () => {
  await session.db.conversations.put(conversation({ id: EVERYONE_ID, kind: 'everyone', title: null, creatorId: null }))
  await sendMessage(session, group, '@everyone', null)
  await sendMessage(session, EVERYONE_ID, '@everyone and @eva', null)
  expect(await queued()).toMatchObject([
    { mentionsAll: true, mentions: [] },
    { mentionsAll: false, mentions: [eva] },
  ])
})

test('somebody added offline can be mentioned at once', async () => {
  const add = { type: 'member.add' as const, id: commandId(), conversationId: group, userIds: [eva] }
  const { position: _, ...row } = entry(add)
  await session.db.outbox.add(row)
  await sendMessage(session, group, 'welcome @eva', null)
  expect((await queued()).at(-1)).toMatchObject({ mentions: [eva] })
})

test('an edit and a message sent anew mention whom they name now', async () => {
  await editMessage(session, group, exampleId(1), 'ask @ben')
  const failed = send('ask @eva', group, { mentions: [eva], replyToId: exampleId(3) })
  const { position: _, ...row } = entry(failed, refused)
  await session.db.outbox.add(row)
  await sendRewritten(session, failed.id, 'ask @ben')
  expect(await queued()).toMatchObject([
    { type: 'message.edit', mentions: [ben] },
    { type: 'message.send', id: failed.id, mentions: [ben], replyToId: exampleId(3) },
  ])
})

test('a reply names what it answers', async () => {
  await sendMessage(session, group, 'yes', null, exampleId(1_001))
  expect(await queued()).toMatchObject([{ replyToId: exampleId(1_001), forwarded: false }])
})

test('forwarding sends each text to each conversation, begins what is not begun, and mentions nobody', async () => {
  const messages = [{ text: 'one @ben' }, { text: null }, { text: 'two' }]
  const targets = [
    { conversationId: group, withUserId: null },
    { conversationId: directId(ann, eva), withUserId: eva },
  ]
  await forwardMessages(session, messages, targets)
  expect(await queued()).toMatchObject([
    { type: 'message.send', conversationId: group, text: 'one @ben', forwarded: true, mentions: [] },
    { type: 'message.send', conversationId: group, text: 'two', forwarded: true },
    { type: 'direct.create', userId: eva },
    { type: 'message.send', text: 'one @ben', forwarded: true },
    { type: 'message.send', text: 'two', forwarded: true },
  ])
})

const typed: [string, string | null][] = [
  ['hello @be|', 'be'],
  ['@|', ''],
  ['hello @be| there', 'be'],
  ['hello @Zoë|', 'Zoë'],
  ['mail ann@be|', null],
  ['hello @be there|', null],
  ['hello|', null],
]

test.each(typed)('a mention is being typed in %j: %j', (text, query) => {
  const caret = text.indexOf('|')
  expect(findMentionTyped(text.replace('|', ''), caret)?.query ?? null).toBe(query)
})

test('choosing a candidate puts its handle in place of what was typed', () => {
  const text = 'hello @be, and'
  const mention = findMentionTyped(text, 9)
  if (mention === null) throw new Error('no mention is being typed')
  const person = { id: ben, handle: 'ben', name: 'Ben', pictureId: null }
  const completed = completeMention(text, mention, { kind: 'person', handle: 'ben', person })
  expect(completed).toEqual({ text: 'hello @ben, and', caret: 10 })
  expect(completeMention('@be', { from: 0, to: 3, query: 'be' }, { kind: 'person', handle: 'ben', person })).toEqual({
    ...{ text: '@ben ', caret: 5 },
  })
})

async function candidates(query: string, conversationId = group) {
  return (await findMentionCandidates(session, conversationId, query)).map((one) =>
    one.kind === 'everyone' ? `everyone ${one.reach}` : one.handle,
  )
}

test('those in the conversation are offered, who wrote lately first, and all of them with how many that is', async () => {
  await session.db.members.bulkPut([member(eva), member(exampleId(30))])
  await session.db.users.put(user(exampleId(30), 'Evan'))
  expect(await candidates('')).toEqual(['ben', 'eva', 'evan', 'everyone 3'])
  await session.db.messages.put(message(1, { authorId: exampleId(30) }))
  expect(await candidates('')).toEqual(['evan', 'ben', 'eva', 'everyone 3'])
  expect(await candidates('ev')).toEqual(['everyone 3', 'evan', 'eva'])
  expect(await candidates('x')).toEqual([])
})

test('a name is found by any of its words, without its accents', async () => {
  await session.db.users.put({ ...user(exampleId(30), 'Anna-Zoë Papa'), handle: 'annap' })
  await session.db.members.put(member(exampleId(30)))
  expect(await candidates('zoe')).toEqual(['annap'])
  expect(await candidates('pap')).toEqual(['annap'])
})

test('among ten thousand people of Everyone a handful is offered, all of them never', async () => {
  await session.db.conversations.put(conversation({ id: EVERYONE_ID, kind: 'everyone', title: null, creatorId: null }))
  const many = Array.from({ length: 10_000 }, (_, index) => ({ ...user(exampleId(20_000 + index), `Person ${index}`) }))
  await session.db.users.bulkPut(many.map((row, index) => ({ ...row, handle: `person${index}` })))
  await candidates('person', EVERYONE_ID)
  let read = 0
  session.db.users.hook('reading', (row: UserRow) => {
    read += 1
    return row
  })
  const found = await candidates('person99', EVERYONE_ID)
  expect(found).toHaveLength(8)
  expect(found[0]).toBe('person99')
  // Ten thousand rows are read and prepared once, not with each key.
  expect(read).toBe(0)
  await session.db.users.put({ ...user(exampleId(40_000), 'Newcomer'), seq: 9 })
  expect(await candidates('newc', EVERYONE_ID)).toEqual(['newcomer'])
  expect(read).toBeLessThan(10)
}, 30_000)
