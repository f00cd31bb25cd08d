import { refusal } from '../../shared/protocol/errors.ts'
import { REACTING_PEOPLE_MAX, REACTIONS_PER_PERSON_MAX } from '../../shared/protocol/limits.ts'
import type { ReactionRow } from '../../shared/protocol/rows.ts'
import { findUnreached } from '../campus/withheld.ts'
import { findShunning } from './contacts.ts'
import { findMessage, needMessage } from './own-message.ts'
import type { Rule } from './rule.ts'

/** Emoji recommended for general interchange (UTS 51, ED-27). Made here, because TypeScript's target knows no `v` flag. */
const EMOJI = new RegExp('^\\p{RGI_Emoji}$', 'v')

export const setReaction: Rule<'reaction.set'> = {
  needs(needs, userId, command) {
    needMessage(needs, userId, command)
    needs.annotated.set(command.messageId, command.conversationId)
  },
  decide(batch, userId, command) {
    const found = findMessage(batch, userId, command)
    if ('refused' in found) return found.refused
    const { messageId, emoji, on } = command
    const none: ReactionRow = {
      type: 'reaction',
      seq: 0,
      conversationId: found.conversation.id,
      messageId,
      userId,
      emoji: [],
    }
    const mine = batch.findAnnotation(none) ?? none
    const withheldFrom = findUnreached(found.message) ?? findShunning(batch, found.conversation.id, userId)
    if (mine.emoji.includes(emoji) === on) return undefined
    if (!on) {
      batch.setAnnotation({ ...mine, emoji: mine.emoji.filter((one) => one !== emoji) }, withheldFrom)
      return undefined
    }
    if (!EMOJI.test(emoji)) return refusal('not_an_emoji')
    if (found.message.text === null) return refusal('message_deleted')
    const others = batch
      .listAnnotations('reaction', messageId)
      .filter((row) => row.userId !== userId && row.emoji.length > 0)
    if (mine.emoji.length === REACTIONS_PER_PERSON_MAX || others.length >= REACTING_PEOPLE_MAX) {
      return refusal('too_many_reactions')
    }
    batch.setAnnotation({ ...mine, emoji: [...mine.emoji, emoji] }, withheldFrom)
    return undefined
  },
}
