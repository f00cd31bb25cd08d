import type { ConversationDetail } from '../../data/conversations/conversation-detail.ts'
import type { MessageView } from '../../data/messages/message-view.ts'
import type { IconName } from '../../ui/icons.ts'

export type ActionName =
  | 'reply'
  | 'react'
  | 'edit'
  | 'copy'
  | 'link'
  | 'thread'
  | 'forward'
  | 'select'
  | 'pin'
  | 'unpin'
  | 'info'
  | 'history'
  | 'report'
  | 'take-away'
  | 'delete'

export interface MessageAction {
  name: ActionName
  label: string
  icon: IconName
  /** What does it while the message has the focus, as `KeyboardEvent.key`. */
  key: string
  danger?: true
}

const ACTIONS: readonly MessageAction[] = [
  { name: 'reply', label: 'Reply', icon: 'reply', key: 'r' },
  { name: 'thread', label: 'Thread…', icon: 'unread', key: 't' },
  { name: 'react', label: 'React', icon: 'react', key: '+' },
  { name: 'edit', label: 'Edit', icon: 'edit', key: 'e' },
  { name: 'copy', label: 'Copy text', icon: 'copy', key: 'c' },
  { name: 'link', label: 'Copy link', icon: 'link', key: 'l' },
  { name: 'forward', label: 'Forward…', icon: 'share', key: 'f' },
  { name: 'select', label: 'Select', icon: 'sent', key: 'x' },
  { name: 'pin', label: 'Pin', icon: 'pin', key: 'p' },
  { name: 'unpin', label: 'Take down', icon: 'pin', key: 'p' },
  { name: 'info', label: 'Info', icon: 'info', key: 'i' },
  { name: 'history', label: 'See history', icon: 'history', key: 'h' },
  { name: 'report', label: 'Report…', icon: 'refused', key: '!' },
  { name: 'take-away', label: 'Take away…', icon: 'delete', key: 'Backspace', danger: true },
  { name: 'delete', label: 'Delete…', icon: 'delete', key: 'Delete', danger: true },
]

/** The keys for a message that has the focus, and what each does; for the list of all keys. */
export const MESSAGE_KEYS: readonly Pick<MessageAction, 'key' | 'label'>[] = ACTIONS.filter(
  ({ name }) => name !== 'unpin',
).map(({ key, label }) => ({ key, label: label.replace('…', '') }))

/** What this person can do with a message here, in the order of the menu. */
export function listActions(message: MessageView, detail: ConversationDetail): MessageAction[] {
  // What was deleted for all can still be put out of one's own sight.
  if (message.text === null)
    return message.n === null || detail.gone ? [] : ACTIONS.filter(({ name }) => name === 'delete')
  const can = canDo(message, detail)
  return ACTIONS.filter(({ name }) => can[name])
}

/** What one person has put up for all, another one does not take down; who leads the group does, and both of two. */
export function mayTakeDown(message: MessageView, detail: ConversationDetail): boolean {
  const { pinned, pinnedByMe } = message
  return (
    pinned &&
    !detail.gone &&
    (detail.role !== 'member' || detail.kind === 'direct' || (detail.kind === 'group' && (detail.leads || pinnedByMe)))
  )
}

function canDo(message: MessageView, detail: ConversationDetail): Record<ActionName, boolean> {
  const refused = message.delivery.kind === 'refused'
  const speaks = !detail.gone && !refused
  const accepted = message.n !== null
  const moderates = detail.role !== 'member'
  const pins = speaks && accepted && (detail.kind !== 'everyone' || moderates)
  return {
    reply: speaks && detail.mayPost,
    thread: message.replies > 0 || message.replyTo !== null,
    react: speaks,
    edit: speaks && message.mine,
    copy: message.text !== '',
    link: accepted,
    forward: !refused,
    select: !refused,
    pin: pins && !message.pinned,
    unpin: mayTakeDown(message, detail),
    info: accepted,
    history: message.edited,
    report: accepted && !message.mine && !moderates,
    'take-away': accepted && !message.mine && moderates,
    delete: !refused && !detail.gone,
  }
}

/** Whether all of these can be deleted for everybody: their author's own, unless it has happened. */
export function mayDeleteForAll(messages: readonly MessageView[], detail: ConversationDetail): boolean {
  return (
    !detail.gone && messages.every(({ mine, text, delivery }) => mine && text !== null && delivery.kind !== 'refused')
  )
}
