/** Letters that no decomposition makes plain, as people type them who look for them on another keyboard. */
const PLAIN: Record<string, string> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ø: 'o', ł: 'l', đ: 'd', ð: 'd', ħ: 'h', ŧ: 't', ŋ: 'n', ı: 'i', ə: 'e' },
  ...{ ƒ: 'f', ɓ: 'b', ɗ: 'd', ƙ: 'k', ƴ: 'y', ʼ: "'", ʻ: "'", '’': "'", '‘': "'" },
}
const NOT_PLAIN = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g')

/** A text without case and accents, in plain letters where there are any. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(NOT_PLAIN, (letter) => PLAIN[letter] ?? letter)
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
