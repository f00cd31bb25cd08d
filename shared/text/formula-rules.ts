import { characterAt, characterBefore } from './characters.ts'

/*
 * What stands between dollar signs is a formula only where nobody would mean money, a variable of a shell or a rate:
 * `$x^2$` and `$F = ma$` are, `$5 and $10`, `$HOME/bin:$PATH`, `$(a)+$(b)` and `€/$ vs $/h` are not.
 */

/** A formula that fills lines of its own has at most so many; it bounds how far its end is looked for. */
const LINES_MAX = 50
/** A formula within a line has at most so many characters. */
const FORMULA_MAX = 1_000
const BEFORE = /^[\s\p{Ps}\p{Pi}"'“”:,;*_~–—-]$/u
const AFTER = /^[\s\p{Pe}\p{Pf}"'“”.,;:!?…*_~–—-]$/u
const NO_SPACES_HERE = /^[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\u3001-\u303f\uff01-\uff20]$/u
const HOLDS_SOMETHING = /[\p{L}\p{N}\\]/u
const BEGINS_ODDLY = /^(?:[\s/*,;:)\]}!?%&|=#]|\.(?!\d))/
const ENDS_ODDLY = /[\s/*=(,[{:;<>#%&|@]$|(?<![\^_])[+-]$/
const CALCULATES = /[\\^_={}<>+*/|-]/
const FUNCTIONS =
  /^(?:a?sin|a?cos|a?tan|cot|sec|csc|log|ln|lg|exp|min|max|lim|sup|inf|mod|gcd|lcm|det|dim|ker|rank|d\p{L})$/u

/** Where the closing signs of the formula begin whose first `run` dollar signs stand at `at`, or -1 if it is none. */
export function findFormulaEnd(text: string, at: number, run: number): number {
  if (run > 2) return -1
  const from = at + run
  const end = findDollar(text, from)
  if (end === -1 || countDollars(text, end) !== run) return -1
  const source = text.slice(from, end)
  if (run === 2) return isProse(source) ? -1 : end
  return isBetweenWords(text, at, end + 1) && isFormula(source) ? end : -1
}

export function countDollars(text: string, from: number): number {
  let end = from
  while (text.charAt(end) === '$') end++
  return end - from
}

/** How many lines the formula fills that begins with `$$` in the line at `first`, and its source; null if it is none. */
export function readFormulaBlock(lines: readonly string[], first: number): { count: number; source: string } | null {
  const beginning = lines[first]?.trim() ?? ''
  if (!beginning.startsWith('$$') || beginning.startsWith('$$$')) return null
  for (let at = first; at < Math.min(lines.length, first + LINES_MAX); at++) {
    const line = at === first ? beginning.slice(2) : (lines[at] ?? '').trimEnd()
    if (at > first && line.trim() === '') return null
    const end = line.indexOf('$$')
    if (end === -1) continue
    if (end !== line.length - 2) return null
    const between = at === first ? [] : [beginning.slice(2), ...lines.slice(first + 1, at)]
    const source = [...between, line.slice(0, end)].join('\n').trim()
    return isProse(source) ? null : { count: at - first + 1, source }
  }
  return null
}

function isBetweenWords(text: string, from: number, to: number): boolean {
  const [before, after] = [characterBefore(text, from), characterAt(text, to)]
  return (
    (before === '' || BEFORE.test(before) || NO_SPACES_HERE.test(before)) &&
    (after === '' || AFTER.test(after) || NO_SPACES_HERE.test(after))
  )
}

function isFormula(source: string): boolean {
  if (!HOLDS_SOMETHING.test(source) || source.includes('"')) return false
  if (BEGINS_ODDLY.test(source) || ENDS_ODDLY.test(source)) return false
  const calculates = CALCULATES.test(source)
  if (!/\s/.test(source)) return calculates || !/^\p{L}{4,}$/u.test(source)
  if (/^\d/.test(source) && !calculates) return false
  const words = listWords(source)
  return calculates ? !words.some((word) => /^(?:\p{Ll}{3,}|\p{L}{5,})$/u.test(word)) : words.length === 0
}

/** Words of two letters and more that stand alone, and are no command, no function and in no braces. */
function listWords(source: string): string[] {
  return source
    .replace(/\\\p{L}+|\{[^{}]*\}/gu, '+')
    .split(/[\s,.;:!?()]+/)
    .filter((word) => /^\p{L}{2,}$/u.test(word) && !FUNCTIONS.test(word))
}

/** As between the signs of "$$ big money $$": nothing is calculated, and words are there. */
function isProse(source: string): boolean {
  return !HOLDS_SOMETHING.test(source) || (!CALCULATES.test(source) && /\p{L}{4}|\p{L}{2}\s+\p{L}{2}/u.test(source))
}

function findDollar(text: string, from: number): number {
  for (let at = from; at < Math.min(text.length, from + FORMULA_MAX); at++) {
    if (text.charAt(at) === '\\') at++
    else if (text.charAt(at) === '$') return at
  }
  return -1
}
