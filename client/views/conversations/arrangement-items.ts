import {
  archiveConversation,
  markUnread,
  pinConversation,
  unarchiveConversation,
  unmuteConversation,
} from '../../data/conversations/arrange-conversation.ts'
import type { ArrangedClassroom } from '../../data/classroom/watch-arranged.ts'
import type { Arrangement } from '../../data/conversations/arrangement.ts'
import { markAllRead } from '../../data/conversations/mark-read.ts'
import type { Session } from '../../data/session.ts'
import type { MenuItem } from '../../ui/menu-item.ts'

export interface Arranged extends Arrangement {
  id: string
  unread: number
}

export type ArrangementName = 'unread' | 'pin' | 'mute' | 'archive'
export interface ArrangementItem extends MenuItem {
  name: ArrangementName | 'delete'
}

/** A classroom is arranged under an id of its own; whether it is read its desk knows. */
export function listClassroomItems(
  session: Session,
  shown: ArrangedClassroom,
  { mute, remove }: { mute: () => void; remove: () => void },
): ArrangementItem[] {
  const items = listArrangementItems(session, { ...shown, id: shown.arrangementId }, mute)
  const removing: ArrangementItem = { name: 'delete', label: 'Delete …', icon: 'delete', danger: true, run: remove }
  return [...items.filter(({ name }) => name !== 'unread'), ...(shown.owned ? [removing] : [])]
}

/** How one can arrange a conversation of the list, in the order of the menu. */
export function listArrangementItems(session: Session, shown: Arranged, mute: () => void): ArrangementItem[] {
  const { id } = shown
  return [
    shown.unread > 0 || shown.markedUnread
      ? { name: 'unread', key: 'U', label: 'Mark as read', icon: 'read', run: () => void markAllRead(session, id) }
      : { name: 'unread', key: 'U', label: 'Mark as unread', icon: 'unread', run: () => void markUnread(session, id) },
    {
      ...{ name: 'pin', key: 'P', icon: 'pin' },
      label: shown.pinned ? 'Unpin from the top' : 'Pin to the top',
      run: () => void pinConversation(session, id, !shown.pinned),
    },
    shown.muted
      ? { name: 'mute', key: 'M', label: 'Unmute', icon: 'bell', run: () => void unmuteConversation(session, id) }
      : { name: 'mute', key: 'M', label: 'Mute …', icon: 'muted', run: mute },
    {
      ...{ name: 'archive', key: 'A', icon: 'archive' },
      label: shown.archived ? 'Take out of the archive' : 'Archive',
      run: () => void (shown.archived ? unarchiveConversation : archiveConversation)(session, id),
    },
  ]
}
