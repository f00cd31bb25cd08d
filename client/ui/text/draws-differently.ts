import type { Mentions } from '../../../shared/text/mention-rule.ts'
import { readText } from '../../../shared/text/read-text.ts'
import type { Block, Inline } from '../../../shared/text/tree.ts'
import { toWords } from '../../../shared/text/words.ts'

/** Whether a text is drawn in any other way than it stands in its field; an address that is only made a link is not. */
export function drawsDifferently(text: string, mentions?: Mentions): boolean {
  const tree = readText(text, mentions)
  return tree.kind === 'blocks' && !tree.blocks.every(isAsWritten)

  function isAsWritten(block: Block): boolean {
    return block.kind === 'paragraph' && block.children.every(isTextAlone)
  }

  function isTextAlone(node: Inline): boolean {
    if (node.kind === 'link') return node.host === null && !text.includes(`[${toWords([node])}]`)
    return node.kind === 'text'
  }
}
