import * as v from 'valibot'
import type { Channel } from './bus.ts'

/*
 * What processes say to each other besides what a log brings. All of it is true only for now: said once,
 * kept nowhere, and lost when nobody hears it.
 *
 *   sessions ended    "these sessions are over": their sockets close, and nobody keeps them in memory
 *   sessions renewed  "these have another secret": what is open stays, and nobody keeps the one before in memory
 *   typing            "somebody types here": forgotten after TYPING_TTL_MS
 *   presence asked    "who of these has a socket with you?", said again for as long as somebody looks;
 *                     for a while after it the asked ones say of their own accord who comes and goes
 *   presence          "these have a socket with me", or "their last one with me went at …"
 *   devices           "so many devices have this classroom open with me", never which; said again and
 *                     again, and forgotten when it is not
 */

export const sessionsEnded: Channel<string[]> = { name: 'sessions-ended', schema: v.array(v.string()) }

export const sessionsRenewed: Channel<string[]> = { name: 'sessions-renewed', schema: v.array(v.string()) }

export interface TypingSignal {
  conversationId: string
  userId: string
  /** Whom they blocked: these do not hear it. */
  blocked?: string[] | undefined
}
export const typing: Channel<TypingSignal> = {
  name: 'typing',
  schema: v.object({ conversationId: v.string(), userId: v.string(), blocked: v.optional(v.array(v.string())) }),
}

export interface PresenceQuestion {
  /** The process that asks. */
  processId: string
  userIds: string[]
}
const presenceQuestion = v.object({ processId: v.string(), userIds: v.array(v.string()) })
export const presenceAsked: Channel<PresenceQuestion> = { name: 'presence-asked', schema: presenceQuestion }

export interface PresenceSignal {
  /** The process that answers, and answers only for itself. */
  processId: string
  userIds: string[]
  /** When their last socket with this process went; null while they have one. */
  goneAt: number | null
}
export const presence: Channel<PresenceSignal> = {
  name: 'presence',
  schema: v.object({ ...presenceQuestion.entries, goneAt: v.nullable(v.number()) }),
}

export interface DeviceCount {
  processId: string
  classroomId: string
  count: number
}
export const deviceCounts: Channel<DeviceCount> = {
  name: 'devices',
  schema: v.object({ processId: v.string(), classroomId: v.string(), count: v.number() }),
}
