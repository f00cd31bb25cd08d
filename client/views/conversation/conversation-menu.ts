import {
  archiveConversation,
  markUnread,
  pinConversation,
  unarchiveConversation,
  unmuteConversation,
} from '../../data/arrange-conversation.ts'
import type { ConversationDetail } from '../../data/conversation-detail.ts'
import type { Session } from '../../data/session.ts'
import type { IconName } from '../../ui/icon.svelte'

export interface ConversationItem {
  label: string
  icon: IconName
  run: () => void
}

export interface ConversationDeeds {
  jumpToDate(): void
  jumpToFirstUnread(): void
  mute(): void
  openGroup(): void
  leaveScreen(): void
}

/** What one can do with a conversation that is open. */
export function listConversationItems(
  session: Session,
  detail: ConversationDetail,
  deeds: ConversationDeeds,
): ConversationItem[] {
  const { id } = detail
  const items: ConversationItem[] = [
    { label: 'Jump to a date', icon: 'calendar', run: () => deeds.jumpToDate() },
    { label: 'Jump to the first unread', icon: 'unread', run: () => deeds.jumpToFirstUnread() },
  ]
  if (detail.kind === 'group') items.push({ label: 'Group info', icon: 'people', run: () => deeds.openGroup() })
  if (detail.pending) return items
  return [
    ...items,
    detail.muted
      ? { label: 'Unmute', icon: 'bell', run: () => void unmuteConversation(session, id) }
      : { label: 'Mute …', icon: 'muted', run: () => deeds.mute() },
    {
      label: detail.pinned ? 'Unpin from the top' : 'Pin to the top',
      icon: 'pin',
      run: () => void pinConversation(session, id, !detail.pinned),
    },
    {
      label: detail.archived ? 'Take out of the archive' : 'Archive',
      icon: 'archive',
      run: () => void (detail.archived ? unarchiveConversation : archiveConversation)(session, id),
    },
    {
      label: 'Mark as unread',
      icon: 'unread',
      run: () => {
        deeds.leaveScreen()
        void markUnread(session, id)
      },
    },
  ]
}
