import type { ClassroomLogRow } from '../../shared/classroom/rows.ts'

/** Equal for two states of the same row, among those of one audience. */
export function toRowKey(row: ClassroomLogRow): string {
  switch (row.type) {
    case 'classroom':
    case 'desk':
      return row.type
    case 'staff':
      return `${row.type}/${row.userId}`
    case 'question':
    case 'reply':
    case 'poll':
      return `${row.type}/${row.id}`
  }
}
