import type { ClassroomTable } from '../store/schema.ts'

/** The words that hold a question, as the classroom's row keeps them. */
export function toWords(classroom: Pick<ClassroomTable, 'words'>): string[] {
  return JSON.parse(classroom.words) as string[]
}

/** Whether a text holds one of the words, or a longer word that begins with it, in whichever case. */
export function hasWord(text: string, words: readonly string[]): boolean {
  const searched = text.normalize('NFC').toLowerCase()
  return words.some((word) => beginsSomewhere(searched, word.normalize('NFC').toLowerCase()))
}

function beginsSomewhere(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!/[\p{L}\p{M}\p{N}]$/u.test(text.slice(0, at))) return true
  }
  return false
}
