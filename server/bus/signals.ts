/*
 * What is true only for now. It is said once, kept nowhere, and lost when nobody hears it; whoever
 * heard it forgets it after a time to live.
 *
 *   typing         "somebody types here": forgotten after TYPING_TTL_MS
 *   presence asked "who of these has a socket with you?", said again for as long as somebody looks;
 *                  for a while after it the asked ones tell of their own accord who comes and goes
 *   presence       "these have a socket with me", or "their last one with me went at …"
 */

export interface TypingSignal {
  conversationId: string
  userId: string
}

export interface PresenceQuestion {
  /** The process that asks. */
  processId: string
  userIds: readonly string[]
}

export interface PresenceSignal {
  /** The process that answers, and answers only for itself. */
  processId: string
  userIds: readonly string[]
  /** When their last socket with this process went; null while they have one. */
  goneAt: number | null
}

export interface SignalListener {
  onTyping(typing: TypingSignal): void
  onPresenceAsked(question: PresenceQuestion): void
  onPresence(presence: PresenceSignal): void
}
