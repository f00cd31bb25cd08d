import type { Lineage } from '../../../shared/protocol/http.ts'
import type { PulledPage } from './kind.ts'

/** A page as the wire has it: a server of the version before tells no lineage. */
export function toPulledPage<Row>(page: {
  lineage?: Lineage | undefined
  from: number
  to: number
  head: number
  next?: string | null
  rows: Row[]
}): PulledPage<Row> {
  const { lineage = { id: '', start: 0 }, from, to, head, next = null, rows } = page
  return { lineage, from, to, head, next, rows }
}
