import type { StateInline } from 'markdown-it'
import { readAddress, toHref } from './addresses.ts'

const SCHEME_AT_END = /(?:^|[^\p{L}\p{N}_])(https?|mailto)$/iu
const LONGEST_SCHEME = 6

/**
 * An inline rule of markdown-it: a bare http, https or mailto address is a link. What begins like one and cannot be
 * followed is text to its end, so that nothing is read twice.
 */
export function addressRule(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax, linkLevel } = state
  if (src[pos] !== ':' || linkLevel > 0) return false
  const scheme = SCHEME_AT_END.exec(src.slice(Math.max(0, pos - LONGEST_SCHEME - 1), pos))?.[1]
  if (scheme === undefined || (!silent && !state.pending.endsWith(scheme))) return false
  const address = readAddress(src, pos - scheme.length, posMax)
  const rest = address.slice(scheme.length)
  if (rest.length < 2) return false
  if (!silent) push(state, address, scheme, rest)
  state.pos += rest.length
  return true
}

function push(state: StateInline, address: string, scheme: string, rest: string): void {
  const href = toHref(address)
  if (href === null) {
    state.pending += rest
    return
  }
  // The scheme was taken for text before its colon was met.
  state.pending = state.pending.slice(0, -scheme.length)
  state.push('link_open', 'a', 1).attrs = [['href', href]]
  state.push('text', '', 0).content = address
  state.push('link_close', 'a', -1)
}
