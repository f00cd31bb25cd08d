import { annotationKey } from './annotations.ts'
import type { CampusRow } from './types.ts'

/** Equal for two states of the same row, among those that one person may see. */
export function toRowKey(row: CampusRow): string {
  switch (row.type) {
    case 'user':
    case 'conversation':
    case 'message':
      return `${row.type}/${row.id}`
    case 'member':
      // Receipts name a membership by where it began: also that of somebody who has come back since.
      return `${row.type}/${row.conversationId}/${row.userId}/${row.since}`
    case 'revision':
    case 'reaction':
      return annotationKey(row)
    case 'event':
      return `${row.type}/${row.conversationId}/${row.id}`
    case 'delivery':
    case 'seen':
      return `${row.type}/${row.conversationId}/${row.userId}`
    case 'receipts':
      // What changed for some members, who are not those of the next one.
      return `${row.type}/${row.conversationId}/${row.seq}`
    case 'reading':
    case 'setting':
    case 'draft':
      return `${row.type}/${row.conversationId}`
    case 'block':
      return `${row.type}/${row.userId}`
    case 'request':
      return `${row.type}/${row.conversationId}`
    case 'hidden':
      return `${row.type}/${row.conversationId}/${row.messageId}`
    case 'preference':
    case 'standing':
      return row.type
  }
}
