import type { StateInline } from 'markdown-it'
import { toHref } from './addresses.ts'

const SCHEME_AT_END = /(?:^|[^\p{L}\p{N}_])(https?)$/iu
const LONGEST_SCHEME = 5
/** What hides or turns around what stands behind it, and what begins code. */
const ENDS_ADDRESS = /[`\u200b\u202a-\u202e\u2066-\u2069]/
const NOT_AT_THE_END = /[.,:;!?*_~]/

/**
 * How linkify-it reads the rest of an address after its scheme, without what it would take along of a sentence's end, of
 * Markdown, and of what is not seen.
 */
export function readAddress(text: string, start: number, { re }: StateInline['md']['linkify']): number {
  const pattern = re.get_http_validator()
  pattern.lastIndex = start
  const rest = pattern.exec(text)?.[0].split(ENDS_ADDRESS)[0] ?? ''
  let length = rest.length
  while (NOT_AT_THE_END.test(rest.charAt(length - 1))) length--
  return length
}

/**
 * markdown-it's own rule, but that what begins like an address and cannot be followed is text to its end: so that
 * nothing is read twice, and "https://a@b/!", many times over, takes no longer than its length.
 */
export function addressRule(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax, linkLevel, md } = state
  if (!src.startsWith('://', pos) || linkLevel > 0) return false
  const scheme = SCHEME_AT_END.exec(src.slice(Math.max(0, pos - LONGEST_SCHEME - 1), pos))?.[1]
  if (scheme === undefined || (!silent && !state.pending.endsWith(scheme))) return false
  const address = md.linkify.matchAtStart(src.slice(pos - scheme.length, posMax))?.raw
  if (address === undefined) return false
  if (!silent) push(state, address, scheme)
  state.pos += address.length - scheme.length
  return true
}

function push(state: StateInline, address: string, scheme: string): void {
  const href = toHref(address)
  // The scheme was taken for text before its colon was met.
  state.pending = state.pending.slice(0, -scheme.length)
  if (href === null) {
    state.pending += address
    return
  }
  state.push('link_open', 'a', 1).attrs = [['href', href]]
  state.push('text', '', 0).content = address
  state.push('link_close', 'a', -1)
}
