import type { Roster } from '../campus/roster.ts'
import type { Audience, Campus } from '../campus/types.ts'
import type { Audiences } from './audiences.ts'

/** Everybody goes by their account; what they may hear the roster knows. */
export function createCampusAudiences(roster: Roster): Audiences<Campus> {
  /** When Everyone was crowded no more: whoever stands before it lacks people. */
  let roomySince = 0
  return {
    keyOf: ({ userId }) => userId,
    learn: roster.learn,
    release: roster.forget,
    clear: roster.clear,
    findChangedAt(userId) {
      const entry = roster.find(userId)
      return entry && Math.max(entry.changedAt, roomySince)
    },
    topicOf,
    listTopics: (userId) => [ALL, userId, ...(roster.find(userId)?.conversations ?? [])],
    mayHear: roster.mayHear,
    listHearers(audience) {
      switch (audience.kind) {
        case 'all':
          return 'all'
        case 'user':
          return [audience.userId]
        default:
          return roster.listIn(audience)
      }
    },
    note({ row, audience }) {
      if (row.type === 'conversation' && row.crowded === false) {
        roomySince = row.seq
        return { key: 'all', becomes: 'behind' }
      }
      if (row.type === 'block' && audience.kind === 'user') roster.applyBlock(audience.userId, row)
      // Whoever is only asked hears nothing of the conversation yet.
      if (row.type === 'member' && audience.kind === 'members' && audience.except === row.userId) return undefined
      const userId = row.type === 'member' ? row.userId : audience.kind === 'user' ? audience.userId : undefined
      if (userId === undefined || (row.type !== 'member' && row.type !== 'preference')) return undefined
      return roster.apply(userId, row) ? { key: userId, becomes: 'behind' } : undefined
    },
  }
}

const ALL = 'all'

/** No conversation has the id of an account. */
function topicOf(audience: Audience): string {
  switch (audience.kind) {
    case 'all':
      return ALL
    case 'user':
      return audience.userId
    // Of several conversations: whoever looks there asks whether they may hear it.
    case 'circle':
      return ALL
    default:
      return audience.conversationId
  }
}
