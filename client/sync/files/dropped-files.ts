import type { MessageRow } from '../../../shared/protocol/rows.ts'
import type { DroppedFile } from '../database.ts'

/** What goes with a message that was deleted, or that one may see no more; see `remove-dropped.ts`. */
export function toDroppedFiles({ files = [] }: Pick<MessageRow, 'files'>): DroppedFile[] {
  return files.map(({ id }) => ({ fileId: id }))
}
