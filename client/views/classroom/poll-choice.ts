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

/** Whether what one answered in a quiz is right, once that is to be seen. */
export function judgeChoice({
  kind,
  right,
  myChoice,
}: Pick<PollView, 'kind' | 'right' | 'myChoice'>): 'right' | 'partly' | 'wrong' | null {
  if (right === null || !Array.isArray(myChoice)) return null
  const hits = myChoice.filter((place) => right.includes(place)).length
  if (hits === 0) return 'wrong'
  // Of several that are right, one choice needs only one.
  return hits === myChoice.length && (kind === 'one' || hits === right.length) ? 'right' : 'partly'
}
