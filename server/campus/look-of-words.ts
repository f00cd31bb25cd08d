import { toPrototype } from './skeleton.ts'

/*
 * How a text is read by the filter of words: without what is not seen, in plain forms instead of full-width and styled
 * ones, and, where a word is written in letters that look like others, as what it looks like.
 */

const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu
/** Marks that no letter takes up when it is composed: they are stacked or struck through to hide it. */
const STACKED = /([\p{sc=Latn}\p{sc=Cyrl}\p{sc=Grek}])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+/gu
const WORD = /[\p{L}\p{M}\p{N}]+/gu
/** Letters of living alphabets: an "ı" is none of the ways to hide an "i". */
const OF_AN_ALPHABET = /[\u00c0-\u024f\u1e00-\u1eff]/
const LATIN = /\p{sc=Latn}/u
const LOOKS_LATIN = /[\p{sc=Cyrl}\p{sc=Grek}\p{sc=Armn}\p{sc=Cher}\p{sc=Copt}\p{sc=Lisu}]/u

const prototypes = new Map<string, string>()
const KEPT_MAX = 5_000

/** A text or a word as it is compared. */
export function toPlainForm(text: string): string {
  return text.normalize('NFKC').replace(UNSEEN, '').toLowerCase().normalize('NFC').replace(STACKED, toBase)
}

function toBase(_: string, letter: string): string {
  return Array.from(letter.normalize('NFD'))[0] ?? ''
}

/** The same as it looks, where that is another text. `plain` is its plain form, of which each word keeps its length. */
export function toLookedForm(plain: string): string {
  if (!/[^ -~]|\p{L}[01]\p{L}/u.test(plain)) return plain
  // Where letters stand that look like no Latin ones, words of that script are what they are: "рот" is no "pot".
  const isInScript = Array.from(plain).some((letter) => LOOKS_LATIN.test(letter) && toLook(letter) === letter)
  return plain.replace(WORD, (word) => {
    const isMixed = LATIN.test(word) || /\d/.test(word)
    return isMixed || !isInScript ? toLookOfWord(word) : word
  })
}

/** A word of a list as it would look, letter by letter. */
export function toLookOfWord(word: string): string {
  const letters = Array.from(word)
  return letters
    .map((letter, at) => {
      if (letter !== '0' && letter !== '1') return toLook(letter)
      const isInside = /\p{L}/u.test(letters[at - 1] ?? '') && /\p{L}/u.test(letters[at + 1] ?? '')
      return isInside ? (letter === '0' ? 'o' : 'l') : letter
    })
    .join('')
}

/** The one Latin letter that a letter looks like, or itself. */
function toLook(letter: string): string {
  if (letter <= '~' || OF_AN_ALPHABET.test(letter)) return letter
  const known = prototypes.get(letter)
  if (known !== undefined) return known
  const looks = [toPrototype(letter), toPrototype(letter.toUpperCase()).toLowerCase()]
  const look = looks.find((one) => /^[a-z]$/.test(one)) ?? letter
  if (prototypes.size >= KEPT_MAX) prototypes.clear()
  prototypes.set(letter, look)
  return look
}
