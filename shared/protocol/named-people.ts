import { listEventPeople } from './event-people.ts'
import type { LiveRow } from './rows.ts'

/** Everybody whom a row names: who shows it has to know what they are called. */
export function listNamed(row: LiveRow): string[] {
  switch (row.type) {
    case 'message':
      return [row.authorId, ...row.mentions, ...(row.pinnedBy === undefined ? [] : [row.pinnedBy])]
    case 'member':
      return [row.userId, ...(row.removedBy === undefined ? [] : [row.removedBy])]
    case 'reaction':
      return [row.userId]
    case 'block':
      return [row.userId]
    case 'request':
      return row.byId === null ? [] : [row.byId]
    case 'event':
      return listEventPeople(row)
    default:
      return []
  }
}
