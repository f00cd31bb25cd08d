import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import type { StoredPosition } from './database.ts'
import { NOWHERE, type DevicePosition } from './log/position.ts'
import { fromStoredLineage, toStoredLineage } from './log/stored-lineage.ts'

/*
 * An app of version 1 stores no rows of the kinds that version 2 brought, and moves the cursor past them. So what newer
 * ones keep beside the cursor, in `complete`, says up to where all is here: from there on rows are pulled once more. A
 * device that was never of version 2 has missed nothing: the server had no such rows before its own update, and
 * since then answers no app of version 1.
 */

/** Where a device stands that holds all rows up to there. */
export function fromStored(stored: StoredPosition): DevicePosition {
  const { epoch, cursor, next, complete, lineage } = stored
  if (complete !== undefined && (complete.epoch !== epoch || complete.cursor > cursor)) return NOWHERE
  const at = complete === undefined || complete.cursor === cursor ? { cursor, next } : { ...complete, next: null }
  return { cursor: at.cursor, next: at.next, ...fromStoredLineage(lineage, { epoch, cursor: at.cursor }) }
}

export function toStored(position: DevicePosition): StoredPosition {
  const { cursor, next } = position
  return {
    ...{ key: 'position', log: CAMPUS_LOG, epoch: '', cursor, next },
    ...{ complete: { epoch: '', cursor }, lineage: toStoredLineage(position) },
  }
}
