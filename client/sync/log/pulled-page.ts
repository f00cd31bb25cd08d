import type { Lineage } from '../../../shared/protocol/http.ts'
import type { Hole } from '../../../shared/protocol/http.ts'
import type { PulledPage } from './kind.ts'

/** A page as the wire has it: the oldest servers tell no lineage. With `isOlder` it left out what is newer. */
export function toPulledPage<Row>(
  page: {
    lineage?: Lineage | undefined
    from: number
    to: number
    head: number
    next?: string | null
    rows: Row[]
    holes?: Hole[] | undefined
  },
  isOlder: boolean,
): PulledPage<Row> {
  const { lineage = { id: '', start: 0 }, from, to, head, next = null, rows, holes = [] } = page
  return {
    ...{ lineage, from, to, head, next, rows, ...(isOlder && { isOlder }) },
    ...(holes.length > 0 && { holes: holes.map((hole) => ({ ...hole, seq: head })) }),
  }
}
