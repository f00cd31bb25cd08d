import { MESSAGE_TEXT_MAX } from '../../../shared/protocol/limits.ts'
import { buildTree } from './build-tree.ts'
import { isEmojiOnly } from './is-emoji.ts'
import { toTokens } from './markdown.ts'
import type { Mentions } from './mention-rule.ts'
import type { TextTree } from './tree.ts'

/*
 * text ─▶ too long? ──────────────────────────▶ plain, cut
 *      ─▶ nothing that could be markup? ──────▶ plain, or emoji
 *      ─▶ markdown-it ─▶ tokens ─▶ too many or too deep, or nothing to be seen? ─▶ plain
 *                               └▶ blocks
 *
 * A reader always sees what was written; what is plain is only less beautiful. All work is bounded: by the length, by
 * the parser's nesting, and by the number of nodes that a screen has to draw.
 */

/** No message is as long. Of a text that is, this much is shown. */
const PLAIN_MAX = 2 * MESSAGE_TEXT_MAX
const NO_MENTIONS: Mentions = new Map()
const MARKUP = /[*_~`$\\[@]|<[a-z]|:\/\/|mailto:|^[ \t]*(?:[-+>#]|\d{1,9}[.)])/im

/** A message's text as a tree to draw, in time that grows no faster than its length. `mentions` are the known handles. */
export function parseText(text: string, mentions: Mentions = NO_MENTIONS): TextTree {
  if (text.length > MESSAGE_TEXT_MAX) return toPlain(text)
  if (isEmojiOnly(text)) return { kind: 'emoji', text }
  if (!MARKUP.test(text)) return toPlain(text)
  const blocks = buildTree(toTokens(text, mentions), mentions)
  return blocks === null ? toPlain(text) : { kind: 'blocks', blocks }
}

function toPlain(text: string): TextTree {
  return { kind: 'plain', text: text.length > PLAIN_MAX ? `${text.slice(0, PLAIN_MAX)}…` : text }
}
