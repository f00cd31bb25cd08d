import type { MessageView } from './message-view.ts'

/** Messages of one person within this time stand together. */
export const GROUP_MS = 5 * 60_000

export type TimelineItem =
  | { kind: 'start'; key: string }
  | { kind: 'hole'; key: string; before: number; count: number }
  | { kind: 'day'; key: string; at: number }
  | { kind: 'unread'; key: string }
  | { kind: 'message'; key: string; message: MessageView; first: boolean; last: boolean }

export interface TimelineInput {
  messages: readonly MessageView[]
  /** How far one had read when the conversation was opened, or null when nothing was new then. */
  dividerAfter: number | null
  /** Which day a moment belongs to, on this device's calendar. */
  toDay: (ms: number) => string
}

/** What stands in a conversation from top to bottom: messages, and all that is drawn between them. */
export function toTimeline({ messages, dividerAfter, toDay }: TimelineInput): TimelineItem[] {
  const items: TimelineItem[] = []
  let previous: MessageView | null = null
  let day = ''
  let divided = dividerAfter === null
  for (const message of messages) {
    const expected = previous === null ? 1 : (previous.n ?? 0) + 1
    let apart = previous === null
    if (message.n !== null && message.n > expected) {
      items.push({ kind: 'hole', key: `hole-${message.n}`, before: message.n, count: message.n - expected })
      apart = true
    } else if (previous === null) {
      items.push({ kind: 'start', key: 'start' })
    }
    const messageDay = toDay(message.at)
    if (messageDay !== day) {
      items.push({ kind: 'day', key: `day-${messageDay}-${message.id}`, at: message.at })
      day = messageDay
      apart = true
    }
    if (!divided && dividerAfter !== null && message.n !== null && message.n > dividerAfter && !message.mine) {
      items.push({ kind: 'unread', key: 'unread' })
      divided = true
      apart = true
    }
    const first = apart || previous === null || !standTogether(previous, message)
    if (!first) closeGroup(items)
    items.push({ kind: 'message', key: message.id, message, first, last: true })
    previous = message
  }
  return items
}

function standTogether(a: MessageView, b: MessageView): boolean {
  return a.author.id === b.author.id && b.at - a.at <= GROUP_MS
}

/** The message before turned out not to be the last of its group. */
function closeGroup(items: TimelineItem[]): void {
  const before = items.at(-1)
  if (before?.kind === 'message') items[items.length - 1] = { ...before, last: false }
}
