/*
 * Between which characters a mark of emphasis may begin and end. It is taken for markup only where nobody would mean
 * it as text: at the edges of words, never within one (`2*3*4`, `snake_case`, `__init__`) and never among signs alone
 * (`*_*`, `^_^`). Words of scripts that put no space between them (Chinese, Japanese, Thai), or particles at their end
 * (Korean), have an edge anywhere.
 */

export const SPACELESS =
  '\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Hang}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}\\p{sc=Tibt}\u30fc'
const WIDE_PUNCTUATION = '\u3001-\u303f\u30fb\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3d\uff3f\uff5b-\uff65'
const EMOJI = '\\p{Extended_Pictographic}\\p{Emoji_Modifier}\ufe0f'
const ANYWHERE = `${SPACELESS}${WIDE_PUNCTUATION}${EMOJI}`

const BEFORE = new RegExp(`^[\\s\\p{Ps}\\p{Pi}"'¿¡:–—…${ANYWHERE}]$`, 'u')
/** After an underscore, which joins words more often than it marks them. */
const BEFORE_UNDERSCORE = new RegExp(`^[\\s\\p{Ps}\\p{Pi}"'¿¡:–—…${WIDE_PUNCTUATION}${EMOJI}]$`, 'u')
const BEGINS = new RegExp(`^[\\p{L}\\p{N}\\p{Sc}\\p{Ps}\\p{Pi}"'\`@#¿¡${EMOJI}]$`, 'u')
/** What may begin something bold that is no glob, no pointer and no face. */
const BEGINS_DOUBLE = /^[.…%&+–—-]$/u
const AFTER = new RegExp(`^[\\s\\p{Pe}\\p{Pf}"'–—…${ANYWHERE}]$`, 'u')
const AFTER_UNDERSCORE = new RegExp(`^[\\s\\p{Pe}\\p{Pf}"'–—…${WIDE_PUNCTUATION}${EMOJI}]$`, 'u')
const ENDS_SENTENCE = /^[.,;:!?\u060c\u061b\u061f\u06d4\u0964]$/
const JOINS = new RegExp(`^[${SPACELESS}]$`, 'u')
const WORD = /^[\p{L}\p{M}\p{N}]$/u
const MARKS = '*_~'
/** Marks that stand beside each other are looked past, so many of them. */
const MARKS_MAX = 6

/** The character before a position, or nothing. */
export function characterBefore(text: string, at: number): string {
  const unit = text.charAt(at - 1)
  return /[\udc00-\udfff]/.test(unit) ? text.slice(at - 2, at) : unit
}

export function characterAt(text: string, at: number): string {
  const point = text.codePointAt(at)
  return point === undefined ? '' : String.fromCodePoint(point)
}

export function isWord(character: string): boolean {
  return WORD.test(character)
}

/** Whether a character belongs to a word that has an end here, as far as can be told by looking at it. */
export function joinsWords(character: string): boolean {
  return WORD.test(character) && !JOINS.test(character)
}

export interface Run {
  mark: string
  length: number
  from: number
  to: number
}

/** Whether a run of marks stands where something emphasised may begin. */
export function mayOpen(text: string, { mark, length, from, to }: Run): boolean {
  const before = characterBefore(text, skipMarksBack(text, from))
  const after = characterAt(text, skipMarks(text, to))
  const edge = mark === '_' ? BEFORE_UNDERSCORE : BEFORE
  return (before === '' || edge.test(before)) && (BEGINS.test(after) || (length > 1 && BEGINS_DOUBLE.test(after)))
}

/** Whether it stands where something emphasised may end. */
export function mayClose(text: string, { mark, from, to }: Run): boolean {
  const before = characterBefore(text, skipMarksBack(text, from))
  if (before === '' || /\s/.test(before)) return false
  const at = skipMarks(text, to)
  const after = characterAt(text, at)
  if (ENDS_SENTENCE.test(after)) return !WORD.test(characterAt(text, at + 1))
  return after === '' || (mark === '_' ? AFTER_UNDERSCORE : AFTER).test(after)
}

function skipMarks(text: string, from: number): number {
  let at = from
  while (at < from + MARKS_MAX && isMark(text, at)) at++
  return at
}

function skipMarksBack(text: string, from: number): number {
  let at = from
  while (at > Math.max(0, from - MARKS_MAX) && isMark(text, at - 1)) at--
  return at
}

/** A mark, or a backslash before one. */
function isMark(text: string, at: number): boolean {
  const unit = text.charAt(at)
  if (unit === '') return false
  return MARKS.includes(unit) || (unit === '\\' && at + 1 < text.length && MARKS.includes(text.charAt(at + 1)))
}
