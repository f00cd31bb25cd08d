/** A text without case and accents. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/** What somebody looks for, word by word and folded; an @ is not looked for. */
export function toSearchWords(typed: string): string[] {
  return fold(typed.replace(/@/g, ' '))
    .split(/\s+/)
    .filter((word) => word !== '')
}

/** Whether all of these words stand somewhere in a folded text. */
export function hasWords(folded: string, words: readonly string[]): boolean {
  return words.every((word) => folded.includes(word))
}
