import { MESSAGE_TEXT_MAX } from '../protocol/limits.ts'
import { createBudget } from './budget.ts'
import { isEmojiOnly } from './is-emoji.ts'
import type { Mentions } from './mention-rule.ts'
import { DEPTH_MAX, readBlocks, TooDeep } from './read-blocks.ts'
import type { Block, Inline, TextTree } from './tree.ts'

/*
 * text ─▶ too long? ──────────────────────────▶ plain, cut
 *      ─▶ nothing that could be markup? ──────▶ plain, or emoji
 *      ─▶ lines ─▶ blocks ─▶ inlines ─▶ too many or too deep, or nothing but text? ─▶ plain
 *                                    └▶ blocks
 *
 * This is the one reading of what somebody wrote: what is drawn, who is called, the line in a list and the export all
 * rest on it. A reader always sees what was written; what is plain is only less beautiful. All work is bounded: it
 * grows no faster than the length, and ends at the depth and the number of nodes that a screen has to draw.
 */

/** No message is as long. Of a text that is, this much is shown. */
const PLAIN_MAX = 2 * MESSAGE_TEXT_MAX
const NODES_MAX = 3_000
const NO_MENTIONS: Mentions = new Map()
const MARKUP = /[*_~`$\\[@]|<[a-z]|:\/\/|mailto:|^[ \t]*(?:[-+>#]|\d{1,9}[.)])/im

/** Whether a text may hold anything but text. */
export function mayHoldMarkup(text: string): boolean {
  return MARKUP.test(text)
}

/** A message's text as a tree to draw, in time that grows no faster than its length. `mentions` are the known handles. */
export function readText(text: string, mentions: Mentions = NO_MENTIONS): TextTree {
  if (text.length > MESSAGE_TEXT_MAX) return toPlain(text)
  if (isEmojiOnly(text)) return { kind: 'emoji', text }
  if (!mayHoldMarkup(text)) return toPlain(text)
  const blocks = readWhole(text, mentions)
  return blocks === null || isOnlyText(blocks, text) || countNodes(blocks) > NODES_MAX
    ? toPlain(text)
    : { kind: 'blocks', blocks }
}

function readWhole(text: string, mentions: Mentions): Block[] | null {
  try {
    return readBlocks(text.split('\n'), { mentions, budget: createBudget(), depth: 0, inList: false })
  } catch (error) {
    if (error instanceof TooDeep) return null
    throw error
  }
}

function isOnlyText(blocks: readonly Block[], text: string): boolean {
  const [block] = blocks
  if (block === undefined) return true
  if (blocks.length > 1 || block.kind !== 'paragraph') return false
  const [node] = block.children
  return block.children.length === 1 && node?.kind === 'text' && node.text === text
}

/** Infinite when they are nested too deeply. */
function countNodes(nodes: readonly (Block | Inline)[], depth = 0): number {
  if (depth > DEPTH_MAX) return Infinity
  let count = nodes.length
  for (const node of nodes) {
    if (node.kind === 'list') for (const { children } of node.items) count += 1 + countNodes(children, depth + 2)
    else if ('children' in node) count += countNodes(node.children, depth + 1)
    if (count > NODES_MAX) return Infinity
  }
  return count
}

function toPlain(text: string): TextTree {
  return { kind: 'plain', text: text.length > PLAIN_MAX ? `${text.slice(0, PLAIN_MAX)}…` : text }
}
