import { unreachable } from '../unreachable.ts'
import type { EventRow } from './rows.ts'

/** Everybody whom a line names. */
export function listEventPeople({ byId, change }: Pick<EventRow, 'byId' | 'change'>): string[] {
  switch (change.kind) {
    case 'added':
    case 'asked':
      return [byId, ...change.userIds]
    case 'removed':
    case 'handed-over':
      return [byId, change.userId]
    case 'left':
      return change.leaderId === null ? [byId] : [byId, change.leaderId]
    case 'began':
    case 'renamed':
    case 'picture':
    case 'description':
    case 'governed':
    case 'joined':
      return [byId]
    default:
      return unreachable(change)
  }
}
