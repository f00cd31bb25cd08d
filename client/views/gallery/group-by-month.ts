import type { GalleryItem } from '../../data/files/gallery.ts'
import { toMonthName } from '../../ui/time.ts'

type Shown = Exclude<GalleryItem, { kind: 'hole' }>

/** What stands together between two holes, or a hole. */
export type GalleryRun =
  { kind: 'items'; key: string; items: Shown[] } | { kind: 'hole'; key: string; count: number; before: number }

export interface GalleryMonth {
  key: string
  /** Null above the first item where only a hole stands. */
  name: string | null
  runs: GalleryRun[]
}

/** The items by month, in their order; a hole stands in the month of what is above it. */
export function groupByMonth(items: readonly GalleryItem[], now: number): GalleryMonth[] {
  const months: GalleryMonth[] = []
  for (const item of items) {
    const name = item.kind === 'hole' ? (months.at(-1)?.name ?? null) : toMonthName(item.source.at, now)
    let month = months.at(-1)
    if (month === undefined || month.name !== name) {
      month = { key: item.key, name, runs: [] }
      months.push(month)
    }
    const run = month.runs.at(-1)
    if (item.kind === 'hole') month.runs.push(item)
    else if (run?.kind === 'items') run.items.push(item)
    else month.runs.push({ kind: 'items', key: item.key, items: [item] })
  }
  return months
}
