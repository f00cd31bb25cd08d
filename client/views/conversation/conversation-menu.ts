import type { ConversationDetail } from '../../data/conversations/conversation-detail.ts'
import type { Session } from '../../data/session.ts'
import type { MenuItem } from '../../ui/menu-item.ts'
import { listArrangementItems } from '../conversations/arrangement-items.ts'

export interface ConversationHandlers {
  jumpToDate(): void
  openGallery(): void
  /** Null where nothing was unread. */
  jumpToFirstUnread: (() => void) | null
  mute(): void
  /** Decides who may write there. */
  govern(): void
  /** Blocks whom it is with, or lets them in again. */
  block(blocked: boolean): void
  openAbout(): void
  leaveScreen(): void
}

/** What one can do with a conversation that is open. */
export function listConversationItems(
  session: Session,
  detail: ConversationDetail,
  handlers: ConversationHandlers,
): MenuItem[] {
  const items: MenuItem[] = [{ label: 'Jump to a date', icon: 'calendar', run: () => handlers.jumpToDate() }]
  items.push({ label: 'Photos and files', icon: 'photo', run: () => handlers.openGallery() })
  const { jumpToFirstUnread } = handlers
  if (jumpToFirstUnread !== null)
    items.push({ label: 'Jump to the first unread', icon: 'down', run: jumpToFirstUnread })
  if (detail.kind === 'group') items.push({ label: 'Group info', icon: 'people', run: () => handlers.openAbout() })
  if (detail.other !== null)
    items.push({ label: `About ${detail.title}`, icon: 'person', run: () => handlers.openAbout() })
  if (detail.other !== null && detail.other.former !== true) {
    const { blocked } = detail
    items.push({ label: blocked ? 'Unblock' : 'Block', icon: 'lock', run: () => handlers.block(!blocked) })
  }
  if (detail.pending) return items
  const governs = detail.kind !== 'direct' && (detail.role !== 'member' || detail.leads)
  if (governs && !detail.gone) items.push({ label: 'Who may write', icon: 'lock', run: () => handlers.govern() })
  for (const item of listArrangementItems(session, { ...detail, unread: 0 }, () => handlers.mute())) {
    items.push({ ...withoutKey(item), run: () => runItem(item, handlers) })
  }
  return items
}

/** Its key is for the list, where the conversation has the focus. */
function withoutKey({ key: _key, ...item }: MenuItem): MenuItem {
  return item
}

/** Whoever stays would have read at once what they mark as unread. */
function runItem(item: { name: string; run: () => void }, handlers: ConversationHandlers): void {
  if (item.name === 'unread') handlers.leaveScreen()
  item.run()
}
