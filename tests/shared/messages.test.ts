import * as v from 'valibot'
import { expect, test } from 'vitest'
import { command, type Command } from '../../shared/protocol/commands.ts'
import { downFrame, type DownFrame } from '../../shared/protocol/down.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import {
  commandsBody,
  historyPage,
  historyQuery,
  pullPage,
  pullQuery,
  seenQuery,
  session,
} from '../../shared/protocol/http.ts'
import {
  COMMANDS_PER_REQUEST_MAX,
  EMOJI_MAX,
  GROUP_MEMBERS_MAX,
  MENTIONS_MAX,
  RECEIVED_MAX,
  WATCHED_MAX,
} from '../../shared/protocol/limits.ts'
import { MUTED_FOR_GOOD, row, type ReceiptsRow, type Row } from '../../shared/protocol/rows.ts'
import { upFrame, type UpFrame } from '../../shared/protocol/up.ts'

const id = '01a208fd-44ad-7550-9b30-86e2cbc06801'
const conversationId = '207a54b5-37e7-8a0f-bdb1-dfc2074dc749'
const userId = '01a208fd-436c-7666-b452-051f3e189d11'
const messageId = '01a208fd-4690-7c02-8f3a-5d1f5b1c9a11'
const message = {
  id,
  conversationId,
  text: 'Are you in the library, @ada?',
  writtenAt: 1_795_447_145_645,
  mentions: [userId],
  mentionsAll: false,
  forwarded: false,
}

const commands: { [Type in Command['type']]: Extract<Command, { type: Type }> } = {
  'direct.create': { type: 'direct.create', id, conversationId, userId },
  'group.create': { type: 'group.create', id, conversationId, title: 'Readers', userIds: [userId] },
  'group.rename': { type: 'group.rename', id, conversationId, title: 'Writers' },
  'group.hand-over': { type: 'group.hand-over', id, conversationId, userId },
  'member.add': { type: 'member.add', id, conversationId, userIds: [userId] },
  'member.remove': { type: 'member.remove', id, conversationId, userId },
  'member.leave': { type: 'member.leave', id, conversationId },
  'message.send': { type: 'message.send', ...message, replyToId: messageId },
  'message.edit': {
    type: 'message.edit',
    id,
    conversationId,
    messageId,
    text: 'Where are you, @ada?',
    mentions: [userId],
    mentionsAll: false,
  },
  'message.delete': { type: 'message.delete', id, conversationId, messageId },
  'message.hide': { type: 'message.hide', id, conversationId, messageId, hidden: true },
  'message.pin': { type: 'message.pin', id, conversationId, messageId, pinned: true },
  'reaction.set': { type: 'reaction.set', id, conversationId, messageId, emoji: '👩🏽‍🔬', on: true },
  receive: { type: 'receive', id, positions: [{ conversationId, n: 7 }] },
  read: { type: 'read', id, conversationId, n: 1 },
  'conversation.set': {
    type: 'conversation.set',
    id,
    conversationId,
    mutedUntil: MUTED_FOR_GOOD,
    pinned: true,
    archivedN: 7,
    markedUnread: false,
  },
  'draft.set': { type: 'draft.set', id, conversationId, text: 'I am', replyToId: messageId, changedAt: 3 },
  'preference.set': {
    type: 'preference.set',
    id,
    seen: false,
    presence: true,
    directFrom: 'everybody',
    addFrom: 'nobody',
  },
  'block.set': { type: 'block.set', id, userId, blocked: true },
  'request.answer': { type: 'request.answer', id, conversationId, accepted: true },
  'member.leave-for-good': { type: 'member.leave-for-good', id, conversationId, forGood: true },
  'group.picture': { type: 'group.picture', id, conversationId, picture: '/9j/2Q==' },
  'group.describe': { type: 'group.describe', id, conversationId, description: 'Films\non Friday' },
  'profile.picture': { type: 'profile.picture', id, picture: '/9j/2Q==' },
  'profile.rename': { type: 'profile.rename', id, name: 'Ada' },
  'message.take-away': { type: 'message.take-away', id, conversationId, messageId, reason: 'An insult' },
  'conversation.govern': { type: 'conversation.govern', id, conversationId, posting: 'leaders', slowSeconds: 30 },
  'role.set': { type: 'role.set', id, userId, role: 'moderator' },
  'suspension.set': { type: 'suspension.set', id, userId, reason: 'Spam' },
}

const rows: { [Type in Row['type']]: Extract<Row, { type: Type }> } = {
  user: { type: 'user', seq: 2, id: userId, handle: 'ada', name: 'Ada', pictureId: id, createdAt: 1 },
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
  message: {
    type: 'message',
    seq: 7,
    ...message,
    n: 2,
    authorId: userId,
    sentAt: 2,
    editedAt: 3,
    replyTo: { messageId, n: 1 },
    pinnedAt: 4,
    edits: 1,
  },
  revision: { type: 'revision', seq: 8, conversationId, messageId, k: 1, text: 'Are you in?', at: 2 },
  event: {
    ...{ type: 'event', seq: 5, id, conversationId, n: 0, at: 1, byId: userId },
    change: { kind: 'added', userIds: [userId] },
  },
  reaction: { type: 'reaction', seq: 9, conversationId, messageId, userId, emoji: ['👍', '🎉'] },
  delivery: { type: 'delivery', seq: 10, conversationId, userId, n: 2 },
  seen: { type: 'seen', seq: 11, conversationId, userId, steps: [{ n: 2, at: 5 }] },
  reading: { type: 'reading', seq: 12, conversationId, n: 1 },
  setting: {
    type: 'setting',
    seq: 13,
    conversationId,
    mutedUntil: null,
    pinned: true,
    archivedN: 2,
    markedUnread: false,
  },
  draft: { type: 'draft', seq: 14, conversationId, text: 'I am', replyToId: messageId, changedAt: 6 },
  preference: { type: 'preference', seq: 15, seen: true, presence: false },
  hidden: { type: 'hidden', seq: 16, conversationId, messageId, hidden: true },
  standing: { type: 'standing', seq: 17, role: 'moderator', suspended: { at: 3, reason: 'Spam' } },
  block: { type: 'block', seq: 18, userId, blocked: true, at: 4 },
  request: {
    ...{ type: 'request', seq: 19, conversationId, state: 'asked', kind: 'direct', byId: userId, at: 5, title: null },
    messages: [{ id: messageId, text: 'Hello', at: 5 }],
  },
}

const receipts: ReceiptsRow = {
  type: 'receipts',
  seq: 16,
  conversationId,
  received: [[2, [3, 2]]],
  seen: [[2, 5, [3, 1]]],
}

const framesUp: { [Type in UpFrame['type']]: Extract<UpFrame, { type: Type }> } = {
  hello: { type: 'hello', protocol: 3, account: userId, log: 'campus', lineage: 'lineage', epoch: '', cursor: 8 },
  resume: { type: 'resume', log: 'campus', lineage: 'lineage', epoch: '', cursor: 8 },
  command: { type: 'command', command: commands['message.send'] },
  pong: { type: 'pong', cursor: 8 },
  probe: { type: 'probe' },
  typing: { type: 'typing', conversationId },
  watch: { type: 'watch', conversationId, userIds: [userId], people: true },
}

const framesDown: { [Type in DownFrame['type']]: Extract<DownFrame, { type: Type }> } = {
  welcome: { type: 'welcome', protocol: 3, epoch: 'epoch', heartbeatMs: 15_000, known: true },
  live: { type: 'live', log: 'campus', lineage: 'lineage', from: 8 },
  lineage: { type: 'lineage', log: 'campus', lineage: 'lineage' },
  beat: { type: 'beat', log: 'campus', lineage: 'lineage', from: 8, to: 9 },
  behind: { type: 'behind', log: 'campus' },
  rows: { type: 'rows', log: 'campus', lineage: 'lineage', from: 0, to: 8, rows: [...Object.values(rows), receipts] },
  ping: { type: 'ping', log: 'campus', lineage: 'lineage', from: null, to: null },
  result: { type: 'result', result: { status: 'accepted', id, seq: 8 } },
  typist: { type: 'typist', conversationId, userId, ttlMs: 6_000 },
  presence: { type: 'presence', userId, state: 'away', lastSeenAt: 7 },
  person: { type: 'person', person: rows.user },
  denied: { type: 'denied', frame: 'typing', code: 'not_a_member', message: 'You are not in this conversation.' },
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

/** What a command may leave out: a device that never heard of it says nothing. */
const OPTIONAL: Partial<Record<Command['type'], string[]>> = {
  'message.send': ['replyToId', 'mentions', 'mentionsAll', 'forwarded'],
  'message.edit': ['mentions', 'mentionsAll'],
  'conversation.set': ['mutedUntil', 'pinned', 'archivedN', 'markedUnread'],
  'preference.set': ['seen', 'presence', 'directFrom', 'addFrom'],
}
/** What a frame may leave out: only one of the two versions has it. */
const OPTIONAL_IN_FRAMES: Record<string, string[]> = {
  hello: ['lineage', 'epoch'],
  resume: ['lineage', 'epoch'],
  welcome: ['known'],
  pong: ['cursor'],
  live: ['lineage', 'from'],
  rows: ['lineage'],
  ping: ['lineage'],
  watch: ['people'],
  beat: ['lineage'],
}
const isCommand = (example: { type: string }): example is Command => example.type in commands
/** Numbers that are only counted or compared with: understood whatever they are. */
const ANY_NUMBER = ['protocol', 'heartbeatMs', 'ttlMs', 'edits']

test.each(examples)('a $family of type $type is refused where a field is missing or of another type', (one) => {
  const taken: string[] = []
  const allowed: string[] = []
  const ofCommand = isCommand(one.example) && one.family === 'command' ? (OPTIONAL[one.example.type] ?? []) : []
  const ofFrame = one.family.startsWith('frame') ? (OPTIONAL_IN_FRAMES[one.example.type] ?? []) : []
  const optional = [...ofCommand, ...ofFrame]
  for (const [name, right] of Object.entries(one.example)) {
    const { [name]: _, ...without } = one.example as Record<string, unknown>
    if (v.is(one.schema, without)) taken.push(`without ${name}`)
    if (optional.includes(name)) allowed.push(`without ${name}`)
    for (const [what, value] of Object.entries(WRONG)) {
      if (v.is(one.schema, { ...one.example, [name]: value })) taken.push(`${name} as ${what}`)
    }
    if (typeof right === 'boolean') allowed.push(`${name} as a boolean`)
    if (ANY_NUMBER.includes(name)) allowed.push(`${name} as a number below all`)
  }
  expect(taken.sort()).toEqual(allowed.sort())
})

test('a message says no more than a device of the first version says', () => {
  const { replyToId: _, mentions: __, mentionsAll: ___, forwarded: ____, ...first } = commands['message.send']
  const plain = { replyToId: null, mentions: [], mentionsAll: false, forwarded: false }
  expect(v.parse(command, first)).toEqual({ ...first, ...plain })
})

test.each(families)('a %s of a type that is none, of no type or that is no object is refused', (_, schema, all) => {
  const [example] = Object.values(all)
  for (const wrong of [{ ...example, type: 'nothing' }, { ...example, type: '__proto__' }, {}, [], null, 'hello', 7]) {
    expect(v.is(schema, wrong)).toBe(false)
  }
})

const people = (count: number) => Array.from({ length: count }, () => userId)
const positions = (count: number) => Array.from({ length: count }, () => ({ conversationId, n: 1 }))
const historyRows = [rows.message, rows.reaction, rows.revision]
const device = { id, device: 'Firefox on Android', createdAt: 1, lastSeenAt: 2, current: true }
const edges: [string, v.GenericSchema, unknown, boolean][] = [
  ['a group of nobody else', command, { ...commands['group.create'], userIds: [] }, true],
  ['a group of 250 others', command, { ...commands['group.create'], userIds: people(GROUP_MEMBERS_MAX) }, true],
  ['a group of 251 others', command, { ...commands['group.create'], userIds: people(GROUP_MEMBERS_MAX + 1) }, false],
  ['nobody to add', command, { ...commands['member.add'], userIds: [] }, false],
  ['251 people to add', command, { ...commands['member.add'], userIds: people(GROUP_MEMBERS_MAX + 1) }, false],
  ['a group whose title is space', command, { ...commands['group.create'], title: ' ' }, false],
  ['a message before the first to have read', command, { ...commands.read, n: 0 }, false],
  ['a message without text, which the command refuses', command, { ...commands['message.send'], text: '' }, true],
  ['a message that mentions 50 people', command, { ...commands['message.send'], mentions: people(MENTIONS_MAX) }, true],
  ['a message that mentions 51', command, { ...commands['message.send'], mentions: people(MENTIONS_MAX + 1) }, false],
  ['a message that mentions a name', command, { ...commands['message.send'], mentions: ['ada'] }, false],
  ['a message that answers none', command, { ...commands['message.send'], replyToId: null }, true],
  ['an edit that mentions 51', command, { ...commands['message.edit'], mentions: people(MENTIONS_MAX + 1) }, false],
  ['an emoji that is none, which the command refuses', command, { ...commands['reaction.set'], emoji: 'x' }, true],
  ['an emoji too long for one', command, { ...commands['reaction.set'], emoji: 'x'.repeat(EMOJI_MAX + 1) }, false],
  ['nothing received', command, { ...commands.receive, positions: [] }, false],
  ['100 conversations received', command, { ...commands.receive, positions: positions(RECEIVED_MAX) }, true],
  ['101 conversations received', command, { ...commands.receive, positions: positions(RECEIVED_MAX + 1) }, false],
  [
    'a message before the first received',
    command,
    { ...commands.receive, positions: [{ conversationId, n: 0 }] },
    false,
  ],
  ['an arrangement that changes nothing', command, { type: 'conversation.set', id, conversationId }, true],
  ['what is muted no more', command, { ...commands['conversation.set'], mutedUntil: null }, true],
  ['what is archived no more', command, { ...commands['conversation.set'], archivedN: null }, true],
  ['an empty conversation archived', command, { ...commands['conversation.set'], archivedN: 0 }, true],
  ['a draft that is gone', command, { ...commands['draft.set'], text: '', replyToId: null }, true],
  ['a preference that changes nothing', command, { type: 'preference.set', id }, true],
  ['a picture that is taken away', command, { ...commands['profile.picture'], picture: null }, true],
  [
    'a picture that is no base64',
    command,
    { ...commands['profile.picture'], picture: 'data:image/jpeg;base64,' },
    false,
  ],
  ['somebody without a picture', row, { ...rows.user, pictureId: null }, true],
  ['a message that answers none, and is not pinned', row, { ...rows.message, replyTo: null, pinnedAt: null }, true],
  ['a message that answers no place', row, { ...rows.message, replyTo: { messageId, n: 0 } }, false],
  ['a revision before the first', row, { ...rows.revision, k: 0 }, false],
  ['a revision of a deleted message', row, { ...rows.revision, text: null }, true],
  ['reactions that were taken away', row, { ...rows.reaction, emoji: [] }, true],
  ['nothing delivered yet', row, { ...rows.delivery, n: 0 }, true],
  ['nothing seen yet', row, { ...rows.seen, steps: [] }, true],
  ['a step to no message', row, { ...rows.seen, steps: [{ n: 0, at: 5 }] }, false],
  ['a draft that was sent', row, { ...rows.draft, text: '', replyToId: null }, true],
  ['a reading of nothing', row, { ...rows.reading, n: 0 }, true],
  ['a message that was deleted', row, { ...rows.message, text: null }, true],
  ['a conversation of another kind', row, { ...rows.conversation, kind: 'channel' }, false],
  ['a ping to whoever is live', downFrame, { ...framesDown.ping, from: 8, to: 9 }, true],
  [
    'somebody of whom nothing is known',
    downFrame,
    { ...framesDown.presence, state: 'unknown', lastSeenAt: null },
    true,
  ],
  ['somebody in a state that is none', downFrame, { ...framesDown.presence, state: 'busy' }, false],
  ['a denial of what is never denied', downFrame, { ...framesDown.denied, frame: 'probe' }, false],
  ['nobody watched', upFrame, { type: 'watch', conversationId: null, userIds: [] }, true],
  ['100 people watched', upFrame, { ...framesUp.watch, userIds: people(WATCHED_MAX) }, true],
  ['101 people watched', upFrame, { ...framesUp.watch, userIds: people(WATCHED_MAX + 1) }, false],
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
  ['a question for a moment', historyQuery, { conversation: conversationId, at: '1795447145645' }, true],
  ['a moment before all', historyQuery, { conversation: conversationId, at: '-1' }, false],
  ['a moment that is a date', historyQuery, { conversation: conversationId, at: '2026-11-23' }, false],
  ['a page of history with what hangs on its messages', historyPage, { epoch: 'e', head: 8, rows: historyRows }, true],
  ['a page of history with what is one’s own', historyPage, { epoch: 'e', head: 8, rows: [rows.reading] }, false],
  ['a question who has seen it', seenQuery, { conversation: conversationId, n: '7' }, true],
  ['a question who has seen the message before the first', seenQuery, { conversation: conversationId, n: '0' }, false],
  ['a question who has seen no message', seenQuery, { conversation: conversationId }, false],
  ['a session of a device that never synced', session, { ...device, lastSyncAt: null, upToDate: false }, true],
  ['a session that does not say when it last synced', session, { ...device, upToDate: false }, false],
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
