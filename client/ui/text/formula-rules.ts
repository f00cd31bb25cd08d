import type { StateBlock, StateInline } from 'markdown-it'

/** A formula that fills lines of its own has at most so many; it bounds how far its end is looked for. */
const LINES_MAX = 50
const BEFORE = /[\p{L}\p{N}\\]$/u
const AFTER = /^[\p{L}\p{N}]/u
const CALCULATION = /[\\^_={}<>+*/|-]/

/**
 * An inline rule of markdown-it: `$…$`, and `$$…$$` for a display. After the first dollar sign and before the last
 * there is no space, around them no letter or number, and none between them; so sums of money are no formulas.
 */
export function inlineFormulaRule(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state
  if (src[pos] !== '$') return false
  const run = countDollars(src, pos, posMax)
  const end = run > 2 ? -1 : findEnd(src, pos, posMax, run)
  if (end === -1) {
    if (!silent) state.pending += '$'.repeat(run)
    state.pos += run
    return true
  }
  if (!silent) {
    const token = state.push('formula', '', 0)
    token.content = src.slice(pos + run, end).trim()
    token.markup = '$'.repeat(run)
  }
  state.pos = end + run
  return true
}

/** Where the closing signs of the formula that opens at `pos` begin, or -1 if it is none. */
function findEnd(src: string, pos: number, max: number, run: number): number {
  const from = pos + run
  const end = findDollar(src, from, max)
  if (end === -1 || countDollars(src, end, max) !== run) return -1
  const source = src.slice(from, end)
  if (source.trim() === '') return -1
  if (run === 2) return end
  const touches = BEFORE.test(src.slice(Math.max(0, pos - 2), pos)) || AFTER.test(src.slice(end + 1, end + 3))
  const isLoose = /^\s|\s$|\n/.test(source)
  return touches || isLoose || isAmountAndWords(source) ? -1 : end
}

/** As in "$5 and she has 6$". */
function isAmountAndWords(source: string): boolean {
  return /^\d/.test(source) && /\s/.test(source) && !CALCULATION.test(source)
}

function findDollar(src: string, from: number, max: number): number {
  for (let at = from; at < max; at++) {
    if (src[at] === '\\') at++
    else if (src[at] === '$') return at
  }
  return -1
}

function countDollars(src: string, from: number, max: number): number {
  let end = from
  while (end < max && src[end] === '$') end++
  return end - from
}

/** A block rule of markdown-it: from a line that begins with `$$` to one that ends with it. */
export function blockFormulaRule(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const first = lineOf(state, startLine)
  if (!first.startsWith('$$') || first.startsWith('$$$')) return false
  const limit = Math.min(endLine, startLine + LINES_MAX)
  for (let line = startLine; line < limit; line++) {
    const isFirst = line === startLine
    if (!isFirst && (state.isEmpty(line) || (state.sCount[line] ?? 0) < state.blkIndent)) return false
    const text = isFirst ? first.slice(2) : lineOf(state, line)
    const at = text.indexOf('$$')
    if (at === -1) continue
    const source = isFirst
      ? text.slice(0, at)
      : `${first.slice(2)}\n${state.getLines(startLine + 1, line, state.blkIndent, true)}${text.slice(0, at)}`
    if (at !== text.length - 2 || source.trim() === '') return false
    if (silent) return true
    state.line = line + 1
    const token = state.push('formula_block', '', 0)
    token.content = source.trim()
    return true
  }
  return false
}

function lineOf(state: StateBlock, line: number): string {
  const from = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0)
  return state.src.slice(from, state.eMarks[line]).trimEnd()
}
