import type { Selectable } from 'kysely'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type {
  ConversationRow,
  HiddenRow,
  MemberRow,
  MessageRow,
  PreferenceRow,
  ReadingRow,
  StandingRow,
  UserRow,
} from '../../shared/protocol/rows.ts'
import type {
  ConversationTable,
  HiddenMessageTable,
  MemberTable,
  MessageTable,
  PreferenceTable,
  ReadingTable,
  StandingTable,
  UserTable,
} from '../store/schema.ts'
import { toMessageFiles } from './files.ts'
import type { LogRow } from './types.ts'

/*
 * From the tables' records to the rows of the contract, each with its audience. The members of
 * Everyone are everybody, so its rows go to all.
 */

/** Who hears of somebody is everybody, unless Everyone is crowded. */
export function fromUser(user: Selectable<UserTable>, audience: LogRow['audience'] = { kind: 'all' }): LogRow<UserRow> {
  return {
    row: {
      type: 'user',
      seq: user.seq,
      id: user.id,
      handle: user.handle,
      name: user.name,
      pictureId: user.picture_id,
      createdAt: user.created_at,
      ...(user.former === 1 && { former: true }),
    },
    audience,
  }
}

export function fromConversation(conversation: Selectable<ConversationTable>): LogRow<ConversationRow> {
  return {
    row: {
      type: 'conversation',
      seq: conversation.seq,
      id: conversation.id,
      kind: conversation.kind,
      title: conversation.title,
      creatorId: conversation.creator_id,
      createdAt: conversation.created_at,
      ...(conversation.picture_id !== null && { pictureId: conversation.picture_id }),
      ...(conversation.description !== null && { description: conversation.description }),
      ...(conversation.kind === 'everyone' && { crowded: conversation.crowded === 1 }),
      ...(conversation.posting !== null && { posting: conversation.posting }),
      ...(conversation.slow_seconds > 0 && { slowSeconds: conversation.slow_seconds }),
    },
    audience: membersOf(conversation.id),
  }
}

export function fromMember(member: Selectable<MemberTable>): LogRow<MemberRow> {
  return {
    row: {
      type: 'member',
      seq: member.seq,
      conversationId: member.conversation_id,
      userId: member.user_id,
      since: member.since,
      removed: member.removed === 1,
      ...(member.removed === 1 && member.removed_by !== null && { removedBy: member.removed_by }),
      ...(member.removed === 1 && member.removed_at !== null && { removedAt: member.removed_at }),
    },
    audience: toHearers(member),
  }
}

/** Whoever is asked hears nothing of it but the question: to the others they are a member. */
function toHearers({ conversation_id, user_id, removed }: Selectable<MemberTable>): LogRow['audience'] {
  const audience = membersOf(conversation_id)
  return removed === 2 && audience.kind === 'members' ? { ...audience, except: user_id } : audience
}

export function fromMessage(message: Selectable<MessageTable>): LogRow<MessageRow> {
  return {
    row: {
      type: 'message',
      seq: message.seq,
      id: message.id,
      conversationId: message.conversation_id,
      n: message.n,
      authorId: message.author_id,
      text: message.text,
      writtenAt: message.written_at,
      sentAt: message.sent_at,
      editedAt: message.edited_at,
      replyTo:
        message.reply_to_id === null || message.reply_to_n === null
          ? null
          : { messageId: message.reply_to_id, n: message.reply_to_n },
      mentions: toMentions(message),
      mentionsAll: message.mentions_all === 1,
      forwarded: message.forwarded === 1,
      pinnedAt: message.pinned_at,
      ...(message.pinned_by !== null && { pinnedBy: message.pinned_by }),
      edits: message.edits,
      ...(message.files !== null && { files: toMessageFiles(message) }),
      ...(message.taken_away === 1 && { takenAway: true }),
    },
    audience: membersOf(message.conversation_id),
  }
}

export function fromReading(reading: Selectable<ReadingTable>): LogRow<ReadingRow> {
  return {
    row: { type: 'reading', seq: reading.seq, conversationId: reading.conversation_id, n: reading.n },
    audience: { kind: 'user', userId: reading.user_id },
  }
}

/** Not told of a conversation that somebody does not know yet. */
export function fromHidden(record: Selectable<HiddenMessageTable>): LogRow<HiddenRow> {
  const { user_id, conversation_id: conversationId, message_id: messageId, seq, hidden } = record
  const audience = membersOf(conversationId)
  return {
    row: { type: 'hidden', seq, conversationId, messageId, hidden: hidden === 1 },
    audience: audience.kind === 'members' ? { ...audience, only: user_id } : { kind: 'user', userId: user_id },
  }
}

export function fromStanding({
  user_id: userId,
  seq,
  role,
  suspended_at: at,
  suspended_for: reason,
}: Selectable<StandingTable>): LogRow<StandingRow> {
  const suspended = at === null ? null : { at, reason: reason ?? '' }
  return { row: { type: 'standing', seq, role, suspended }, audience: { kind: 'user', userId } }
}

export function fromPreference(preference: Selectable<PreferenceTable>): LogRow<PreferenceRow> {
  return {
    row: {
      type: 'preference',
      seq: preference.seq,
      seen: preference.seen === 1,
      presence: preference.presence === 1,
      ...(preference.direct_from !== null && { directFrom: preference.direct_from }),
      ...(preference.add_from !== null && { addFrom: preference.add_from }),
    },
    audience: { kind: 'user', userId: preference.user_id },
  }
}

/** The user ids that a message mentions by name. */
export function toMentions({ mentions }: Pick<MessageTable, 'mentions'>): string[] {
  return mentions === null ? [] : mentions.split(',')
}

export function membersOf(conversationId: string): LogRow['audience'] {
  return conversationId === EVERYONE_ID ? { kind: 'all' } : { kind: 'members', conversationId }
}
