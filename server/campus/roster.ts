import type { BlockRow, MemberRow, PreferenceRow } from '../../shared/protocol/rows.ts'
import type { Clock } from '../../shared/clock.ts'
import { createWaiting, type Waiting } from '../../shared/waiting.ts'
import type { LoadedRosterEntry } from './load-roster.ts'
import type { Audience } from './types.ts'

/** What decides what one connected user hears, as of its last change. */
export interface RosterEntry {
  conversations: Set<string>
  /** Whether they let others know what they have seen, and that they are there. */
  seen: boolean
  presence: boolean
  /** Whom they blocked. */
  blocked: Set<string>
  /** The seq of the last change of their own memberships, ended ones too, and of their preference. */
  changedAt: number
}

/** An audience to which one belongs by who one is, and in which conversations. */
export type Insiders = Extract<Audience, { conversationId: string } | { kind: 'circle' }>

export interface Roster {
  /** Knows the user's entry once this resolves, and keeps knowing it until `forget` and for some minutes after. */
  learn(userId: string): Promise<void>
  forget(userId: string): void
  /** Forgets everybody, also those whose loading is under way: what they were in may be long past. */
  clear(): void
  find(userId: string): RosterEntry | undefined
  /** Takes note of whom somebody blocked or let in again; what they hear of the log is the same. */
  applyBlock(userId: string, row: BlockRow): void
  /** Takes note of a change in a user's membership or preference; returns whether it is news of one who is known here. */
  apply(userId: string, row: MemberRow | PreferenceRow): boolean
  mayHear(userId: string, audience: Audience): boolean
  /** The users known here whom an audience holds. */
  listIn(audience: Insiders): Iterable<string>
}

/** Whoever is back sooner, because the network was away for a moment, costs the database nothing. */
export const REMEMBERED_MS = 5 * 60_000
/** People loaded at once. */
const LOAD_MAX = 500

type Change = MemberRow | PreferenceRow | BlockRow

/**
 * Who of the users connected here, or a short while ago, is in which conversation, and what they let others know. It is
 * loaded once for each user, for all at once who came while the load before was under way, and then follows the log:
 * what changes meanwhile is applied after the load, unless that has seen it already.
 */
export function createRoster(options: {
  clock: Clock
  load(userIds: readonly string[]): Promise<ReadonlyMap<string, LoadedRosterEntry>>
}): Roster {
  const { clock } = options
  const known = new Map<string, RosterEntry>()
  const inside = new Map<string, Set<string>>()
  /** What was missed of those who are loaded at this moment. */
  const missed = new Map<string, Change[]>()
  const waitedFor = new Map<string, Waiting<undefined>>()
  const queue = new Set<string>()
  /** When those were let go who are still known, the first at the front. */
  const letGo = new Map<string, number>()
  let isLoading = false
  let generation = 0

  function apply(userId: string, row: MemberRow | PreferenceRow): boolean {
    missed.get(userId)?.push(row)
    const entry = known.get(userId)
    if (entry === undefined || row.seq <= entry.changedAt) return false
    entry.changedAt = row.seq
    if (row.type === 'preference') {
      entry.seen = row.seen
      entry.presence = row.presence
    } else if (row.removed) exit(userId, entry, row.conversationId)
    else enter(userId, entry, row.conversationId)
    return true
  }

  function applyBlock(userId: string, row: BlockRow): void {
    missed.get(userId)?.push(row)
    const blocked = known.get(userId)?.blocked
    if (row.blocked) blocked?.add(row.userId)
    else blocked?.delete(row.userId)
  }

  function enter(userId: string, entry: RosterEntry, conversationId: string): void {
    entry.conversations.add(conversationId)
    inside.set(conversationId, (inside.get(conversationId) ?? new Set()).add(userId))
  }

  function exit(userId: string, entry: RosterEntry, conversationId: string): void {
    entry.conversations.delete(conversationId)
    const users = inside.get(conversationId)
    users?.delete(userId)
    if (users?.size === 0) inside.delete(conversationId)
  }

  async function loadGathered(): Promise<void> {
    if (isLoading) return
    isLoading = true
    while (queue.size > 0) {
      const some = [...queue].slice(0, LOAD_MAX)
      for (const userId of some) queue.delete(userId)
      const failure = await loadAndTake(some).then(
        () => undefined,
        (error: unknown) => ({ error }),
      )
      for (const userId of some) {
        const waiting = waitedFor.get(userId)
        waitedFor.delete(userId)
        missed.delete(userId)
        if (failure === undefined) waiting?.resolve(undefined)
        else waiting?.reject(failure.error)
      }
    }
    isLoading = false
  }

  /**
   * Loads, and again when everybody was forgotten meanwhile. What was loaded is taken in the same turn in
   * which that is looked at: a word heard between the two would be missed.
   */
  async function loadAndTake(userIds: readonly string[]): Promise<void> {
    for (;;) {
      const before = generation
      for (const userId of userIds) missed.set(userId, [])
      const loaded = await options.load(userIds)
      if (before !== generation) continue
      for (const [userId, { conversations, ...rest }] of loaded) {
        const entry: RosterEntry = { ...rest, conversations: new Set() }
        for (const conversationId of conversations) enter(userId, entry, conversationId)
        known.set(userId, entry)
        const changes = missed.get(userId) ?? []
        missed.delete(userId)
        changes.forEach((row) => (row.type === 'block' ? applyBlock(userId, row) : apply(userId, row)))
      }
      return
    }
  }

  /** Those who were let go long enough ago. */
  function sweep(): void {
    for (const [userId, at] of letGo) {
      if (clock.now() - at < REMEMBERED_MS) return
      letGo.delete(userId)
      drop(userId)
    }
  }

  function drop(userId: string): void {
    const entry = known.get(userId)
    if (entry === undefined) return
    for (const conversationId of [...entry.conversations]) exit(userId, entry, conversationId)
    known.delete(userId)
  }

  function mayHear(userId: string, audience: Audience): boolean {
    if (audience.kind === 'all') return true
    if (audience.kind === 'user') return audience.userId === userId
    const entry = known.get(userId)
    if (audience.kind === 'circle') {
      return audience.userId === userId || audience.conversationIds.some((id) => entry?.conversations.has(id) === true)
    }
    if (entry?.conversations.has(audience.conversationId) !== true) return false
    if (audience.kind === 'members') return audience.except !== userId && (audience.only ?? userId) === userId
    return entry.seen === (audience.kind === 'seers')
  }

  return {
    apply,
    applyBlock,
    mayHear,
    learn(userId) {
      letGo.delete(userId)
      sweep()
      if (known.has(userId)) return Promise.resolve()
      const waiting = waitedFor.get(userId) ?? createWaiting<undefined>()
      if (!waitedFor.has(userId)) queue.add(userId)
      waitedFor.set(userId, waiting)
      void loadGathered()
      return waiting.promise
    },
    forget(userId) {
      sweep()
      if (known.has(userId)) letGo.set(userId, clock.now())
    },
    clear() {
      generation += 1
      known.clear()
      inside.clear()
      letGo.clear()
    },
    find: (userId) => known.get(userId),
    listIn(audience) {
      if (audience.kind === 'circle') {
        return new Set([audience.userId, ...audience.conversationIds.flatMap((id) => [...(inside.get(id) ?? [])])])
      }
      const users = inside.get(audience.conversationId) ?? new Set<string>()
      return audience.kind === 'members' && (audience.except ?? audience.only) === undefined
        ? users
        : [...users].filter((userId) => mayHear(userId, audience))
    },
  }
}
