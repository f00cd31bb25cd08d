import { countWords } from '../../data/count-words.ts'

/** What is decided of groups and Everyone. */
export type Posting = 'everybody' | 'leaders' | 'moderators'

const WRITERS: Record<Posting, string> = {
  everybody: 'Everybody may write',
  leaders: 'Only who leads it may write',
  moderators: 'Only moderators may write',
}

/** Who may write in a conversation, and how fast, in a sentence. */
export function toPostingWords({ posting, slowSeconds }: { posting: Posting; slowSeconds: number }): string {
  return slowSeconds === 0 ? `${WRITERS[posting]}.` : `${WRITERS[posting]}, once in ${toSpanWords(slowSeconds)}.`
}

/** "30 seconds", "5 minutes", "2 hours" */
export function toSpanWords(seconds: number): string {
  if (seconds < 120) return countWords(seconds, 'second')
  return seconds < 7_200
    ? countWords(Math.round(seconds / 60), 'minute')
    : countWords(Math.round(seconds / 3_600), 'hour')
}
