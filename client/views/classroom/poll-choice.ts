import type { PollView } from '../../data/classroom/views.ts'

/** What one answered oneself, in the words of the results. */
export function toMine({ kind, options, myChoice }: Pick<PollView, 'kind' | 'options' | 'myChoice'>): string[] {
  if (myChoice === null) return []
  if (typeof myChoice === 'string') return kind === 'words' ? [myChoice.trim().toLowerCase()] : []
  return myChoice.flatMap((index) => options[index] ?? [])
}

/** Of free words as many as can be told apart, the most frequent first; of options all, as they stand. */
export function toCounts(
  { kind, counts }: Pick<PollView, 'kind' | 'counts'>,
  max: number,
): { option: string; count: number }[] {
  if (counts === null) return []
  return kind === 'words' ? counts.toSorted((a, b) => b.count - a.count).slice(0, max) : counts
}
