import type { Emoji } from './emoji-groups.ts'

/** The words of a text in lower case and without accents. */
export function toFoldedWords(text: string): string[] {
  const folded = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return folded.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
}

/** The emoji of whose words each of the query begins one: those that are named so, then those that it is said of. */
export function searchEmoji(list: readonly Emoji[], query: string): Emoji[] {
  const words = toFoldedWords(query)
  if (words.length === 0) return []
  const phrase = words.join(' ')
  const ranks: [Emoji[], Emoji[], Emoji[], Emoji[]] = [[], [], [], []]
  for (const emoji of list) {
    const isNamed = beginsOneOf(emoji.labelWords)
    const isTagged = beginsOneOf(emoji.tagWords)
    const label = emoji.labelWords.join(' ')
    if (label === phrase) ranks[0].push(emoji)
    else if (label.startsWith(phrase)) ranks[1].push(emoji)
    else if (words.every(isNamed)) ranks[2].push(emoji)
    else if (words.every((word) => isNamed(word) || isTagged(word))) ranks[3].push(emoji)
  }
  return ranks.flat()
}

function beginsOneOf(all: readonly string[]): (word: string) => boolean {
  return (word) => all.some((one) => one.startsWith(word))
}
