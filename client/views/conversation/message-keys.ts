import type { ConversationDetail } from '../../data/conversations/conversation-detail.ts'
import type { MessageView } from '../../data/messages/message-view.ts'
import { listActions, type ActionName } from './message-actions.ts'

export interface MessageKeysParts {
  detail: () => ConversationDetail
  /** The messages that are there, from top to bottom. */
  list: () => readonly MessageView[]
  /** Where the arrows begin while no message has the focus; the last one where that is none of them. */
  begin: () => string | undefined
  focus: (messageId: string) => void
  /** Below the last message, or with Esc. */
  leave: (by: 'Escape' | 'ArrowDown') => void
  openMenu: (message: MessageView, anchor: HTMLElement) => void
  act: (name: ActionName, message: MessageView, anchor: HTMLElement) => void
  /** Chooses among several; false where that is not under way. */
  choose: (message: MessageView, reaches: boolean) => boolean
}

/** What the keys do in a list of messages: arrows move from one to the next, and on one its keys do what its menu does. */
export function createMessageKeys(parts: MessageKeysParts): (event: KeyboardEvent) => void {
  return (event) => {
    const { target } = event
    if (!(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return
    const focusedId = target.dataset.message
    // From what is within a message, such as a button, the keys are its own.
    if (focusedId === undefined && target !== event.currentTarget) return
    const isArrow = event.key === 'ArrowUp' || event.key === 'ArrowDown'
    if (isArrow) move(parts, focusedId, event.key === 'ArrowUp' ? -1 : 1)
    else if (event.key === 'Escape') parts.leave('Escape')
    else if (focusedId === undefined || !act(parts, event, target, focusedId)) return
    event.preventDefault()
  }
}

function move({ list, begin, focus, leave }: MessageKeysParts, fromId: string | undefined, step: -1 | 1): void {
  const ids = list().map(({ id }) => id)
  const at = ids.indexOf(fromId ?? begin() ?? '')
  const id = fromId === undefined ? (ids[at] ?? ids.at(-1)) : ids[at + step]
  if (id !== undefined) focus(id)
  else if (step === 1) leave('ArrowDown')
}

/** Whether the key does anything. */
function act(parts: MessageKeysParts, event: KeyboardEvent, element: HTMLElement, messageId: string): boolean {
  const message = parts.list().find(({ id }) => id === messageId)
  if (message === undefined) return false
  const anchor = element.querySelector<HTMLElement>('.bubble') ?? element
  const opens = event.key === 'Enter' || event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)
  const actions = listActions(message, parts.detail())
  const action = actions.find(({ key }) => key === event.key)
  if ((event.key === ' ' || event.key === 'Enter') && parts.choose(message, event.shiftKey)) return true
  if (action !== undefined) parts.act(action.name, message, anchor)
  else if (opens && actions.length > 0) parts.openMenu(message, anchor)
  else return false
  return true
}
