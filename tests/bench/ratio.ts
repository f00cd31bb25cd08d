import type { Figure, Quantities, Reach } from './row.ts'

/** What the pairs of a figure came to; the range is that of the ratio, or of ours where there is no rival. */
export interface Summary {
  ours: number
  rival: number
  ratio: number
  least: number
  most: number
}

export interface Samples {
  ours: number[]
  rival: number[]
  ratio: number[]
}

/** The ratio of each pair, for a machine that was busy in one of them was busy for both sides. */
export function toSamples(figure: Figure, pairs: readonly Readonly<Record<string, Quantities>>[]): Samples {
  const values = (side: string) =>
    pairs.map((pair) => {
      const value = pair[side]?.[figure.quantity]
      if (value === undefined || !Number.isFinite(value)) throw new Error(`${side} did not measure ${figure.quantity}`)
      return value
    })
  const ours = values(figure.ours)
  if (figure.rival === undefined) return { ours, rival: [], ratio: [] }
  const rival = values(figure.rival)
  return { ours, rival, ratio: ours.map((value, place) => value / (rival[place] ?? Number.NaN)) }
}

export function summarize({ ours, rival, ratio }: Samples): Summary {
  const of = { ours: median(ours), rival: median(rival), ratio: median(ratio) }
  const ranging = ratio.length > 0 ? ratio : ours
  return { ...of, least: Math.min(...ranging), most: Math.max(...ranging) }
}

export function isReached({ of, bound, value }: Reach, summary: Summary): boolean {
  return bound === 'at least' ? summary[of] >= value : summary[of] <= value
}

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * part) / 100))] ?? Number.NaN
}
