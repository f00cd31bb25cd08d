import type { MemberRow } from '../../shared/protocol/rows.ts'
import type { Audience } from '../bus/log-row.ts'

/** The conversations of one connected user, as of the last change of any membership of theirs. */
export interface Memberships {
  conversations: Set<string>
  /** The seq of the last change of their own memberships, ended ones too. */
  changedAt: number
}

export interface LoadedMemberships {
  changedAt: number
  conversations: string[]
}

export interface Roster {
  /** Knows the user's conversations once this resolves, and keeps knowing them until `forget`. */
  learn(userId: string): Promise<void>
  forget(userId: string): void
  /** Forgets everybody, also those whose loading is under way: what they were in may be long past. */
  clear(): void
  find(userId: string): Memberships | undefined
  /** Takes note of a change in a membership; returns whether it is news of a user who is known here. */
  apply(row: MemberRow): boolean
  mayHear(userId: string, audience: Audience): boolean
  /** The users known here who are in a conversation. */
  listIn(conversationId: string): Iterable<string>
}

/**
 * Who of the users connected here is in which conversation. Memberships are loaded once for each
 * user and then follow the log: those that change while the load is under way are applied after it,
 * unless the load has seen them already.
 */
export function createRoster(load: (userId: string) => Promise<LoadedMemberships>): Roster {
  const known = new Map<string, Memberships>()
  let generation = 0
  const inside = new Map<string, Set<string>>()
  const loading = new Map<string, { missed: MemberRow[]; done: Promise<void> }>()

  function apply(row: MemberRow): boolean {
    loading.get(row.userId)?.missed.push(row)
    const memberships = known.get(row.userId)
    if (memberships === undefined || row.seq <= memberships.changedAt) return false
    memberships.changedAt = row.seq
    if (row.removed) exit(row.userId, memberships, row.conversationId)
    else enter(row.userId, memberships, row.conversationId)
    return true
  }

  function enter(userId: string, memberships: Memberships, conversationId: string): void {
    memberships.conversations.add(conversationId)
    inside.set(conversationId, (inside.get(conversationId) ?? new Set()).add(userId))
  }

  function exit(userId: string, memberships: Memberships, conversationId: string): void {
    memberships.conversations.delete(conversationId)
    const users = inside.get(conversationId)
    users?.delete(userId)
    if (users?.size === 0) inside.delete(conversationId)
  }

  /**
   * Loads, and again when everybody was forgotten meanwhile. What was loaded is taken in the same turn in
   * which that is looked at: a word heard between the two would be missed.
   */
  async function loadAndTake(userId: string, missed: MemberRow[]): Promise<void> {
    for (;;) {
      const before = generation
      const { changedAt, conversations } = await load(userId)
      if (before === generation) {
        const memberships: Memberships = { changedAt, conversations: new Set() }
        for (const conversationId of conversations) enter(userId, memberships, conversationId)
        known.set(userId, memberships)
        missed.forEach(apply)
        return
      }
      missed.length = 0
    }
  }

  return {
    apply,
    async learn(userId) {
      if (known.has(userId)) return
      const underWay = loading.get(userId)
      if (underWay !== undefined) return underWay.done
      const missed: MemberRow[] = []
      const done = loadAndTake(userId, missed).finally(() => loading.delete(userId))
      loading.set(userId, { missed, done })
      return done
    },
    forget(userId) {
      const memberships = known.get(userId)
      if (memberships === undefined) return
      for (const conversationId of [...memberships.conversations]) exit(userId, memberships, conversationId)
      known.delete(userId)
    },
    clear() {
      generation += 1
      known.clear()
      inside.clear()
    },
    find: (userId) => known.get(userId),
    mayHear(userId, audience) {
      switch (audience.kind) {
        case 'all':
          return true
        case 'user':
          return audience.userId === userId
        case 'members':
          return known.get(userId)?.conversations.has(audience.conversationId) === true
      }
    },
    listIn: (conversationId) => inside.get(conversationId) ?? [],
  }
}
