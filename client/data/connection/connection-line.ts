import { unreachable } from '../../../shared/unreachable.ts'
import type { OutboxEntry } from '../../sync/database.ts'
import type { ConnectionState } from '../../sync/log/connection-state.ts'
import { countWords, formatCount } from '../count-words.ts'
import { isUserAction, isWaiting } from '../outbox/pending.ts'

/** What still has to go out: messages, and everything else that a person did. */
export interface WaitingCount {
  messages: number
  changes: number
}

export interface ConnectionLine {
  tone: 'busy' | 'offline' | 'attention'
  text: string
  action: 'sign-in' | 'update' | 'wifi' | null
}

export function countWaiting(entries: readonly OutboxEntry[]): WaitingCount {
  const waiting = entries.filter((entry) => isUserAction(entry) && isWaiting(entry))
  const messages = waiting.filter((entry) => entry.command.type === 'message.send').length
  return { messages, changes: waiting.length - messages }
}

/** The truth about the connection in one line; null when all is well and there is nothing to tell. */
export function toConnectionLine(
  state: ConnectionState,
  waiting: WaitingCount,
  toClock: (ms: number) => string,
): ConnectionLine | null {
  const some = phrase(waiting)
  const alsoWaiting = some === null ? '' : `, ${some} waiting`
  switch (state.kind) {
    case 'live':
      return some === null ? null : { tone: 'busy', text: `Sending ${some}`, action: null }
    case 'connecting':
      if (state.slow === true && state.since !== undefined) {
        const text = `No answer since ${toClock(state.since)}, still trying${alsoWaiting}`
        return { tone: 'offline', text, action: null }
      }
      return { tone: 'busy', text: `Connecting${alsoWaiting}`, action: null }
    case 'catching-up':
      return {
        tone: 'busy',
        text:
          state.total === 0
            ? `Fetching everything for the first time, ${formatCount(state.done)} so far`
            : `Catching up ${formatCount(state.done)} of ${formatCount(state.total)}`,
        action: null,
      }
    case 'refused':
      return {
        tone: 'attention',
        text:
          state.message === undefined
            ? `The server does not let this app in${alsoWaiting}`
            : toSentences(state.message, some),
        action: null,
      }
    case 'offline':
      if (state.why === 'unavailable') {
        return { tone: 'attention', text: `The server cannot store anything right now${alsoWaiting}`, action: null }
      }
      return { tone: 'offline', text: `Offline since ${toClock(state.since)}${alsoWaiting}`, action: null }
    case 'portal':
      return { tone: 'attention', text: `Sign in to the Wi-Fi first${alsoWaiting}`, action: 'wifi' }
    case 'signed-out': {
      const purpose = some === null ? 'go on' : waiting.messages === 0 ? `save ${some}` : `send ${some}`
      return { tone: 'attention', text: `Signed out, sign in to ${purpose}`, action: 'sign-in' }
    }
    case 'outdated':
      return { tone: 'attention', text: `Update ChatBox to connect again${alsoWaiting}`, action: 'update' }
    default:
      return unreachable(state)
  }
}

/** What the server says is whole sentences. */
function toSentences(message: string, some: string | null): string {
  return some === null ? message : `${message} Waiting: ${some}.`
}

/** "3 messages", "1 message and 2 changes", or null for nothing. */
export function phrase({ messages, changes }: WaitingCount): string | null {
  const parts = [
    ...(messages > 0 ? [countWords(messages, 'message')] : []),
    ...(changes > 0 ? [countWords(changes, 'change')] : []),
  ]
  return parts.length === 0 ? null : parts.join(' and ')
}
