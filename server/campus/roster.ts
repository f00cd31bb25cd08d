import type { MemberRow, PreferenceRow } from '../../shared/protocol/rows.ts'
import type { Audience } from './types.ts'

/** What decides what one connected user hears, as of its last change. */
export interface Standing {
  conversations: Set<string>
  /** Whether they let others know what they have seen, and that they are there. */
  seen: boolean
  presence: boolean
  /** The seq of the last change of their own memberships, ended ones too, and of their preference. */
  changedAt: number
}

export interface LoadedStanding {
  conversations: string[]
  seen: boolean
  presence: boolean
  changedAt: number
}

/** An audience that only those who are in a conversation can belong to. */
export type Insiders = Extract<Audience, { conversationId: string }>

export interface Roster {
  /** Knows the user's standing once this resolves, and keeps knowing it until `forget`. */
  learn(userId: string): Promise<void>
  forget(userId: string): void
  /** Forgets everybody, also those whose loading is under way: what they were in may be long past. */
  clear(): void
  find(userId: string): Standing | undefined
  /** Takes note of a change in a user's membership or preference; returns whether it is news of one who is known here. */
  apply(userId: string, row: MemberRow | PreferenceRow): boolean
  mayHear(userId: string, audience: Audience): boolean
  /** The users known here whom an audience holds. */
  listIn(audience: Insiders): Iterable<string>
}

/**
 * Who of the users connected here is in which conversation, and what they let others know. It is
 * loaded once for each user and then follows the log: what changes while the load is under way is
 * applied after it, unless the load has seen it already.
 */
export function createRoster(load: (userId: string) => Promise<LoadedStanding>): Roster {
  const known = new Map<string, Standing>()
  let generation = 0
  const inside = new Map<string, Set<string>>()
  const loading = new Map<string, { missed: (MemberRow | PreferenceRow)[]; done: Promise<void> }>()

  function apply(userId: string, row: MemberRow | PreferenceRow): boolean {
    loading.get(userId)?.missed.push(row)
    const standing = known.get(userId)
    if (standing === undefined || row.seq <= standing.changedAt) return false
    standing.changedAt = row.seq
    if (row.type === 'preference') {
      standing.seen = row.seen
      standing.presence = row.presence
    } else if (row.removed) exit(userId, standing, row.conversationId)
    else enter(userId, standing, row.conversationId)
    return true
  }

  function enter(userId: string, standing: Standing, conversationId: string): void {
    standing.conversations.add(conversationId)
    inside.set(conversationId, (inside.get(conversationId) ?? new Set()).add(userId))
  }

  function exit(userId: string, standing: Standing, conversationId: string): void {
    standing.conversations.delete(conversationId)
    const users = inside.get(conversationId)
    users?.delete(userId)
    if (users?.size === 0) inside.delete(conversationId)
  }

  /**
   * Loads, and again when everybody was forgotten meanwhile. What was loaded is taken in the same turn in
   * which that is looked at: a word heard between the two would be missed.
   */
  async function loadAndTake(userId: string, missed: (MemberRow | PreferenceRow)[]): Promise<void> {
    for (;;) {
      const before = generation
      const { conversations, ...rest } = await load(userId)
      if (before === generation) {
        const standing: Standing = { ...rest, conversations: new Set() }
        for (const conversationId of conversations) enter(userId, standing, conversationId)
        known.set(userId, standing)
        missed.forEach((row) => apply(userId, row))
        return
      }
      missed.length = 0
    }
  }

  function mayHear(userId: string, audience: Audience): boolean {
    if (audience.kind === 'all') return true
    if (audience.kind === 'user') return audience.userId === userId
    const standing = known.get(userId)
    if (standing?.conversations.has(audience.conversationId) !== true) return false
    return audience.kind === 'members' || standing.seen === (audience.kind === 'seers')
  }

  return {
    apply,
    mayHear,
    async learn(userId) {
      if (known.has(userId)) return
      const underWay = loading.get(userId)
      if (underWay !== undefined) return underWay.done
      const missed: (MemberRow | PreferenceRow)[] = []
      const done = loadAndTake(userId, missed).finally(() => loading.delete(userId))
      loading.set(userId, { missed, done })
      return done
    },
    forget(userId) {
      const standing = known.get(userId)
      if (standing === undefined) return
      for (const conversationId of [...standing.conversations]) exit(userId, standing, conversationId)
      known.delete(userId)
    },
    clear() {
      generation += 1
      known.clear()
      inside.clear()
    },
    find: (userId) => known.get(userId),
    listIn(audience) {
      const users = inside.get(audience.conversationId) ?? new Set<string>()
      return audience.kind === 'members' ? users : [...users].filter((userId) => mayHear(userId, audience))
    },
  }
}
