import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasWord } from '../../../server/classroom/words.ts'
import { WORDS_MAX } from '../../../shared/classroom/limits.ts'

const holds = (text: string, words: readonly string[]) => hasWord(text, { words: JSON.stringify(words) })

/** The same, said as plainly as it can be: each word is looked for wherever a word of the text begins. */
function holdsPlainly(text: string, words: readonly string[]): boolean {
  const characters = Array.from(text.normalize('NFC').toLowerCase())
  const isOfWord = (character: string | undefined) => /[\p{L}\p{M}\p{N}]/u.test(character ?? '')
  return characters.some((_, start) => {
    if (isOfWord(characters[start - 1])) return false
    const rest = characters.slice(start).join('')
    return words.some((word) => rest.startsWith(word.normalize('NFC').toLowerCase()))
  })
}

/** Few characters, so that words meet: letters that fold, that are composed, that take two units, and what parts words. */
const character = fc.constantFrom('a', 'b', 'A', 'ß', 'é', 'e\u0301', '𝒳', '1', ' ', '-', '.', '\u0301')
const textOf = (maxLength: number, minLength = 0) =>
  fc.array(character, { minLength, maxLength }).map((characters) => characters.join(''))

test('whatever the words and the text, a word is found exactly where it begins a word', () => {
  fc.assert(
    fc.property(textOf(20), fc.array(textOf(4, 1), { maxLength: 6 }), (text, words) => {
      expect(holds(text, words)).toBe(holdsPlainly(text, words))
    }),
    { numRuns: 3_000 },
  )
})

test('of the words of another list nothing is remembered', () => {
  expect(holds('an apple', ['apple'])).toBe(true)
  expect(holds('an apple', ['pear'])).toBe(false)
  expect(holds('an apple', ['apple'])).toBe(true)
})

/** How many characters of a text a search looks at: each look at its list of what may follow is counted. */
function countLooks(text: string, words: readonly string[]): number {
  let looks = 0
  const { get } = Map.prototype
  Map.prototype.get = function (this: Map<unknown, unknown>, key: unknown) {
    looks += 1
    return get.call(this, key) as unknown
  }
  try {
    holds(text, words)
  } finally {
    Map.prototype.get = get
  }
  return looks
}

test('a search looks at no more of a text for 200 words than for one', () => {
  const text = 'b'.repeat(9_999)
  const long = Array.from({ length: WORDS_MAX }, (_, index) => `${'b'.repeat(38)}${index}`)
  // The list is read before it is counted.
  for (const words of [long, ['c']]) holds(text, words)
  expect(countLooks(text, long)).toBeLessThanOrEqual(countLooks(text, ['c']) + 40)
  const parted = 'b '.repeat(5_000)
  expect(countLooks(parted, long)).toBeLessThanOrEqual(2 * parted.length)
})
