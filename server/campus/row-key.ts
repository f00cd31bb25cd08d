import type { Row } from '../../shared/protocol/rows.ts'
import { annotationKey } from './annotations.ts'

/** Equal for two states of the same row, among those that one person may see. */
export function toRowKey(row: Row): string {
  switch (row.type) {
    case 'user':
    case 'conversation':
    case 'message':
      return `${row.type}/${row.id}`
    case 'member':
      return `${row.type}/${row.conversationId}/${row.userId}`
    case 'revision':
    case 'reaction':
    case 'delivery':
    case 'seen':
      return annotationKey(row)
    case 'reading':
    case 'setting':
    case 'draft':
      return `${row.type}/${row.conversationId}`
    case 'preference':
      return row.type
  }
}
