import { lazily } from '../../shared/lazily.ts'

const graphemes = lazily(() => new Intl.Segmenter(undefined, { granularity: 'grapheme' }))

/** The first sign of the first and the last word: "Ada Lovelace" is "AL". */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = firstSign(words[0] ?? '')
  return words.length > 1 ? first + firstSign(words.at(-1) ?? '') : first
}

function firstSign(word: string): string {
  for (const { segment } of graphemes().segment(word)) return segment.toLocaleUpperCase()
  return ''
}
