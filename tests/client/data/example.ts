import type { Command, CommandOf } from '../../../shared/protocol/commands.ts'
import type {
  ConversationRow,
  EventRow,
  MemberRow,
  MessageRow,
  HiddenRow,
  ReactionRow,
  SettingRow,
  UserRow,
} from '../../../shared/protocol/rows.ts'
import { createFindPerson, type FindPerson } from '../../../client/data/people/person.ts'
import type { OutboxEntry, OutboxState } from '../../../client/sync/database.ts'

/** Rows of a small campus. Ann is the person whose device this is. */
export const NOON = Date.UTC(2026, 4, 4, 12)
export const MINUTE = 60_000

export const ann = exampleId(1)
export const ben = exampleId(2)
export const eva = exampleId(3)
export const group = exampleId(100)

export const users: UserRow[] = [user(ann, 'Ann'), user(ben, 'Ben'), user(eva, 'Eva')]
export const findPerson: FindPerson = createFindPerson(users, [], ann)

export function exampleId(number: number): string {
  return `018f0000-0000-7000-8000-${String(number).padStart(12, '0')}`
}

export function user(id: string, name: string): UserRow {
  return { type: 'user', seq: 1, id, handle: name.toLowerCase(), name, pictureId: null, createdAt: NOON }
}

export function conversation(row: Partial<ConversationRow> = {}): ConversationRow {
  return {
    type: 'conversation',
    seq: 1,
    id: group,
    kind: 'group',
    title: 'Film club',
    creatorId: ann,
    createdAt: NOON,
    ...row,
  }
}

export function member(userId: string, conversationId = group): MemberRow {
  return { type: 'member', seq: 1, conversationId, userId, since: 1, removed: false }
}

export function message(n: number, row: Partial<MessageRow> = {}): MessageRow {
  return {
    type: 'message',
    seq: n,
    id: exampleId(1_000 + n),
    conversationId: group,
    n,
    authorId: ben,
    text: `text ${n}`,
    writtenAt: NOON + n * MINUTE,
    sentAt: NOON + n * MINUTE,
    editedAt: null,
    replyTo: null,
    mentions: [],
    mentionsAll: false,
    forwarded: false,
    pinnedAt: null,
    edits: 0,
    ...row,
  }
}

let events = 0

/** What somebody did to the group after a message. */
export function event(n: number, change: EventRow['change'], byId = ann, at = NOON + n * MINUTE): EventRow {
  const seq = 2_000 + events++
  return { type: 'event', seq, id: exampleId(7_000 + seq), conversationId: group, n, at, byId, change }
}

let commands = 5_000

/** A command's id, never the same twice. */
export function commandId(): string {
  return exampleId(commands++)
}

export function entry(command: Command, state: OutboxState = { kind: 'waiting' }): OutboxEntry {
  return {
    position: commands++,
    id: command.id,
    conversationId: 'conversationId' in command ? command.conversationId : '',
    command,
    state,
    queuedAt: NOON,
  }
}

export const refused: OutboxState = {
  kind: 'refused',
  code: 'not_a_member',
  message: 'You are not in this conversation.',
}

export function send(
  text: string,
  conversationId = group,
  more: Partial<CommandOf<'message.send'>> = {},
): CommandOf<'message.send'> {
  return {
    ...{ type: 'message.send', id: commandId(), conversationId, text, writtenAt: NOON, replyToId: null },
    ...{ mentions: [], mentionsAll: false, forwarded: false },
    ...more,
  }
}

export function edit(messageId: string, text: string, more: Partial<CommandOf<'message.edit'>> = {}): Command {
  return {
    ...{ type: 'message.edit', id: commandId(), conversationId: group, messageId, text, mentions: [] },
    ...{ mentionsAll: false, ...more },
  }
}

export function react(messageId: string, emoji: string, on = true): Command {
  return { type: 'reaction.set', id: commandId(), conversationId: group, messageId, emoji, on }
}

/** What somebody put under the message with this n. */
export function reaction(n: number, userId: string, emoji: string[], seq: number): ReactionRow {
  return { type: 'reaction', seq, conversationId: group, messageId: exampleId(1_000 + n), userId, emoji }
}

/** Whether one has deleted the message with this n for oneself. */
export function hidden(n: number, isHidden = true, seq = 9): HiddenRow {
  return { type: 'hidden', seq, conversationId: group, messageId: exampleId(1_000 + n), hidden: isHidden }
}

export function hide(messageId: string, isHidden = true): Command {
  return { type: 'message.hide', id: commandId(), conversationId: group, messageId, hidden: isHidden }
}

export function pin(messageId: string, pinned = true): Command {
  return { type: 'message.pin', id: commandId(), conversationId: group, messageId, pinned }
}

export function arrange(fields: Partial<CommandOf<'conversation.set'>>): Command {
  return { type: 'conversation.set', id: commandId(), conversationId: group, ...fields }
}

export function setting(row: Partial<SettingRow> = {}): SettingRow {
  return {
    ...{ type: 'setting', seq: 1, conversationId: group, mutedUntil: null, pinned: false, archivedN: null },
    ...{ markedUnread: false, ...row },
  }
}

export function remove(messageId: string): Command {
  return { type: 'message.delete', id: commandId(), conversationId: group, messageId }
}
