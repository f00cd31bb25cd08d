import { EVERYONE_ID } from '../fields.ts'
import type { MessageFile } from '../files.ts'
import type { EventRow, LiveRow } from '../rows.ts'
import { createIn, createOut, Malformed } from './bytes.ts'
import * as c from './columns.ts'

/*
 * Rows as bytes: what rows.ts says of each kind, field by field in the order of its table here. Both ends have the same
 * tables, so that no name travels, nor what is as it mostly is. A server writes for a version what that version has:
 * fields and kinds of a later one come after these, each at the end of its table.
 */

export type Of<Type extends LiveRow['type']> = Omit<Extract<LiveRow, { type: Type }>, 'type'>

export const person = c.idOf('person')
export const conversation = c.idOf('conversation')
export const message = c.idOf('message')

const file = c.group<MessageFile>({
  id: c.idOf('file'),
  kind: c.choice(['photo', 'voice', 'audio', 'video', 'document']),
  name: c.text,
  type: c.text,
  bytes: c.anyNumber,
  width: c.optional(c.nearNumber),
  height: c.optional(c.nearNumber),
  preview: c.optional(c.text),
  durationMs: c.optional(c.anyNumber),
  description: c.optional(c.text),
})

const change = c.either<EventRow['change'], 'kind'>('kind', {
  began: c.group({ title: c.text }),
  added: c.group({ userIds: c.list(person) }),
  removed: c.group({ userId: person }),
  left: c.group({ leaderId: c.orNull(person) }),
  renamed: c.group({ title: c.text }),
  'handed-over': c.group({ userId: person }),
  picture: c.group({ isSet: c.orFalse }),
  description: c.group({ isSet: c.orFalse }),
  governed: c.group({ posting: c.choice(['everybody', 'leaders', 'moderators']), slowSeconds: c.anyNumber }),
  asked: c.group({ userIds: c.list(person) }),
  joined: c.group({}),
})

const runs = c.list(c.anyNumber)

export const rows = c.list(
  c.either<LiveRow, 'type'>('type', {
    user: c.group<Of<'user'>>({
      seq: c.nearNumber,
      createdAt: c.nearNumber,
      id: c.ownId('person', 'createdAt'),
      handle: c.text,
      name: c.text,
      pictureId: c.orNull(c.idOf('picture')),
      former: c.optional(c.flag),
    }),
    conversation: c.group<Of<'conversation'>>({
      seq: c.nearNumber,
      createdAt: c.nearNumber,
      id: conversation,
      kind: c.choice(['direct', 'group', 'everyone']),
      title: c.orNull(c.text),
      creatorId: c.orNull(person),
      pictureId: c.optional(c.idOf('picture')),
      description: c.optional(c.text),
      crowded: c.optional(c.flag),
      posting: c.optional(c.choice(['leaders', 'moderators', 'nobody'])),
      slowSeconds: c.optional(c.anyNumber),
    }),
    member: c.group<Of<'member'>>({
      seq: c.nearNumber,
      conversationId: conversation,
      userId: person,
      since: c.after('seq'),
      removed: c.orFalse,
      removedBy: c.optional(person),
      removedAt: c.optional(c.nearNumber),
    }),
    message: c.group<Of<'message'>>({
      seq: c.nearNumber,
      writtenAt: c.nearNumber,
      sentAt: c.after('writtenAt'),
      id: c.ownId('message', 'writtenAt'),
      conversationId: conversation,
      n: c.nearNumber,
      authorId: person,
      text: c.orNull(c.text),
      editedAt: c.orNull(c.after('sentAt')),
      replyTo: c.orNull(c.group({ messageId: message, n: c.nearNumber })),
      mentions: c.orNone(person),
      mentionsAll: c.orFalse,
      forwarded: c.orFalse,
      pinnedAt: c.orNull(c.after('sentAt')),
      pinnedBy: c.optional(person),
      edits: c.orZero(c.anyNumber),
      files: c.optional(c.list(file)),
      takenAway: c.optional(c.flag),
    }),
    revision: c.group<Of<'revision'>>({
      seq: c.nearNumber,
      conversationId: conversation,
      messageId: message,
      k: c.anyNumber,
      text: c.orNull(c.text),
      at: c.nearNumber,
    }),
    reaction: c.group<Of<'reaction'>>({
      seq: c.nearNumber,
      conversationId: conversation,
      messageId: message,
      userId: person,
      emoji: c.list(c.text),
    }),
    event: c.group<Of<'event'>>({
      seq: c.nearNumber,
      at: c.nearNumber,
      id: c.ownId('event', 'at'),
      conversationId: conversation,
      n: c.nearNumber,
      byId: person,
      change,
    }),
    delivery: c.group<Of<'delivery'>>({
      seq: c.nearNumber,
      conversationId: conversation,
      userId: person,
      n: c.nearNumber,
    }),
    seen: c.group<Of<'seen'>>({
      seq: c.nearNumber,
      conversationId: conversation,
      userId: person,
      steps: c.list(c.group({ n: c.nearNumber, at: c.nearNumber })),
    }),
    reading: c.group<Of<'reading'>>({ seq: c.nearNumber, conversationId: conversation, n: c.nearNumber }),
    setting: c.group<Of<'setting'>>({
      seq: c.nearNumber,
      conversationId: conversation,
      mutedUntil: c.orNull(c.anyNumber),
      pinned: c.orFalse,
      archivedN: c.orNull(c.anyNumber),
      markedUnread: c.orFalse,
    }),
    draft: c.group<Of<'draft'>>({
      seq: c.nearNumber,
      conversationId: conversation,
      text: c.text,
      replyToId: c.orNull(message),
      changedAt: c.nearNumber,
    }),
    preference: c.group<Of<'preference'>>({
      seq: c.nearNumber,
      seen: c.orFalse,
      presence: c.orFalse,
      directFrom: c.optional(c.choice(['shared-group', 'nobody'])),
      addFrom: c.optional(c.choice(['shared-group', 'nobody'])),
    }),
    hidden: c.group<Of<'hidden'>>({
      seq: c.nearNumber,
      conversationId: conversation,
      messageId: message,
      hidden: c.orFalse,
    }),
    receipts: c.group<Of<'receipts'>>({
      seq: c.nearNumber,
      conversationId: conversation,
      received: c.list(c.tuple(c.anyNumber, runs)),
      seen: c.list(c.tuple(c.anyNumber, c.anyNumber, runs)),
    }),
    standing: c.group<Of<'standing'>>({
      seq: c.nearNumber,
      role: c.choice(['member', 'moderator', 'operator']),
      suspended: c.orNull(c.group({ at: c.nearNumber, reason: c.text })),
    }),
    block: c.group<Of<'block'>>({ seq: c.nearNumber, userId: person, blocked: c.orFalse, at: c.nearNumber }),
    request: c.group<Of<'request'>>({
      seq: c.nearNumber,
      conversationId: conversation,
      state: c.choice(['asked', 'answered', 'left']),
      kind: c.choice(['direct', 'group']),
      byId: c.orNull(person),
      at: c.nearNumber,
      title: c.orNull(c.text),
      messages: c.list(c.group({ id: message, text: c.text, at: c.nearNumber })),
    }),
  }),
)

/** The ids that both ends know beforehand. */
export const KNOWN_IDS = { conversation: [EVERYONE_ID] }

/** Rows as bytes; those of several calls may stand one after the other. Throws `Malformed` for a row that is none. */
export function packRows(packed: readonly LiveRow[]): Uint8Array {
  const out = createOut(KNOWN_IDS)
  rows.write([[...packed]], out, [])
  return out.take()
}

/** What was packed, unchecked but for its form. Throws `Malformed`. */
export function unpackRows(bytes: Uint8Array): LiveRow[] {
  const from = createIn(bytes, KNOWN_IDS)
  const [found = []] = rows.read(1, from, [])
  if (!from.isAtEnd()) throw new Malformed('more follows than was promised')
  return found
}
