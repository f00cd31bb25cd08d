import type { Roster } from '../campus/roster.ts'
import type { Campus } from '../campus/types.ts'
import type { Audiences } from './audiences.ts'

/** Everybody goes by their account; what they may hear the roster knows. */
export function createCampusAudiences(roster: Roster): Audiences<Campus> {
  return {
    keyOf: ({ userId }) => userId,
    learn: roster.learn,
    release: roster.forget,
    clear: roster.clear,
    findChangedAt: (userId) => roster.find(userId)?.changedAt,
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
      const userId = row.type === 'member' ? row.userId : audience.kind === 'user' ? audience.userId : undefined
      if (userId === undefined || (row.type !== 'member' && row.type !== 'preference')) return undefined
      return roster.apply(userId, row) ? { key: userId, becomes: 'behind' } : undefined
    },
  }
}
