import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { submitCommands } from '../../../server/commands/submit.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { toText, BASELINE } from '../files/example-pictures.ts'
import {
  type Campus,
  createCampus,
  dump,
  edit,
  pin,
  react,
  receive,
  send,
  setConversation,
  setDraft,
  setPicture,
  setPreference,
} from '../../support/campus.ts'

let backend: Backend
let campus: Campus
let ann: string
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
  ann = await campus.register()
})
afterAll(() => backend.dispose())

const submit = (...received: { id: string }[]) => submitCommands(campus.sequencer, ann, received)
const statuses = async (...received: { id: string }[]) =>
  (await submit(...received)).map((result) => (result.status === 'refused' ? result.code : 'accepted'))

test('after a request in which no command is in form, the next one is done', async () => {
  expect(await statuses({ id: uuidv7() })).toEqual(['bad_request'])
  expect(await statuses(send())).toEqual(['accepted'])
})

test('a command that is not in form is answered in its place, and its neighbours are done', async () => {
  const [first, second] = [send(), send()]
  const results = await submit(first, { id: 'not an id' }, second)
  expect(results).toEqual([
    { status: 'accepted', id: first.id, seq: expect.any(Number) as number },
    { status: 'refused', id: 'not an id', code: 'bad_request', message: expect.any(String) as string },
    { status: 'accepted', id: second.id, seq: expect.any(Number) as number },
  ])
})

const emoji = '👩‍🎓'
const texts: [name: string, text: unknown, status: string, stored?: string][] = [
  ['10,000 characters', 'x'.repeat(10_000), 'accepted'],
  ['10,001 characters', 'x'.repeat(10_001), 'text_too_long'],
  ['5,000 characters outside the basic plane', '😀'.repeat(5_000), 'accepted'],
  ['5,001 characters outside the basic plane', '😀'.repeat(5_001), 'text_too_long'],
  ['an emoji of several code points', emoji, 'accepted'],
  ['tabs and line feeds', 'a\tb\nc', 'accepted'],
  ['any script', 'Ünïcödé 漢字 עברית', 'accepted'],
  ['quotes and backslashes', `'"\\%_;-- \\0`, 'accepted'],
  ['nothing', '', 'text_empty'],
  ['white space alone', ' \n\t\u00a0', 'text_empty'],
  ['control characters alone', '\u0000\u001b', 'text_empty'],
  ['a high surrogate alone', 'a\ud83d', 'accepted', 'a\ufffd'],
  ['a null character', 'a\u0000b', 'accepted', 'ab'],
  ['an escape character', '\u001b[31m', 'accepted', '[31m'],
  ['a carriage return', 'a\r\nb', 'accepted', 'a\nb'],
  ['a line separator', 'a\u2028b', 'accepted', 'a\nb'],
  ['a number', 5, 'bad_request'],
  ['null', null, 'bad_request'],
  ['an object', { $ne: '' }, 'bad_request'],
]
test.each(texts)('a message of %s is answered', async (_, text, status, stored = text) => {
  const before = await dump(campus.store)
  const command = { ...send(), text } as { id: string }
  expect(await statuses(command)).toEqual([status])
  if (status !== 'accepted') return expect(await dump(campus.store)).toEqual(before)
  const rows = await campus.store.db.selectFrom('message').select('text').where('id', '=', command.id).execute()
  expect(rows).toEqual([{ text: stored }])
})

const malformed: [name: string, changes: Record<string, unknown>][] = [
  ['an unknown type', { type: 'message.shout' }],
  ['the type that only the server gives', { type: 'user.register', handle: 'root', name: 'Root' }],
  ['no type', { type: undefined }],
  ['a type from the prototype', { type: '__proto__' }],
  ['an upper-case id', { id: uuidv7().toUpperCase() }],
  ['an id with a wild card', { id: '%' }],
  ['no conversation', { conversationId: undefined }],
  ['a conversation that is a list', { conversationId: [EVERYONE_ID] }],
  ['a time that is no number', { writtenAt: '2026-01-01' }],
  ['a time with a fraction', { writtenAt: 1.5 }],
  ['a time before 1970', { writtenAt: -1 }],
  ['a time beyond all dates', { writtenAt: Number.MAX_SAFE_INTEGER }],
]
test.each(malformed)('a command with %s is refused, and nothing is written', async (_, changes) => {
  const before = await dump(campus.store)
  expect(await statuses({ ...send(), ...changes })).toEqual(['bad_request'])
  expect(await dump(campus.store)).toEqual(before)
})

const ids = (count: number) => Array.from({ length: count }, () => uuidv7())
const beyond: [name: string, command: { id: string }, changes: Record<string, unknown>][] = [
  ['mentions of 51 people', send(), { mentions: ids(51) }],
  ['mentions that are handles', send(), { mentions: ['@ben'] }],
  ['mentions that are no list', send(), { mentions: { length: 1 } }],
  ['a mention of all that is no yes or no', send(), { mentionsAll: 1 }],
  ['a reply to no id', send(), { replyToId: '' }],
  ['a forwarding by somebody', send(), { forwarded: 'by Ann' }],
  ['an edit that mentions 51 people', edit(EVERYONE_ID, uuidv7()), { mentions: ids(51) }],
  ['a pin that is no yes or no', pin(EVERYONE_ID, uuidv7()), { pinned: 'yes' }],
  ['an emoji of 41 characters', react(EVERYONE_ID, uuidv7()), { emoji: 'x'.repeat(41) }],
  ['a list of emoji', react(EVERYONE_ID, uuidv7()), { emoji: ['👍'] }],
  ['nothing received', receive(EVERYONE_ID, 1), { positions: [] }],
  [
    'more received than fits',
    receive(EVERYONE_ID, 1),
    { positions: ids(101).map((conversationId) => ({ conversationId, n: 1 })) },
  ],
  ['received at 0', receive(EVERYONE_ID, 1), { positions: [{ conversationId: EVERYONE_ID, n: 0 }] }],
  ['muted before 1970', setConversation(EVERYONE_ID, {}), { mutedUntil: -1 }],
  ['archived at half a message', setConversation(EVERYONE_ID, {}), { archivedN: 0.5 }],
  ['a draft of no text', setDraft(EVERYONE_ID, ''), { text: null }],
  ['a draft beyond all dates', setDraft(EVERYONE_ID, ''), { changedAt: Number.MAX_SAFE_INTEGER }],
  ['a preference that is no yes or no', setPreference({}), { seen: null }],
  ['a picture that is not base64', setPicture(null), { picture: 'data:image/jpeg;base64,/9j/' }],
  ['a picture with line breaks', setPicture(null), { picture: `${toText(BASELINE).slice(0, 76)}\n` }],
  ['a picture of 50 MB', setPicture(null), { picture: 'A'.repeat(50_000_000) }],
]
test.each(beyond)('%s is refused in form, and nothing is written', async (_, command, changes) => {
  const before = await dump(campus.store)
  const results = await submit({ ...command, ...changes })
  expect(results).toMatchObject([{ status: 'refused', code: 'bad_request' }])
  expect(JSON.stringify(results).length).toBeLessThan(500)
  expect(await dump(campus.store)).toEqual(before)
})

test('a text of 10 MB is refused, and nothing is written', async () => {
  const before = await dump(campus.store)
  const text = '*_`$'.repeat(2_500_000)
  expect(await statuses(send(EVERYONE_ID, text), setDraft(EVERYONE_ID, text))).toEqual([
    'text_too_long',
    'text_too_long',
  ])
  expect(await dump(campus.store)).toEqual(before)
})

test('a message as an app of version 1 sends it is taken', async () => {
  const { type, id, conversationId, text, writtenAt } = send()
  expect(await statuses({ type, id, conversationId, text, writtenAt } as { id: string })).toEqual(['accepted'])
})

test('a refusal names the field, and never repeats what was sent', async () => {
  const [result] = await submit({ ...send(), conversationId: '<script>' } as { id: string })
  expect(result).toMatchObject({ code: 'bad_request', message: expect.stringContaining('conversationId') as string })
  expect(JSON.stringify(result)).not.toContain('<script>')
})

test('fields that the contract does not know are left out, and do not make it another command', async () => {
  const command = send()
  expect(await statuses({ ...command, colour: 'red' } as { id: string }, command)).toEqual(['accepted', 'accepted'])
})

test('the order of the fields does not make it another command', async () => {
  const command = send()
  const turned = Object.fromEntries(Object.entries(command).reverse()) as typeof command
  expect(await statuses(command, turned)).toEqual(['accepted', 'accepted'])
})
