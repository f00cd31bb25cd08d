import type { ClassroomTable } from '../store/schema.ts'

/** The words that hold a question, as the classroom's row keeps them. */
export function toWords(classroom: Pick<ClassroomTable, 'words'>): string[] {
  return JSON.parse(classroom.words) as string[]
}

/** A word list as a tree of code points. What a node leads to is what may follow; `true` is the end of a word. */
interface Node {
  next: Map<string, Node | true>
}

/** Lists whose tree is kept, the one used last at the end: a class uses one for an hour. */
const KEPT_MAX = 100
const kept = new Map<string, Node>()

/** Whether a text holds one of the classroom's words, or a longer word that begins with it, in whichever case. */
export function hasWord(text: string, classroom: Pick<ClassroomTable, 'words'>): boolean {
  return beginsAnywhere(text.normalize('NFC').toLowerCase(), findTree(classroom))
}

/**
 * One walk through the text, whatever the number of words: only where a word of the text begins the tree is gone into,
 * for as long as it leads on, which is at most as far as its longest word.
 */
function beginsAnywhere(text: string, tree: Node): boolean {
  const characters = Array.from(text)
  let isInside = false
  for (const [start, character] of characters.entries()) {
    let node: Node | true | undefined = isInside ? undefined : tree
    for (let at = start; node !== undefined && at < characters.length; at += 1) {
      node = node.next.get(characters[at] ?? '')
      if (node === true) return true
    }
    isInside = /[\p{L}\p{M}\p{N}]/u.test(character)
  }
  return false
}

function findTree(classroom: Pick<ClassroomTable, 'words'>): Node {
  const known = kept.get(classroom.words)
  const tree = known ?? growTree(toWords(classroom))
  kept.delete(classroom.words)
  kept.set(classroom.words, tree)
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT_MAX) break
    kept.delete(oldest)
  }
  return tree
}

/** A word that begins with another one of the list adds nothing: where it stands, the other stands too. */
function growTree(words: readonly string[]): Node {
  const root: Node = { next: new Map() }
  for (const word of words) {
    const characters = Array.from(word.normalize('NFC').toLowerCase())
    let node: Node | true = root
    for (const [index, character] of characters.entries()) {
      if (node === true) break
      const isLast = index === characters.length - 1
      const next: Node | true = isLast ? true : (node.next.get(character) ?? { next: new Map() })
      node.next.set(character, next)
      node = next
    }
  }
  return root
}
