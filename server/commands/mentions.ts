import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { Batch } from '../campus/batch.ts'
import { addPair, type Needs } from '../campus/needs.ts'
import type { ConversationTable, MemberTable, MessageTable } from '../store/schema.ts'

interface Mentions {
  mentions: readonly string[]
  mentionsAll: boolean
}

/** Whoever says it to Everyone, and everybody mentioned, with their membership, or as one of Everyone. */
export function needNamed(needs: Needs, userId: string, conversationId: string, { mentions }: Mentions): void {
  if (conversationId === EVERYONE_ID) needs.speakers.add(userId)
  for (const id of mentions) {
    if (conversationId === EVERYONE_ID) needs.users.add(id)
    else addPair(needs.conversations, conversationId, id)
  }
}

export function checkMentions(
  batch: Batch,
  conversation: ConversationTable,
  { mentions, mentionsAll }: Mentions,
): Refusal | undefined {
  const isIn = (id: string) =>
    conversation.id === EVERYONE_ID ? batch.users.has(id) : isMember(batch.findMember(conversation.id, id))
  if (!mentions.every(isIn)) return refusal('mention_stranger')
  if (mentionsAll && conversation.kind !== 'group')
    return refusal('forbidden', 'Only a group can be mentioned as a whole.')
  return undefined
}

/** Also whoever has not taken up a direct conversation: to the other one they are in it. */
function isMember(member: MemberTable | undefined): boolean {
  return member !== undefined && member.removed !== 1
}

export function toMentionColumns({ mentions, mentionsAll }: Mentions): Pick<MessageTable, 'mentions' | 'mentions_all'> {
  const ids = [...new Set(mentions)]
  return { mentions: ids.length === 0 ? null : ids.join(), mentions_all: mentionsAll ? 1 : 0 }
}
