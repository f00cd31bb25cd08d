import type { Mentions } from './mention-rule.ts'
import { readText } from './read-text.ts'
import type { Block, Inline } from './tree.ts'

/** The handles that a text mentions, of those that are known: exactly those that are drawn as mentions. */
export function findMentioned(text: string, mentions: Mentions): Set<string> {
  const found = new Set<string>()
  const tree = text.includes('@') ? readText(text, mentions) : null
  if (tree?.kind === 'blocks') collect(tree.blocks, found)
  return found
}

function collect(nodes: readonly (Block | Inline)[], found: Set<string>): void {
  for (const node of nodes) {
    if (node.kind === 'mention') found.add(node.handle)
    else if (node.kind === 'list') for (const { children } of node.items) collect(children, found)
    else if ('children' in node) collect(node.children, found)
  }
}
