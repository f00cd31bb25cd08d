import * as v from 'valibot'
import { id, placeInConversation, seq, timeMs } from './fields.ts'

/** Somebody with an account. Everybody sees every user. */
export const userRow = v.object({
  type: v.literal('user'),
  seq,
  id,
  handle: v.string(),
  name: v.string(),
  createdAt: timeMs,
})

/** A direct conversation has neither title nor creator; Everyone has no creator. */
export const conversationRow = v.object({
  type: v.literal('conversation'),
  seq,
  id,
  kind: v.picklist(['direct', 'group', 'everyone']),
  title: v.nullable(v.string()),
  creatorId: v.nullable(id),
  createdAt: timeMs,
})

/**
 * One person's place in a direct conversation or a group; Everyone has no member rows.
 * `since` is the seq at which this membership began: a new value means that whatever a device holds
 * of the conversation from before is void. `removed` is the tombstone.
 */
export const memberRow = v.object({
  type: v.literal('member'),
  seq,
  conversationId: id,
  userId: id,
  since: seq,
  removed: v.boolean(),
})

/** `text` is null once the message was deleted; the row stays, so that `n` is dense. */
export const messageRow = v.object({
  type: v.literal('message'),
  seq,
  id,
  conversationId: id,
  n: placeInConversation,
  authorId: id,
  text: v.nullable(v.string()),
  writtenAt: timeMs,
  sentAt: timeMs,
  editedAt: v.nullable(timeMs),
})

/** How far the receiver of this row has read. Private: nobody else gets it. */
export const readingRow = v.object({
  type: v.literal('reading'),
  seq,
  conversationId: id,
  n: seq,
})

export const row = v.variant('type', [userRow, conversationRow, memberRow, messageRow, readingRow])

export type UserRow = v.InferOutput<typeof userRow>
export type ConversationRow = v.InferOutput<typeof conversationRow>
export type MemberRow = v.InferOutput<typeof memberRow>
export type MessageRow = v.InferOutput<typeof messageRow>
export type ReadingRow = v.InferOutput<typeof readingRow>
export type Row = v.InferOutput<typeof row>
