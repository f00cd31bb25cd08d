import type { LogPosition, StoredPosition } from './database.ts'

/*
 * An app of version 1 that is installed again stores rows without the fields of version 2, knows
 * nothing of its other rows, and moves the cursor past them. What it knows not it leaves as it is, so
 * that `complete` still says up to where all rows came here, and from there they are pulled once more.
 * A device that was never of version 2 has missed nothing: the server had no such rows before its own
 * update, and since then answers no app of version 1.
 */

/** Where a device stands that holds all rows up to there. */
export function fromStored({ complete, ...position }: StoredPosition): LogPosition {
  if (complete === undefined) return position
  if (complete.epoch !== position.epoch || complete.cursor > position.cursor) {
    return { ...position, epoch: '', cursor: 0, next: null }
  }
  return complete.cursor === position.cursor ? position : { ...position, cursor: complete.cursor, next: null }
}

export function toStored(position: LogPosition): StoredPosition {
  const { epoch, cursor } = position
  return { ...position, complete: { epoch, cursor } }
}
