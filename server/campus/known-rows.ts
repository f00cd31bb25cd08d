import type { CampusRow } from './types.ts'

const ROWS_OF_VERSION_3: readonly CampusRow['type'][] = ['event', 'hidden']

/** Whether a version of the protocol has such rows; whoever speaks an older one does without. */
export function isKnownIn(version: number, { type }: Pick<CampusRow, 'type'>): boolean {
  return version >= 3 || !ROWS_OF_VERSION_3.includes(type)
}

/** The rows that a version has. */
export function toKnownRows<R extends CampusRow>(version: number, rows: readonly R[]): R[] {
  return rows.filter((row) => isKnownIn(version, row))
}
