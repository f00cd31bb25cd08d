import type { MessageView } from '../messages/message-view.ts'
import { foldEvents, type EventView } from './event-view.ts'
import type { MessagesRange } from './open-messages.ts'

/** Messages of one person within this time stand together. */
export const GROUP_MS = 5 * 60_000

export type TimelineItem =
  | { kind: 'start'; key: string }
  /** More messages of this device follow in this direction; `openMessages` shows them. */
  | { kind: 'more'; key: string; toward: 'older' | 'newer' }
  /** Messages that are not on this device: those after `after` and before `before`. */
  | { kind: 'hole'; key: string; after: number; before: number; count: number }
  | { kind: 'day'; key: string; at: number }
  | { kind: 'unread'; key: string }
  /** What happened to the group between two messages, folded. */
  | { kind: 'events'; key: string; events: readonly EventView[] }
  | { kind: 'message'; key: string; message: MessageView; first: boolean; last: boolean }

export interface TimelineInput {
  messages: readonly MessageView[]
  events?: readonly EventView[]
  range: Pick<MessagesRange, 'olderN' | 'newerN' | 'divider'>
  /** Which day a moment belongs to, on this device's calendar. */
  toDay: (ms: number) => string
}

/** What stands in a conversation from top to bottom: messages, and all that is drawn between them. */
export function toTimeline({ messages, events = [], range, toDay }: TimelineInput): TimelineItem[] {
  const { olderN, newerN, divider } = range
  const items: TimelineItem[] = []
  let previous: MessageView | null = null
  let previousN = olderN
  /** What follows does not go on with what stands above: between them is a hole, and then what is not shown. */
  let isApart = false
  let day = ''
  // The line belongs where one had read to, and is drawn only where that is in sight.
  let crossed = divider !== null && olderN <= divider.afterN
  if (olderN > 0) items.push({ kind: 'more', key: 'older', toward: 'older' })
  let nextEvent = 0
  /** Draws what happened after the messages up to this one, and says whether that was anything. */
  const drawEvents = (upToN: number): boolean => {
    const from = nextEvent
    while ((events[nextEvent]?.n ?? Infinity) <= upToN) nextEvent += 1
    const drawn = events.slice(from, nextEvent)
    for (const [eventDay, ofDay] of byDay(drawn, toDay)) {
      const [first] = ofDay
      if (first === undefined) continue
      if (eventDay !== day) items.push({ kind: 'day', key: `day-${eventDay}-${first.id}`, at: first.at })
      day = eventDay
      items.push({ kind: 'events', key: `events-${first.id}`, events: foldEvents(ofDay) })
    }
    return drawn.length > 0
  }
  const drawStart = () => {
    if (olderN === 0) items.push({ kind: 'start', key: 'start' })
  }
  for (const message of messages) {
    const { n } = message
    let apart: boolean = previous === null || isApart
    if (n !== null && n > previousN + 1) {
      items.push(toHole(previousN, n))
      apart = true
    } else if (message === messages[0]) drawStart()
    if (drawEvents(n === null ? previousN : n - 1)) apart = true
    isApart = apart && message.hidden
    previousN = n ?? previousN
    if (message.hidden) continue
    const messageDay = toDay(message.at)
    if (messageDay !== day) {
      items.push({ kind: 'day', key: `day-${messageDay}-${message.id}`, at: message.at })
      day = messageDay
      apart = true
    }
    if (crossed && divider !== null && n !== null && n > divider.afterN && !message.mine) {
      if (n <= divider.uptoN) {
        items.push({ kind: 'unread', key: 'unread' })
        apart = true
      }
      crossed = false
    }
    const first = apart || previous === null || !standTogether(previous, message)
    if (!first) closeGroup(items)
    items.push({ kind: 'message', key: message.id, message, first, last: true })
    previous = message
  }
  if (messages.length === 0 && events.length > 0) drawStart()
  drawEvents(previousN)
  if (newerN !== null) {
    if (newerN > previousN + 1) items.push(toHole(previousN, newerN))
    items.push({ kind: 'more', key: 'newer', toward: 'newer' })
  }
  return items
}

function toHole(after: number, before: number): TimelineItem {
  return { kind: 'hole', key: `hole-${before}`, after, before, count: before - after - 1 }
}

function standTogether(a: MessageView, b: MessageView): boolean {
  return a.author.id === b.author.id && b.at - a.at <= GROUP_MS
}

function byDay(events: readonly EventView[], toDay: (ms: number) => string): Map<string, EventView[]> {
  const days = new Map<string, EventView[]>()
  for (const event of events) {
    const day = toDay(event.at)
    days.set(day, [...(days.get(day) ?? []), event])
  }
  return days
}

/** The message before turned out not to be the last of its group. */
function closeGroup(items: TimelineItem[]): void {
  const before = items.at(-1)
  if (before?.kind === 'message') items[items.length - 1] = { ...before, last: false }
}
