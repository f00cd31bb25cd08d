import * as v from 'valibot'
import { expect, test } from 'vitest'
import { command, type Command } from '../../shared/protocol/commands.ts'
import { downFrame, type DownFrame } from '../../shared/protocol/down.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { commandsBody, historyQuery, pullPage, pullQuery } from '../../shared/protocol/http.ts'
import { COMMANDS_PER_REQUEST_MAX, GROUP_MEMBERS_MAX } from '../../shared/protocol/limits.ts'
import { row, type Row } from '../../shared/protocol/rows.ts'
import { upFrame, type UpFrame } from '../../shared/protocol/up.ts'

const id = '01a208fd-44ad-7550-9b30-86e2cbc06801'
const conversationId = '207a54b5-37e7-8a0f-bdb1-dfc2074dc749'
const userId = '01a208fd-436c-7666-b452-051f3e189d11'
const message = { id, conversationId, text: 'Are you in the library?', writtenAt: 1_795_447_145_645 }

const commands: { [Type in Command['type']]: Extract<Command, { type: Type }> } = {
  'direct.create': { type: 'direct.create', id, conversationId, userId },
  'group.create': { type: 'group.create', id, conversationId, title: 'Readers', userIds: [userId] },
  'group.rename': { type: 'group.rename', id, conversationId, title: 'Writers' },
  'group.hand-over': { type: 'group.hand-over', id, conversationId, userId },
  'member.add': { type: 'member.add', id, conversationId, userIds: [userId] },
  'member.remove': { type: 'member.remove', id, conversationId, userId },
  'member.leave': { type: 'member.leave', id, conversationId },
  'message.send': { type: 'message.send', ...message },
  'message.edit': { type: 'message.edit', id, conversationId, messageId: id, text: 'Where are you?' },
  'message.delete': { type: 'message.delete', id, conversationId, messageId: id },
  read: { type: 'read', id, conversationId, n: 1 },
  'profile.rename': { type: 'profile.rename', id, name: 'Ada' },
}

const rows: { [Type in Row['type']]: Extract<Row, { type: Type }> } = {
  user: { type: 'user', seq: 2, id: userId, handle: 'ada', name: 'Ada', createdAt: 1 },
  conversation: {
    type: 'conversation',
    seq: 1,
    id: EVERYONE_ID,
    kind: 'everyone',
    title: null,
    creatorId: null,
    createdAt: 1,
  },
  member: { type: 'member', seq: 5, conversationId, userId, since: 5, removed: false },
  message: { type: 'message', seq: 7, ...message, n: 1, authorId: userId, sentAt: 2, editedAt: null },
  reading: { type: 'reading', seq: 8, conversationId, n: 1 },
}

const framesUp: { [Type in UpFrame['type']]: Extract<UpFrame, { type: Type }> } = {
  hello: { type: 'hello', protocol: 1, account: userId, log: 'campus', epoch: '', cursor: 0 },
  resume: { type: 'resume', log: 'campus', epoch: 'epoch', cursor: 8 },
  command: { type: 'command', command: commands['message.send'] },
  pong: { type: 'pong', cursor: 8 },
  probe: { type: 'probe' },
}

const framesDown: { [Type in DownFrame['type']]: Extract<DownFrame, { type: Type }> } = {
  welcome: { type: 'welcome', protocol: 1, epoch: 'epoch', heartbeatMs: 15_000 },
  live: { type: 'live', log: 'campus' },
  behind: { type: 'behind', log: 'campus' },
  rows: { type: 'rows', log: 'campus', from: 0, to: 8, rows: Object.values(rows) },
  ping: { type: 'ping', log: 'campus', from: null, to: null },
  result: { type: 'result', result: { status: 'accepted', id, seq: 8 } },
}

const families: [string, v.GenericSchema, Record<string, { type: string }>][] = [
  ['command', command, commands],
  ['row', row, rows],
  ['frame up', upFrame, framesUp],
  ['frame down', downFrame, framesDown],
]
const examples = families.flatMap(([family, schema, all]) =>
  Object.values(all).map((example) => ({ family, schema, example, type: example.type })),
)

test.each(examples)('a $family of type $type is taken as it is', ({ schema, example }) => {
  expect(v.parse(schema, example)).toEqual(example)
})

test.each(examples)('a $family of type $type is taken without a field that nobody knows', ({ schema, example }) => {
  expect(v.parse(schema, { ...example, colour: 'red' })).toEqual(example)
})

const WRONG = { 'an object': { toString: 'x' }, 'a list': [[]], 'a boolean': true, 'a number below all': -1.5 }

test.each(examples)('a $family of type $type is refused where a field is missing or of another type', (one) => {
  const taken: string[] = []
  for (const name of Object.keys(one.example)) {
    const { [name]: _, ...without } = one.example as Record<string, unknown>
    if (v.is(one.schema, without)) taken.push(`without ${name}`)
    for (const [what, value] of Object.entries(WRONG)) {
      if (v.is(one.schema, { ...one.example, [name]: value })) taken.push(`${name} as ${what}`)
    }
  }
  // A frame that carries a protocol version is understood whatever it says; the connection then compares. A member may be removed.
  const numbers = ['protocol as a number below all', 'heartbeatMs as a number below all', 'removed as a boolean']
  expect(taken.filter((what) => !numbers.includes(what))).toEqual([])
})

test.each(families)('a %s of a type that is none, of no type or that is no object is refused', (_, schema, all) => {
  const [example] = Object.values(all)
  for (const wrong of [{ ...example, type: 'nothing' }, { ...example, type: '__proto__' }, {}, [], null, 'hello', 7]) {
    expect(v.is(schema, wrong)).toBe(false)
  }
})

const people = (count: number) => Array.from({ length: count }, () => userId)
const edges: [string, v.GenericSchema, unknown, boolean][] = [
  ['a group of nobody else', command, { ...commands['group.create'], userIds: [] }, true],
  ['a group of 250 others', command, { ...commands['group.create'], userIds: people(GROUP_MEMBERS_MAX) }, true],
  ['a group of 251 others', command, { ...commands['group.create'], userIds: people(GROUP_MEMBERS_MAX + 1) }, false],
  ['nobody to add', command, { ...commands['member.add'], userIds: [] }, false],
  ['251 people to add', command, { ...commands['member.add'], userIds: people(GROUP_MEMBERS_MAX + 1) }, false],
  ['a group whose title is space', command, { ...commands['group.create'], title: ' ' }, false],
  ['a message before the first to have read', command, { ...commands.read, n: 0 }, false],
  ['a message without text, which the command refuses', command, { ...commands['message.send'], text: '' }, true],
  ['a reading of nothing', row, { ...rows.reading, n: 0 }, true],
  ['a message that was deleted', row, { ...rows.message, text: null }, true],
  ['a conversation of another kind', row, { ...rows.conversation, kind: 'channel' }, false],
  ['a ping to whoever is live', downFrame, { ...framesDown.ping, from: 8, to: 9 }, true],
  ['a frame of no rows', downFrame, { ...framesDown.rows, rows: [] }, true],
  ['a frame with one row that is none', downFrame, { ...framesDown.rows, rows: [{ type: 'event' }] }, false],
  [
    'a refusal with a code that is none',
    downFrame,
    { type: 'result', result: { status: 'refused', id, code: 'because', message: 'No.' } },
    false,
  ],
  ['a wrong command in a right frame', upFrame, { type: 'command', command: { id: 'mine', type: 7 } }, true],
  ['a command without an id', upFrame, { type: 'command', command: { type: 'read' } }, false],
  ['a question for a page', pullQuery, { log: 'campus', epoch: '', cursor: '0' }, true],
  ['a question that waits', pullQuery, { log: 'campus', epoch: 'e', cursor: '8', wait: '1' }, true],
  ['a cursor that is negative', pullQuery, { log: 'campus', epoch: '', cursor: '-1' }, false],
  ['a cursor in another notation', pullQuery, { log: 'campus', epoch: '', cursor: '0x10' }, false],
  ['a cursor of too many digits', pullQuery, { log: 'campus', epoch: '', cursor: '1'.repeat(16) }, false],
  ['a long epoch', pullQuery, { log: 'campus', epoch: 'e'.repeat(41), cursor: '0' }, false],
  ['a wait that is neither', pullQuery, { log: 'campus', epoch: '', cursor: '0', wait: 'yes' }, false],
  ['a question for earlier messages', historyQuery, { conversation: conversationId, before: '51', limit: '50' }, true],
  ['earlier messages than the first', historyQuery, { conversation: conversationId, before: '0' }, false],
  ['a page of no messages', historyQuery, { conversation: conversationId, before: '9', limit: '0' }, false],
  ['a page', pullPage, { epoch: 'e', from: 0, to: 8, head: 8, next: null, rows: Object.values(rows) }, true],
  [
    'a page that does not say whether there is more',
    pullPage,
    { epoch: 'e', from: 0, to: 8, head: 8, rows: [] },
    false,
  ],
  ['no commands', commandsBody, { commands: [] }, false],
  ['a hundred commands', commandsBody, { commands: Array(COMMANDS_PER_REQUEST_MAX).fill({ id }) }, true],
  ['a hundred and one commands', commandsBody, { commands: Array(COMMANDS_PER_REQUEST_MAX + 1).fill({ id }) }, false],
]

test.each(edges)('%s', (_, schema, value, isTaken) => {
  expect(v.is(schema, value)).toBe(isTaken)
})
