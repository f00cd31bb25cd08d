import { refusal } from '../../shared/protocol/errors.ts'
import { EDITS_MAX } from '../../shared/protocol/limits.ts'
import { toMessageFiles } from '../campus/files.ts'
import { withoutFileWords } from '../campus/known-rows.ts'
import { findUnreached, withholdEdit, withoutEdits } from '../campus/withheld.ts'
import { findShunning, followRequest } from './contacts.ts'
import { checkMentions, needNamed, toMentionColumns } from './mentions.ts'
import { findOwnMessage, needMessage } from './own-message.ts'
import type { Rule } from './rule.ts'
import { checkWords } from './text.ts'

/** The text that stood until now becomes a revision. */
export const editMessage: Rule<'message.edit'> = {
  needs(needs, userId, command) {
    needMessage(needs, userId, command)
    needNamed(needs, userId, command.conversationId, command)
  },
  decide(batch, userId, command) {
    const found = findOwnMessage(batch, userId, command)
    if ('refused' in found) return found.refused
    const { conversation, message } = found
    if (message.text === null) return refusal('message_deleted')
    const files = toMessageFiles(message)
    const text = withoutFileWords(command.text, files)
    const refused = checkWords(text, files.length) ?? checkMentions(batch, conversation, command)
    if (refused !== undefined) return refused
    if (message.text === text) return undefined
    if (message.edits === EDITS_MAX) return refusal('too_many_edits')
    const edits = message.edits + 1
    const shunning = findShunning(batch, conversation.id, userId)
    batch.setAnnotation(
      {
        type: 'revision',
        seq: 0,
        conversationId: conversation.id,
        messageId: message.id,
        k: edits,
        text: message.text,
        at: message.edited_at ?? message.sent_at,
      },
      findUnreached(message) ?? shunning,
    )
    const edited = { ...message, text, edited_at: batch.now, edits, ...toMentionColumns(command) }
    const withheld = shunning === null ? withoutEdits(message) : withholdEdit(message, shunning)
    batch.setMessage({ ...edited, withheld })
    followRequest(batch, edited)
    return undefined
  },
}
