/** Markup is at most so much of what is looked at; a preview need not be exact. */
const MARKUP_MAX = 400

/*
 * For lists and quotes, where the parser is not loaded yet. Every pattern repeats over a bounded length, so that the
 * work is too.
 */
const REDUCTIONS: readonly [RegExp, string][] = [
  [/^[ \t]*(?:`{3,}|~{3,})[^\n]*$/gm, ' '],
  [/^[ \t]*(?:(?:>|#{1,6}[ \t]|[-+*][ \t])[ \t]{0,8}){1,8}/gm, ''],
  [/!?\[([^[\]\n]{1,200})\]\((?:https?:\/\/|mailto:)[^()\s]{1,400}(?: "[^"\n]{0,100}")?\)/gi, '$1'],
  [/`{1,2}([^`\n]{1,300})`{1,2}/g, '$1'],
  [/\$\$/g, ' '],
  [/(?<!\\)(\*\*|__|~~)(?=\S)([^\n]{1,300}?)(?<=\S)\1/g, '$2'],
  [/(?<![\p{L}\p{N}\\])([*_])(?=\S)([^*_\n]{1,300})(?<=\S)\1(?![\p{L}\p{N}])/gu, '$2'],
  [/\\([!-/:-@[-`{-~])/g, '$1'],
]
/** Half a character, or one that waits for the next. */
const UNFINISHED = /[\ud800-\udbff\u200d\s]+$/

/** The beginning of a message's text as one line without markup, of at most `max` UTF-16 units with its "…". */
export function toPlainLine(text: string, max: number): string {
  const beginning = text.slice(0, max + MARKUP_MAX)
  const reduced = REDUCTIONS.reduce((line, [pattern, by]) => line.replace(pattern, by), beginning)
  const line = toOneLine(reduced) || toOneLine(beginning)
  const isWhole = line.length <= max && beginning.length === text.length
  return isWhole ? line : `${line.slice(0, max - 1).replace(UNFINISHED, '')}…`
}

function toOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
