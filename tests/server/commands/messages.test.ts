import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { toAnnotationRow } from '../../../server/campus/annotations.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import {
  EDITS_MAX,
  MENTIONS_MAX,
  PINS_MAX,
  REACTING_PEOPLE_MAX,
  REACTIONS_PER_PERSON_MAX,
} from '../../../shared/protocol/limits.ts'
import type { ReactionRow, RevisionRow } from '../../../shared/protocol/rows.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  createCampus,
  createDirect,
  dump,
  edit,
  pin,
  react,
  registerUser,
  remove,
  removeMember,
  send,
  type Campus,
} from '../../support/campus.ts'

const NOW = 1_800_000_000_000
let now = NOW
let backend: Backend
let campus: Campus
let ann: string
let ben: string
let cid: string
let group: string
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store, now: () => now })
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  now = NOW
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  cid = await campus.register('Cid')
  group = await campus.group(ann, ben, cid)
})

const findMessage = (id: string) =>
  campus.store.db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const listAnnotations = async (messageId: string) => {
  const { db } = campus.store
  const query = db.selectFrom('annotation').selectAll().where('message_id', '=', messageId)
  return (await query.orderBy('k').orderBy('seq').execute()).map(toAnnotationRow)
}
const listRevisions = async (messageId: string) =>
  (await listAnnotations(messageId)).filter((row): row is RevisionRow => row.type === 'revision')
const listReactions = async (messageId: string) =>
  (await listAnnotations(messageId)).filter((row): row is ReactionRow => row.type === 'reaction')
/** The users whom messages of the group mention, Everyone's id for all, by the message's place. */
const listMentioned = async () => {
  const mentions = await campus.store.db
    .selectFrom('mention')
    .select(['n', 'user_id', 'message_id'])
    .where('conversation_id', '=', group)
    .orderBy('n')
    .execute()
  const names = new Map([
    [ann, 'ann'],
    [ben, 'ben'],
    [cid, 'cid'],
    [EVERYONE_ID, 'all'],
  ])
  return mentions.map(({ n, user_id }) => `${n} ${names.get(user_id) ?? 'somebody'}`).sort()
}
async function say(changes: Parameters<typeof send>[2] = {}, text = 'Hello'): Promise<string> {
  const message = send(group, text, changes)
  await campus.accept(ann, message)
  return message.id
}
/** The code of a refusal, after which everything is as it was. */
async function refuse(userId: string, command: Parameters<Campus['codeOf']>[1]): Promise<string> {
  const before = await dump(campus.store)
  const { length } = campus.published
  const code = await campus.codeOf(userId, command)
  expect(await dump(campus.store)).toEqual(before)
  expect(campus.published).toHaveLength(length)
  return code
}

test('a reply names the message that it answers, and its place', async () => {
  await say()
  const answered = await say()
  const reply = send(group, 'Yes', { replyToId: answered, forwarded: true })
  await campus.accept(ben, reply)
  expect(await findMessage(reply.id)).toMatchObject({ reply_to_id: answered, reply_to_n: 2, forwarded: 1 })
  expect(campus.published.at(-1)?.rows[0]?.row).toMatchObject({
    replyTo: { messageId: answered, n: 2 },
    forwarded: true,
  })
})
test('a reply may answer a message that is sent in the same batch', async () => {
  const [question, answer] = [send(group, 'Who?'), send(group, 'Me')]
  await campus.accept(ann, question, { ...answer, replyToId: question.id })
  expect(await findMessage(answer.id)).toMatchObject({ reply_to_id: question.id, reply_to_n: 1 })
})
test('a reply to a message that the same batch refuses is refused', async () => {
  const question = send(group, ' ')
  const results = await campus.submit(ann, [question, send(group, 'Me', { replyToId: question.id })])
  expect(results).toMatchObject([{ code: 'text_empty' }, { code: 'reply_elsewhere' }])
})
test('a message does not answer itself', async () => {
  const message = send(group)
  expect(await refuse(ann, { ...message, replyToId: message.id })).toBe('reply_elsewhere')
})
test('a reply stays when what it answers is deleted', async () => {
  const answered = await say()
  const reply = await say({ replyToId: answered })
  await campus.accept(ann, remove(group, answered))
  expect(await findMessage(reply)).toMatchObject({ reply_to_id: answered, text: 'Hello' })
})

test('who is mentioned is found, each once, and so are all', async () => {
  await say({ mentions: [ben, cid, ben] })
  await say({ mentionsAll: true, mentions: [ben] })
  await say()
  expect(await listMentioned()).toEqual(['1 ben', '1 cid', '2 all', '2 ben'])
  expect(campus.published.at(-2)?.rows[0]?.row).toMatchObject({ mentions: [ben], mentionsAll: true })
})
test('one may mention oneself', async () => {
  await say({ mentions: [ann] })
  expect(await listMentioned()).toEqual(['1 ann'])
})
test('an edit mentions others, and those of before no more', async () => {
  const id = await say({ mentions: [ben] }, '@ben')
  await campus.accept(ann, edit(group, id, '@cid and @everyone', { mentions: [cid], mentionsAll: true }))
  expect(await listMentioned()).toEqual(['1 all', '1 cid'])
  await campus.accept(ann, edit(group, id, 'Nobody'))
  expect(await listMentioned()).toEqual([])
  expect(await findMessage(id)).toMatchObject({ mentions: null, mentions_all: 0 })
})
test('an edit that mentions the same keeps what is found', async () => {
  const id = await say({ mentions: [ben] }, '@ben')
  await campus.accept(ann, edit(group, id, 'Hello @ben', { mentions: [ben] }))
  expect(await listMentioned()).toEqual(['1 ben'])
})
test('a deleted message mentions nobody', async () => {
  const id = await say({ mentions: [ben], mentionsAll: true })
  await campus.accept(ann, remove(group, id))
  expect(await listMentioned()).toEqual([])
  expect(await findMessage(id)).toMatchObject({ mentions: null, mentions_all: 0 })
})
test('what one batch sends, edits and deletes leaves the mentions of what stands at its end', async () => {
  const [one, other] = [send(group, '@ben', { mentions: [ben] }), send(group, '@ben', { mentions: [ben] })]
  const changed = edit(group, one.id, '@cid', { mentions: [cid] })
  await campus.accept(ann, one, other, changed, remove(group, other.id))
  expect(await listMentioned()).toEqual(['1 cid'])
})
test('who was removed in the same batch is a stranger to what follows', async () => {
  const message = send(group, '@ben', { mentions: [ben] })
  const results = await campus.submit(ann, [removeMember(group, ben), message])
  expect(results).toMatchObject([{ status: 'accepted' }, { code: 'mention_stranger' }])
})
test('a message mentions as many as its limit', async () => {
  const people = Array.from({ length: MENTIONS_MAX }, () => uuidv7())
  await campus.accept(ann, ...people.map((id) => registerUser(id, 'One of many')))
  const message = send(EVERYONE_ID, 'All of you', { mentions: people })
  await campus.accept(ann, message)
  const found = await campus.store.db.selectFrom('mention').selectAll().where('message_id', '=', message.id).execute()
  expect(found.map(({ user_id }) => user_id).sort()).toEqual(people.sort())
})

test('each edit keeps the text that stood before it, and since when', async () => {
  const id = await say({}, 'one')
  now += 1_000
  await campus.accept(ann, edit(group, id, 'two'))
  now += 1_000
  await campus.accept(ann, edit(group, id, 'three'))
  expect(await listRevisions(id)).toMatchObject([
    { k: 1, text: 'one', at: NOW },
    { k: 2, text: 'two', at: NOW + 1_000 },
  ])
  expect(await findMessage(id)).toMatchObject({ text: 'three', edits: 2, edited_at: NOW + 2_000 })
})
test('edits of one batch each keep a revision', async () => {
  const message = send(group, 'one')
  await campus.accept(ann, message, edit(group, message.id, 'two'), edit(group, message.id, 'three'))
  expect((await listRevisions(message.id)).map(({ k, text }) => [k, text])).toEqual([
    [1, 'one'],
    [2, 'two'],
  ])
  expect(await findMessage(message.id)).toMatchObject({ text: 'three', edits: 2 })
})
test('an edit to the same text keeps no revision', async () => {
  const id = await say()
  await campus.accept(ann, edit(group, id, 'Hello'))
  expect(await listRevisions(id)).toEqual([])
  expect(await findMessage(id)).toMatchObject({ edits: 0, edited_at: null })
})
test('an edit keeps what the message answers, and that it is pinned and forwarded', async () => {
  const id = await say({ replyToId: await say(), forwarded: true })
  await campus.accept(ben, pin(group, id))
  const before = await findMessage(id)
  await campus.accept(ann, edit(group, id, 'Better'))
  const { reply_to_id, reply_to_n, forwarded, pinned_at } = before
  expect(await findMessage(id)).toMatchObject({ text: 'Better', reply_to_id, reply_to_n, forwarded, pinned_at })
})
test('a message can be edited so often, and not once more', async () => {
  const id = await say()
  await campus.accept(ann, ...Array.from({ length: EDITS_MAX }, (_, index) => edit(group, id, `${index}`)))
  expect(await refuse(ann, edit(group, id, 'Once more'))).toBe('too_many_edits')
  expect(await listRevisions(id)).toHaveLength(EDITS_MAX)
})
test('an edit of what somebody else wrote is refused, and keeps nothing', async () => {
  const id = await say({}, 'Mine')
  expect(await refuse(ben, edit(group, id, 'Yours'))).toBe('not_author')
})
test('an edit after the deletion is refused, and keeps nothing', async () => {
  const id = await say()
  await campus.accept(ann, remove(group, id))
  expect(await refuse(ann, edit(group, id, 'Back'))).toBe('message_deleted')
})
test('a deletion takes the texts of all versions out of the database', async () => {
  const id = await say({}, 'secret one')
  await campus.accept(ann, edit(group, id, 'secret two'), edit(group, id, 'secret three'))
  await campus.accept(ben, react(group, id), pin(group, id))
  await campus.accept(ann, remove(group, id))
  const { command, ...tables } = await dump(campus.store)
  expect(JSON.stringify(tables)).not.toContain('secret')
  expect(JSON.stringify(command)).not.toContain('secret')
  expect(await listRevisions(id)).toMatchObject([
    { k: 1, text: null },
    { k: 2, text: null },
  ])
  expect(await listReactions(id)).toMatchObject([{ userId: ben, emoji: [] }])
  expect(await findMessage(id)).toMatchObject({ text: null, edits: 0, pinned_at: null, edited_at: null })
})
test('what one batch edits and deletes leaves no text', async () => {
  const message = send(group, 'secret one')
  await campus.accept(ann, message, edit(group, message.id, 'secret two'), remove(group, message.id))
  expect(JSON.stringify(await dump(campus.store))).not.toContain('secret')
  expect((await listRevisions(message.id)).map(({ text }) => text)).toEqual([null])
})

test('everybody in the conversation pins, for all; who pinned takes down, and who leads, nobody else', async () => {
  const id = await say()
  await campus.accept(ben, pin(group, id))
  expect(await findMessage(id)).toMatchObject({ pinned_at: NOW, pinned_by: ben })
  expect(campus.published.at(-1)?.rows).toMatchObject([
    { row: { type: 'message', pinnedAt: NOW, pinnedBy: ben }, audience: { kind: 'members', conversationId: group } },
  ])
  expect(await campus.codeOf(cid, pin(group, id, false))).toBe('forbidden')
  // That it is pinned already does not make it another one's.
  await campus.accept(cid, pin(group, id))
  expect(await campus.codeOf(cid, pin(group, id, false))).toBe('forbidden')
  await campus.accept(ben, pin(group, id, false))
  expect(await findMessage(id)).toMatchObject({ pinned_at: null, pinned_by: null })
  await campus.accept(ben, pin(group, id))
  await campus.accept(ann, pin(group, id, false))
  expect(await findMessage(id)).toMatchObject({ pinned_at: null, pinned_by: null })
  const row = campus.published.at(-1)?.rows[0]?.row
  expect(row).not.toHaveProperty('pinnedBy')
})
test('in a direct conversation either takes down what the other one pinned', async () => {
  const begun = createDirect(ann, ben)
  const message = send(begun.conversationId)
  await campus.accept(ann, begun, message, pin(begun.conversationId, message.id))
  await campus.accept(ben, pin(begun.conversationId, message.id, false))
  expect(await findMessage(message.id)).toMatchObject({ pinned_at: null, pinned_by: null })
})
test('what is pinned, pinned again, changes nothing', async () => {
  const id = await say()
  await campus.accept(ben, pin(group, id))
  now += 1_000
  const { length } = campus.published
  await campus.accept(cid, pin(group, id))
  expect(campus.published).toHaveLength(length)
  expect(await findMessage(id)).toMatchObject({ pinned_at: NOW })
})
test('a conversation holds so many pins, and not one more; each that goes makes room', async () => {
  const messages = Array.from({ length: PINS_MAX + 2 }, () => send(group))
  await campus.accept(ann, ...messages)
  const ids = messages.map(({ id }) => id)
  const [first = '', second = ''] = ids
  const [last = '', other = ''] = ids.slice(-2)
  await campus.accept(ann, ...ids.slice(0, PINS_MAX).map((id) => pin(group, id)))
  expect(await refuse(ann, pin(group, last))).toBe('too_many_pins')
  await campus.accept(ann, remove(group, first), pin(group, last))
  expect(await refuse(ann, pin(group, other))).toBe('too_many_pins')
  await campus.accept(ann, pin(group, second, false), pin(group, other))
  expect(await refuse(ann, pin(group, second))).toBe('too_many_pins')
  // Elsewhere there is room.
  const direct = await campus.direct(ann, ben)
  const message = send(direct)
  await campus.accept(ann, message, pin(direct, message.id))
})
test('one batch pins no more than there is room for', async () => {
  const messages = Array.from({ length: PINS_MAX + 1 }, () => send(group))
  const results = await campus.submit(ann, [...messages, ...messages.map(({ id }) => pin(group, id))])
  const codes = results.map((result) => (result.status === 'refused' ? result.code : result.status))
  expect(codes.slice(-2)).toEqual(['accepted', 'too_many_pins'])
})

test('reactions are kept by person, each emoji once, in the order in which they were given', async () => {
  const id = await say()
  await campus.accept(ben, react(group, id, '🎉'), react(group, id, '👍'), react(group, id, '🎉'))
  await campus.accept(cid, react(group, id, '🎉'))
  expect(await listReactions(id)).toMatchObject([
    { userId: ben, emoji: ['🎉', '👍'] },
    { userId: cid, emoji: ['🎉'] },
  ])
})
test('a reaction that is taken away leaves the others, and the last one a tombstone', async () => {
  const id = await say()
  await campus.accept(ben, react(group, id, '🎉'), react(group, id, '👍'))
  await campus.accept(ben, react(group, id, '🎉', false))
  expect(await listReactions(id)).toMatchObject([{ emoji: ['👍'] }])
  await campus.accept(ben, react(group, id, '👍', false))
  expect(await listReactions(id)).toMatchObject([{ emoji: [] }])
})
test('nobody takes away the reaction of somebody else', async () => {
  const id = await say()
  await campus.accept(ben, react(group, id))
  await campus.accept(ann, react(group, id, '👍', false))
  expect(await listReactions(id)).toMatchObject([{ userId: ben, emoji: ['👍'] }])
})
test('a reaction given or taken away twice changes nothing', async () => {
  const id = await say()
  await campus.accept(ben, react(group, id))
  const { length } = campus.published
  await campus.accept(ben, react(group, id), react(group, id, '🎉', false))
  expect(campus.published).toHaveLength(length)
})

test.each(['👍', '❤️', '👩🏽‍🚀', '👨‍👩‍👧‍👦', '🇸🇪', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '1️⃣', '👋🏿'])('%s is an emoji', async (emoji) => {
  const id = await say()
  await campus.accept(ben, react(group, id, emoji))
  expect(await listReactions(id)).toMatchObject([{ emoji: [emoji] }])
})
test.each([
  '',
  'a',
  '1',
  'ok',
  '👍👍',
  '👍 ',
  ':)',
  '👩‍',
  '🇸',
  '\u200d',
  '\ufe0f',
  '\u{e0067}',
  '<b>',
  '漢',
  '👍\u0301',
  '\ud83d',
])('%j is no emoji, and is not kept', async (emoji) => {
  const id = await say()
  expect(await refuse(ben, react(group, id, emoji))).toBe('not_an_emoji')
})

const SEVEN = ['👍', '🎉', '🚀', '👀', '🙏', '🔥', '🍀']
test('one person puts so many emoji under a message, and not one more', async () => {
  const id = await say()
  const within = SEVEN.slice(0, REACTIONS_PER_PERSON_MAX)
  await campus.accept(ben, ...within.map((emoji) => react(group, id, emoji)))
  expect(await refuse(ben, react(group, id, SEVEN.at(-1)))).toBe('too_many_reactions')
  await campus.accept(ben, react(group, id, within[0], false), react(group, id, SEVEN.at(-1)))
  await campus.accept(cid, react(group, id, SEVEN.at(-1)))
  expect((await listReactions(id)).map(({ emoji }) => emoji.length)).toEqual([REACTIONS_PER_PERSON_MAX, 1])
})

/** Reactions of so many people, as if each had reacted. */
async function insertReactions(messageId: string, count: number, firstSeq = 1_000_000_000): Promise<void> {
  const reactions = Array.from({ length: count }, (_, index) => ({
    conversation_id: group,
    message_id: messageId,
    kind: 'reaction' as const,
    user_id: uuidv7(),
    k: 0,
    seq: firstSeq + index,
    body: JSON.stringify({ emoji: ['👍'] }),
  }))
  await campus.store.db.insertInto('annotation').values(reactions).execute()
}

test('so many people react to one message, and not one more', async () => {
  const id = await say()
  await insertReactions(id, REACTING_PEOPLE_MAX - 1)
  await campus.accept(ben, react(group, id))
  expect(await refuse(cid, react(group, id))).toBe('too_many_reactions')
  // Whoever is among them goes on, and whoever takes theirs away makes room.
  await campus.accept(ben, react(group, id, '🎉'))
  await campus.accept(ben, react(group, id, '🎉', false), react(group, id, '👍', false))
  expect(await campus.codeOf(cid, react(group, id))).toBe('accepted')
  expect(await refuse(ben, react(group, id))).toBe('too_many_reactions')
  // Deleted with all of them at once: one batch still holds it.
  await campus.accept(ann, remove(group, id))
  expect((await listReactions(id)).filter(({ emoji }) => emoji.length > 0)).toEqual([])
  await campus.store.db.deleteFrom('annotation').where('message_id', '=', id).execute()
})
test('messages with so many reactions, deleted together, are all deleted', async () => {
  const ids = [await say(), await say(), await say(), await say(), await say()]
  for (const [index, id] of ids.entries()) {
    await insertReactions(id, REACTING_PEOPLE_MAX, 1_000_000_000 + index * REACTING_PEOPLE_MAX)
  }
  await campus.accept(ann, ...ids.map((id) => remove(group, id)))
  for (const id of ids) expect((await listReactions(id)).every(({ emoji }) => emoji.length === 0)).toBe(true)
  expect(campus.errors).toEqual([])
})
