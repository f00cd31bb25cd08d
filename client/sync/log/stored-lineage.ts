import type { Lineage } from '../../../shared/protocol/http.ts'
import type { DevicePosition } from './position.ts'

/*
 * An app of an older version that is installed again, or still open in another tab, moves the cursor and leaves as it
 * is what it does not know. So what is kept of the lineage beside a cursor names the cursor that it is of. Without one
 * the server takes the cursor at its word, and the next page or frame brings it.
 */

export interface StoredLineage {
  id: string
  cursor: number
  path: readonly Lineage[]
  restoring: boolean
  /** Left out where the log did not go on beyond the cursor. */
  behind?: boolean | undefined
  /** See `DevicePosition`. */
  ahead?: number | undefined
  /** See `DevicePosition`. */
  aheadIn?: string | undefined
  /** See `DevicePosition`. */
  older?: { lineage: string; cursor: number } | undefined
}

export function toStoredLineage(position: DevicePosition): StoredLineage {
  const { lineage, cursor, path, restoring, behind, ahead, aheadIn = '', older } = position
  return {
    ...{ id: lineage, cursor, path, restoring, ...(behind && { behind }) },
    ...{ ...(ahead !== undefined && { ahead, aheadIn }), ...(older !== undefined && { older }) },
  }
}

/** What is known of a stored cursor. An app that knows lineages stores no epoch. */
export function fromStoredLineage(
  stored: StoredLineage | undefined,
  { epoch, cursor }: { epoch: string; cursor: number },
): Pick<DevicePosition, 'lineage' | 'path' | 'restoring' | 'behind' | 'ahead' | 'aheadIn' | 'older'> {
  const known = stored?.cursor === cursor && epoch === '' ? stored : undefined
  const { id = '', path = [], restoring = false, behind = false, ahead, aheadIn = '', older } = known ?? {}
  return {
    ...{ lineage: id, path, restoring, behind },
    ...{ ...(ahead !== undefined && { ahead, aheadIn }), ...(older !== undefined && { older }) },
  }
}
