import type { Reach } from './row.ts'

/** With three figures, as a measurement has at most: 0.00123, 1.23, 12,300. */
export function toNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(value)
}

export function toReach({ of, bound, value }: Reach): string {
  return `${bound === 'at least' ? '≥' : '≤'} ${toNumber(value)}${of === 'ours' ? ' by itself' : ''}`
}
