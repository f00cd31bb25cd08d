import type { GalleryItem } from '../../data/files/gallery.ts'
import { sameYear } from '../../ui/time.ts'

const month = new Intl.DateTimeFormat(undefined, { month: 'long' })
const monthOfYear = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric' })

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
    let latest = months.at(-1)
    if (latest === undefined || latest.name !== name) {
      latest = { key: item.key, name, runs: [] }
      months.push(latest)
    }
    const run = latest.runs.at(-1)
    if (item.kind === 'hole') latest.runs.push(item)
    else if (run?.kind === 'items') run.items.push(item)
    else latest.runs.push({ kind: 'items', key: item.key, items: [item] })
  }
  return months
}

/** "May", "May 2024" */
function toMonthName(ms: number, now: number): string {
  return sameYear(ms, now) ? month.format(ms) : monthOfYear.format(ms)
}
