import { countWords } from '../../data/count-words.ts'
const NAMED_MAX = 12

/** "You, Ada and Ben"; of many the first dozen and how many more. */
export function toNames(names: readonly string[], namedMax = NAMED_MAX): string {
  const named = names.slice(0, namedMax)
  const more = names.length - named.length
  const parts = more === 0 ? named : [...named, countWords(more, 'other')]
  const last = parts.at(-1) ?? ''
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`
}
