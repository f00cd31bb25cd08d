import { refusal } from '../../shared/protocol/errors.ts'
import type { CampusCommand } from '../campus/command.ts'
import { toFilesColumn } from '../campus/files.ts'
import { withhold } from '../campus/withheld.ts'
import { findOwn, needConversation } from './access.ts'
import { findShunning, followRequest, needDirect, refuseToBlocked } from './contacts.ts'
import { checkMentions, needNamed, toMentionColumns } from './mentions.ts'
import { advanceReading, findReadN } from './read.ts'
import { isSuspended, mayPost } from './roles.ts'
import type { MessageTable } from '../store/schema.ts'
import type { Rule } from './rule.ts'
import { findFiles, needFiles } from './sent-files.ts'
import { checkWords } from './text.ts'

export const sendMessage: Rule<'message.send'> = {
  needs(needs, userId, command) {
    needConversation(needs, command.conversationId, userId)
    needNamed(needs, userId, command.conversationId, command)
    needs.messages.add(command.id)
    needs.standings.add(userId)
    needDirect(needs, command.conversationId)
    needFiles(needs, userId, command)
    if (command.replyToId !== null) needs.messages.add(command.replyToId)
  },
  decide(batch, userId, command) {
    const { id, conversationId, text, writtenAt, replyToId } = command
    const before = batch.messages.get(id)
    // Its row tells that it was sent before: no other record is kept of it.
    if (before !== undefined) return isSame(before, userId, command) ? undefined : refusal('id_taken')
    const conversation = findOwn(batch, conversationId, userId)
    if (conversation === undefined) return refusal('not_a_member')
    if (isSuspended(batch, userId)) return refusal('suspended')
    if (conversation.posting === 'nobody')
      return refusal('posting_closed', 'Whoever this was with deleted their account.')
    const other = batch.findOther(conversationId, userId)
    const blocked = other && refuseToBlocked(batch, userId, other.user_id)
    if (blocked !== undefined) return blocked
    if (!mayPost(batch, conversation, userId)) return refusal('posting_closed')
    const found = findFiles(batch, userId, command)
    if ('refused' in found) return found.refused
    const refused = checkWords(text, found.files.length) ?? checkMentions(batch, conversation, command)
    if (refused !== undefined) return refused
    const answered = replyToId === null ? undefined : batch.messages.get(replyToId)
    if (replyToId !== null && answered?.conversation_id !== conversationId) return refusal('reply_elsewhere')
    const n = batch.takeNumber(conversation)
    const shunning = findShunning(batch, conversationId, userId)
    const message: MessageTable = {
      id,
      seq: 0,
      conversation_id: conversationId,
      n,
      author_id: userId,
      text,
      // A device whose clock runs ahead must not write into the future.
      written_at: Math.min(writtenAt, batch.now),
      sent_at: batch.now,
      edited_at: null,
      reply_to_id: replyToId,
      reply_to_n: answered?.n ?? null,
      ...toMentionColumns(command),
      forwarded: command.forwarded ? 1 : 0,
      pinned_at: null,
      pinned_by: null,
      edits: 0,
      files: toFilesColumn(found.files),
      taken_away: 0,
      withheld: shunning === null ? null : withhold(shunning),
    }
    batch.setMessage(message)
    followRequest(batch, message)
    // One's own words are read. What others wrote above them may not have been: this may be an answer to
    // less than that, written with no network.
    if (findReadN(batch, conversationId, userId) === n - 1) advanceReading(batch, conversationId, userId, n)
    return undefined
  },
}

/** Whether this is the message that its author sends again, as far as nobody has changed it since. */
function isSame(
  before: MessageTable,
  userId: string,
  command: Extract<CampusCommand, { type: 'message.send' }>,
): boolean {
  if (before.author_id !== userId || before.conversation_id !== command.conversationId) return false
  if (before.reply_to_id !== command.replyToId) return false
  if (before.written_at !== Math.min(command.writtenAt, before.sent_at)) return false
  const isChanged = before.text === null || before.edits > 0
  return isChanged || before.text === command.text
}
