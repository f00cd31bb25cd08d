import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import { RECEIPT_MEMBERS_MAX } from '../../shared/protocol/limits.ts'
import type { Batch } from '../campus/batch.ts'
import { addConversation, addPair, type Needs } from '../campus/needs.ts'
import type { ConversationTable } from '../store/schema.ts'

/** The conversation with one's own membership: what every command about a conversation looks at first. */
export function needConversation(needs: Needs, conversationId: string, userId: string): void {
  addPair(needs.conversations, conversationId, userId)
}

/** Oneself, and who is to hear of a change: in a crowd not everybody. */
export function needSelf(needs: Needs, userId: string): void {
  needs.users.add(userId)
  needs.circles.add(userId)
  addConversation(needs.conversations, EVERYONE_ID)
}

/** The conversation, if the user is in it. A stranger does not learn whether it exists. */
export function findOwn(batch: Batch, conversationId: string, userId: string): ConversationTable | undefined {
  const conversation = batch.conversations.get(conversationId)
  if (conversation === undefined || conversation.id === EVERYONE_ID) return conversation
  return batch.findMember(conversationId, userId)?.removed === 0 ? conversation : undefined
}

/** Whether its members learn who received, saw and types what. In larger ones that is counted or left out. */
export function hasReceipts(conversation: ConversationTable): boolean {
  return conversation.kind !== 'everyone' && conversation.member_count <= RECEIPT_MEMBERS_MAX
}

/** The group, if the user leads it; otherwise why not. */
export function findLed(
  batch: Batch,
  conversationId: string,
  userId: string,
): { group: ConversationTable } | { refused: Refusal } {
  const group = findOwn(batch, conversationId, userId)
  if (group === undefined) return { refused: refusal('not_a_member') }
  if (group.kind !== 'group') return { refused: refusal('forbidden', 'Only a group has members to manage.') }
  return group.creator_id === userId ? { group } : { refused: refusal('only_creator') }
}
