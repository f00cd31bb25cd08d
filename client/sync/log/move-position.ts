import type { Lineage } from '../../../shared/protocol/http.ts'
import type { DevicePosition } from './position.ts'

// Apart from what a position is: the first screen of a student reads one, and moves none.

/** Whether all rows up to there are here that a command which took effect at `seq` made or changed. */
export function holdsAll({ cursor, next, behind }: DevicePosition, seq: number): boolean {
  return next === null && !behind && seq <= cursor
}

/** More are not kept of a device's way: with an older one both sides agree up to the beginning. */
const PATH_MAX = 50

/** Whether this device has not come through a lineage. */
export function isElsewhere({ path }: DevicePosition, { id }: Lineage): boolean {
  return id !== '' && !path.some((lineage) => lineage.id === id)
}

/** Where rows come from: the oldest servers know no lineage, and its id is empty; those and others leave out what is newer. */
export interface Origin {
  lineage: Lineage
  /** A server of a version before said it: rows of newer kinds, and what is newer in others, are left out. */
  isOlder?: boolean
}

/** The position further on, in whichever lineage it was given. */
export function moveTo(
  position: DevicePosition,
  { lineage, isOlder = false }: Origin,
  { cursor, next, behind }: Pick<DevicePosition, 'cursor' | 'next' | 'behind'>,
): DevicePosition {
  const path = isElsewhere(position, lineage) ? [...position.path, lineage].slice(-PATH_MAX) : position.path
  const { ahead = 0, aheadIn = '', older = { lineage: position.lineage, cursor: position.cursor }, ...rest } = position
  return {
    ...{ ...rest, lineage: lineage.id, cursor, next, path, behind },
    ...(ahead > cursor && { ahead, aheadIn }),
    ...((isOlder || lineage.id === '') && { older }),
  }
}

/** Where to pull once more from, now that a server of the newest version answers; undefined where nothing is missing. */
export function findMissed(position: DevicePosition, { lineage, isOlder = false }: Origin): DevicePosition | undefined {
  const { older, ...rest } = position
  return older === undefined || isOlder || lineage.id === ''
    ? undefined
    : { ...rest, ...older, next: null, behind: true }
}

/** The position once rows with these `seq` came outside the log, in this lineage; an empty one is none. */
export function withRowsAhead(position: DevicePosition, lineage: string, seqs: readonly number[]): DevicePosition {
  const ahead = seqs.reduce((one, other) => Math.max(one, other), 0)
  if (ahead <= position.cursor) return position
  const before = position.ahead === undefined ? lineage : position.aheadIn
  return { ...position, ahead: Math.max(ahead, position.ahead ?? 0), aheadIn: before === lineage ? lineage : '' }
}

/** Whether a log that goes on in this lineage, which is new here, may have lost rows that came ahead of the cursor. */
export function mayLackRowsAhead({ ahead, aheadIn }: DevicePosition, { id }: Lineage): boolean {
  return ahead !== undefined && aheadIn !== id
}

/**
 * Up to where this device and a log agree that knows these lineages, each up to its `end`: in the last lineage that
 * both have, as far as both went in it.
 */
export function findCommonEnd(position: DevicePosition, lineages: readonly { id: string; end: number }[]): number {
  const ends = new Map(lineages.map(({ id, end }) => [id, end]))
  for (let index = position.path.length - 1; index >= 0; index -= 1) {
    const lineage = position.path[index]
    const end = lineage === undefined ? undefined : ends.get(lineage.id)
    if (end === undefined) continue
    return Math.min(end, position.path[index + 1]?.start ?? position.cursor)
  }
  return 0
}

/** Whether two positions are the same: what was asked for at one is an answer at the other. */
export function isSamePosition(one: DevicePosition, other: DevicePosition): boolean {
  return one.lineage === other.lineage && one.cursor === other.cursor && one.next === other.next
}
