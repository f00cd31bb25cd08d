import { readText } from './read-text.ts'
import type { Block } from './tree.ts'
import { toWords } from './words.ts'

/** So much of a text is read for its line; of what is longer, the rest would hardly change its beginning. */
const READ_MAX = 2_000

/** What is read of a text's beginning, without the looks of it. */
export function toPlainText(text: string): string {
  const tree = readText(text.slice(0, READ_MAX))
  return tree.kind === 'blocks' ? tree.blocks.map(toPlain).join('\n') : tree.text
}

function toPlain(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return toWords(block.children)
    case 'quote':
      return block.children.map(toPlain).join('\n')
    case 'list':
      return block.items
        .map(({ marker, children }) => `${marker ?? '•'} ${children.map(toPlain).join('\n')}`)
        .join('\n')
    case 'code':
      return block.code
    case 'formula':
      return block.source
    case 'rule':
      return '—'
  }
}
