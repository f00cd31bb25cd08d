import { HANDLE_MAX, HANDLE_MIN } from '../../../shared/protocol/limits.ts'

/** The word that mentions all in a group. */
export const EVERYONE_HANDLE = 'everyone'

export interface MentionWords {
  /** For each `@` what its handle may be, in lower case, the longest first; perhaps nobody's. */
  handles: string[][]
  /** Whether `@everyone` is written. */
  all: boolean
}

/** What a text mentions. Code mentions nobody. */
export function findMentionWords(text: string): MentionWords {
  const words = new Set<string>()
  for (const [, word = ''] of withoutCode(text).matchAll(MENTION)) words.add(word.toLowerCase())
  const handles = [...words].map(toReadings)
  return { handles, all: handles.some((readings) => readings.includes(EVERYONE_HANDLE)) }
}

/** An `@` that does not stand inside a word or an address, and a handle. */
const MENTION = /(?<![\p{L}\p{N}_@./+-])@([a-z][a-z0-9._-]*)/giu
const CODE = /(`{1,3})[\s\S]*?\1/g

function withoutCode(text: string): string {
  return text.replace(CODE, ' ')
}

/** "@ann." may be Ann's handle at the end of a sentence, or that of "ann.". */
function toReadings(word: string): string[] {
  let bare = word.length
  while (bare > 0 && '._-'.includes(word.charAt(bare - 1))) bare--
  const all = []
  for (let length = Math.min(word.length, HANDLE_MAX); length >= Math.max(bare, HANDLE_MIN); length--) {
    all.push(word.slice(0, length))
  }
  return all
}
