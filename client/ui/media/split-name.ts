import { toEnding } from './file-ending.ts'

/** So many characters before the ending stay with it: that is where names that are alike differ. */
const BEFORE_ENDING = 5
const ENDING_MAX = 10
const SHORT_MAX = 14

/** A name in two parts, of which the first may be cut and the second is always seen. Together they are the name. */
export function splitName(name: string): { begin: string; end: string } {
  const characters = Array.from(name)
  if (characters.length <= SHORT_MAX) return { begin: name, end: '' }
  const ending = Array.from(toEnding(name))
  const kept = ending.length === 0 || ending.length > ENDING_MAX ? 0 : ending.length + 1
  let at = characters.length - kept - BEFORE_ENDING
  // No letter loses its accent, and none that is written joined with the next is torn off.
  if (/^[^\p{ASCII}]/u.test(characters[at] ?? '') || /^[^\p{ASCII}]/u.test(characters[at - 1] ?? '')) {
    at = kept === 0 ? characters.length : characters.length - kept
  }
  return { begin: characters.slice(0, at).join(''), end: characters.slice(at).join('') }
}
