import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import type { StoredPosition } from './database.ts'
import { NOWHERE, type DevicePosition } from './log/position.ts'

/*
 * An app of an older version that is installed again, or still open in another tab, moves the cursor and leaves as it
 * is what it does not know. So what newer versions keep beside the cursor names the cursor that it is of:
 *
 *   `complete`  an app of version 1 stores no rows of the kinds that version 2 brought, and moves the cursor past them:
 *               from `complete` on they are pulled once more. A device that was never of version 2 has missed
 *               nothing: the server had no such rows before its own update, and since then answers no app of version 1.
 *   `lineage`   an app of version 2 does not know it. Without one the server takes the cursor at its word, and the
 *               next page or frame brings it.
 */

/** Where a device stands that holds all rows up to there. */
export function fromStored(stored: StoredPosition): DevicePosition {
  const { epoch, cursor, next, complete, lineage } = stored
  if (complete !== undefined && (complete.epoch !== epoch || complete.cursor > cursor)) return NOWHERE
  const at = complete === undefined || complete.cursor === cursor ? { cursor, next } : { ...complete, next: null }
  const known = lineage?.cursor === at.cursor && epoch === '' ? lineage : undefined
  return {
    ...{ cursor: at.cursor, next: at.next },
    ...{ lineage: known?.id ?? '', path: known?.path ?? [], restoring: known?.restoring ?? false },
  }
}

export function toStored({ lineage: id, cursor, next, path, restoring }: DevicePosition): StoredPosition {
  return {
    ...{ key: 'position', log: CAMPUS_LOG, epoch: '', cursor, next },
    ...{ complete: { epoch: '', cursor }, lineage: { id, cursor, path, restoring } },
  }
}
