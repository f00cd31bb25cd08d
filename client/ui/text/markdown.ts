import createMarkdownIt, { type StateInline, type Token } from 'markdown-it'
import { addressRule, readAddress } from './address-rule.ts'
import { ADDRESS_MAX, toHref } from './addresses.ts'
import { blockFormulaRule, inlineFormulaRule } from './formula-rules.ts'
import { mentionRule, type Mentions } from './mention-rule.ts'

/** markdown-it leaves out what is nested deeper, so a tree that comes near it is not shown. */
export const NESTING_MAX = 20

const markdown = createMarkdownIt({ html: false, linkify: true, typographer: false, maxNesting: NESTING_MAX })
// No HTML in any form, no pictures, no tables. The rest of these would change what people mean in a chat: indented
// code, underlined headings, references (which can multiply a text) and `&amp;`.
markdown.disable(['html_block', 'html_inline', 'image', 'table', 'code', 'lheading', 'reference', 'entity'])
markdown.linkify.set({ urlAuth: true, maxLength: ADDRESS_MAX }).add('ftp:', null).add('//', null)
for (const scheme of ['http:', 'https:']) markdown.linkify.add(scheme, { validate: readAddress })
markdown.normalizeLink = (address) => toHref(address) ?? ''
markdown.validateLink = (href) => href !== ''
markdown.normalizeLinkText = (address) => address
markdown.inline.ruler.at('newline', newlineRule)
markdown.inline.ruler.at('linkify', addressRule)
markdown.inline.ruler.before('escape', 'mention', mentionRule)
markdown.inline.ruler.before('escape', 'formula', inlineFormulaRule)
markdown.block.ruler.before('fence', 'formula_block', blockFormulaRule, {
  alt: ['paragraph', 'blockquote', 'list'],
})

/** The text as tokens of markdown-it's. Hands in no bound of its own: see parse.ts. */
export function toTokens(text: string, mentions: Mentions): Token[] {
  return markdown.parse(text, { mentions })
}

/** In a chat a line ends where one ended it, and the next keeps its indentation. */
function newlineRule(state: StateInline, silent: boolean): boolean {
  if (state.src[state.pos] !== '\n') return false
  if (!silent) state.pending += '\n'
  state.pos++
  return true
}
