import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { RECEIPT_MEMBERS_MAX, TYPING_EVERY_MS, TYPING_TTL_MS } from '../../shared/protocol/limits.ts'
import type { Bus } from '../bus/bus.ts'
import { typing } from '../bus/channels.ts'
import type { Roster } from '../campus/roster.ts'
import { encode } from './campus-contract.ts'

/*
 * "Somebody types":
 *
 *     typing ─▶ may they? ─▶ bus ─▶ each process ─▶ its sockets that have the conversation open: typist
 *
 * Nothing is kept: who hears it forgets it after its time to live, and whoever opens the conversation
 * later hears it when it is said again. It tells that somebody is there, so it neither comes from nor
 * goes to people who do not let others know that, nor passes between two of whom one blocked the other. Membership is looked at on both ends, at the moment.
 */

/** A socket with a screen behind it. */
export interface Onlooker {
  readonly userId: string
  isFull(): boolean
  send(frame: Buffer): void
}

export interface Typing {
  /** Tells those who have the conversation open; a refusal when this user may not type there. */
  say(userId: string, conversationId: string): Promise<Refusal | undefined>
  /** The conversation that this socket has open, instead of the one before; a refusal when its user is not in it. */
  watch(onlooker: Onlooker, conversationId: string | null): Refusal | undefined
  close(): void
}

/** A network delays one frame more than the next. */
const TOLERANCE_MS = 500
/** Somebody with several tabs types in several conversations, but not everywhere at once. */
const CONVERSATIONS_AT_ONCE = 5

/**
 * Whether a socket may say now that somebody types in a conversation; what it says more often is dropped. Returns the
 * function that gives the allowance back, because what is denied uses none.
 */
export function createTypingLimit(now: () => number): (conversationId: string) => (() => void) | undefined {
  // The oldest first.
  const said = new Map<string, number>()
  return (conversationId) => {
    for (const [known, at] of said) {
      if (now() - at < TYPING_EVERY_MS - TOLERANCE_MS) break
      said.delete(known)
    }
    if (said.has(conversationId) || said.size >= CONVERSATIONS_AT_ONCE) return undefined
    said.set(conversationId, now())
    return () => said.delete(conversationId)
  }
}

export function createTyping(options: {
  bus: Bus
  roster: Pick<Roster, 'find'>
  getSize: (conversationId: string) => Promise<number>
}): Typing {
  const { bus, roster, getSize } = options
  const open = new Map<Onlooker, string>()
  const onlookers = new Map<string, Set<Onlooker>>()
  const isIn = (userId: string, conversationId: string) =>
    conversationId === EVERYONE_ID || roster.find(userId)?.conversations.has(conversationId) === true
  const isOpen = (userId: string) => roster.find(userId)?.presence === true

  const stopListening = bus.listen(typing, ({ conversationId, userId, blocked = [] }) => {
    const isOnTerms = (hearerId: string) =>
      !blocked.includes(hearerId) && roster.find(hearerId)?.blocked.has(userId) !== true
    const hearers = [...(onlookers.get(conversationId) ?? [])]
      .filter((one) => one.userId !== userId && !one.isFull())
      .filter((one) => isIn(one.userId, conversationId) && isOpen(one.userId) && isOnTerms(one.userId))
    if (hearers.length === 0) return
    const frame = encode({ type: 'typist', conversationId, userId, ttlMs: TYPING_TTL_MS })
    for (const hearer of hearers) hearer.send(frame)
  })

  return {
    async say(userId, conversationId) {
      if (!isIn(userId, conversationId)) return refusal('not_a_member')
      const isLarge = conversationId === EVERYONE_ID || (await getSize(conversationId)) > RECEIPT_MEMBERS_MAX
      if (isLarge) return refusal('forbidden', 'Typing is not shown in large conversations.')
      if (!isIn(userId, conversationId)) return refusal('not_a_member')
      const blocked = [...(roster.find(userId)?.blocked ?? [])]
      if (isOpen(userId)) bus.publish(typing, { conversationId, userId, ...(blocked.length > 0 && { blocked }) })
      return undefined
    },
    watch(onlooker, conversationId) {
      if (conversationId !== null && !isIn(onlooker.userId, conversationId)) return refusal('not_a_member')
      const before = open.get(onlooker)
      if (before !== undefined) {
        const others = onlookers.get(before)
        others?.delete(onlooker)
        if (others?.size === 0) onlookers.delete(before)
      }
      if (conversationId === null) open.delete(onlooker)
      else {
        open.set(onlooker, conversationId)
        onlookers.set(conversationId, (onlookers.get(conversationId) ?? new Set()).add(onlooker))
      }
      return undefined
    },
    close: stopListening,
  }
}
