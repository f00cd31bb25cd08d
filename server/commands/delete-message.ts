import type { Batch } from '../campus/batch.ts'
import { findUnreached, withoutEdits } from '../campus/withheld.ts'
import type { MessageTable } from '../store/schema.ts'
import { followRequest } from './contacts.ts'
import { findOwnMessage, needMessage } from './own-message.ts'
import type { Rule } from './rule.ts'

export const deleteMessage: Rule<'message.delete'> = {
  needs(needs, userId, command) {
    needMessage(needs, userId, command)
    needs.annotated.set(command.messageId, command.conversationId)
  },
  decide(batch, userId, command) {
    const found = findOwnMessage(batch, userId, command)
    if ('refused' in found) return found.refused
    const { message } = found
    if (message.text !== null) eraseMessage(batch, message, { isTakenAway: false })
    return undefined
  },
}

/** The row stays as a tombstone: its text is gone, in every version, its number is not. Only of messages in `needs.annotated`. */
export function eraseMessage(batch: Batch, message: MessageTable, { isTakenAway }: { isTakenAway: boolean }): void {
  const unreached = findUnreached(message) ?? null
  for (const revision of batch.listAnnotations('revision', message.id)) {
    batch.setAnnotation({ ...revision, text: null }, unreached)
  }
  for (const reaction of batch.listAnnotations('reaction', message.id)) {
    if (reaction.emoji.length > 0) batch.setAnnotation({ ...reaction, emoji: [] }, unreached)
  }
  const erased: MessageTable = {
    ...message,
    text: null,
    edited_at: null,
    mentions: null,
    mentions_all: 0,
    pinned_at: null,
    pinned_by: null,
    edits: 0,
    files: null,
    taken_away: isTakenAway ? 1 : 0,
    withheld: withoutEdits(message),
  }
  batch.setMessage(erased)
  followRequest(batch, erased)
}
