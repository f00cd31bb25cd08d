import { toLookedForm, toLookOfWord, toPlainForm } from './look-of-words.ts'

/** Words that something is looked through for, as JSON: a classroom's row is one. */
export interface WordList {
  words: string
}

/** A list of words, as a row keeps it. */
export function toWords({ words }: WordList): string[] {
  return JSON.parse(words) as string[]
}

/** A word list as a tree of code points. */
interface Node {
  next: Map<string, Node>
  /** Of the word that ends here, in code points; 0 where none does. */
  length: number
}

/** The words of a list as they are, and as they look. */
interface Trees {
  plain: Node
  looked: Node
}

/** Lists whose tree is kept, the one used last at the end: a class uses one for an hour. */
const KEPT_MAX = 100
const kept = new Map<string, Trees>()

/** A shorter word is often the beginning of another one: "ass" of "assignment", "anal" of "analysis". */
const LONG_WORD = 5
const ENDING = /^(?:['’].*|e?[sd]|ings?|y|ies|e[mnr]?)?$/
/** What begins like a word with an ending, or a long one, and is another. */
const ANOTHER = /^(?:butter|cocker|hellen|penistone|retardant|retardation)/
/** Letters that a short word of another script may have behind it: its endings are others. */
const ENDING_MAX = 2
const OF_WORD = /[\p{L}\p{M}\p{N}]/u
const JOINS_WORD = /[\p{L}\p{M}\p{N}'’]/u
const SPACELESS = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u
/** No word that is looked at as a whole is longer. */
const LOOKED_AT_MAX = 60

/**
 * Whether a text holds one of these words, in whichever case and form: a short one whole or with an ending,
 * a long one also at the beginning of a longer one. What is not seen between letters, and letters that only look like
 * others, hide none.
 */
export function hasWord(text: string, list: WordList): boolean {
  const tree = findTree(list)
  const plain = toPlainForm(text)
  const looked = toLookedForm(plain)
  const characters = Array.from(plain)
  if (beginsAnywhere(characters, tree.plain, () => true)) return true
  if (looked === plain) return false
  const seen = Array.from(looked)
  // What is found by its look is written in other letters: "pot" itself is no "рот".
  return beginsAnywhere(
    seen,
    tree.looked,
    (from, to) => !characters.slice(from, to).every((one, at) => one === seen[from + at]),
  )
}

/**
 * One walk through the text, whatever the number of words: only where a word of the text begins the tree is gone into,
 * for as long as it leads on, which is at most as far as its longest word.
 */
function beginsAnywhere(
  characters: readonly string[],
  tree: Node,
  counts: (from: number, to: number) => boolean,
): boolean {
  let before = ''
  for (const [start, character] of characters.entries()) {
    let node: Node | undefined = OF_WORD.test(before) && !SPACELESS.test(character) ? undefined : tree
    for (let at = start; node !== undefined && at < characters.length; at += 1) {
      node = node.next.get(characters[at] ?? '')
      if (node === undefined || node.length === 0) continue
      if (endsAt(characters, start, at + 1, node.length) && counts(start, at + 1)) return true
    }
    before = character
  }
  return false
}

/** Whether what stands behind a word here may be an ending of it. */
function endsAt(characters: readonly string[], start: number, from: number, length: number): boolean {
  const last = characters[from - 1] ?? ''
  if (SPACELESS.test(last) || !OF_WORD.test(last)) return true
  let end = from
  while (end < from + LOOKED_AT_MAX && JOINS_WORD.test(characters[end] ?? '')) end += 1
  if (ANOTHER.test(characters.slice(start, end).join(''))) return false
  if (length >= LONG_WORD) return true
  if (!/\p{sc=Latn}/u.test(last)) return end - from <= ENDING_MAX
  const rest = characters.slice(from, end).join('')
  return ENDING.test(rest) || (rest.startsWith(last) && /^(?:y|ed|er|ings?|ies)$/.test(rest.slice(last.length)))
}

function findTree(list: WordList): Trees {
  const known = kept.get(list.words)
  const tree = known ?? growTrees(toWords(list))
  kept.delete(list.words)
  kept.set(list.words, tree)
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT_MAX) break
    kept.delete(oldest)
  }
  return tree
}

function growTrees(words: readonly string[]): Trees {
  const plain = words.map(toPlainForm)
  return { plain: growTree(plain), looked: growTree([...plain, ...plain.map(toLookOfWord)]) }
}

function growTree(words: readonly string[]): Node {
  const root: Node = { next: new Map(), length: 0 }
  for (const word of words) {
    let node = root
    const characters = Array.from(word)
    for (const character of characters) {
      const next: Node = node.next.get(character) ?? { next: new Map(), length: 0 }
      node.next.set(character, next)
      node = next
    }
    node.length = characters.length
  }
  return root
}
