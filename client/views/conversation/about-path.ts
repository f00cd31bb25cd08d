import type { ConversationDetail } from '../../data/conversations/conversation-detail.ts'
import { personPath, toPath } from '../../router.ts'

/** Where one learns more about whom a conversation is with; null for Everyone. */
export function toAboutPath({ id, kind, other }: Pick<ConversationDetail, 'id' | 'kind' | 'other'>): string | null {
  if (kind === 'group') return toPath({ screen: 'manage', conversationId: id })
  return other === null ? null : personPath(other.id)
}
