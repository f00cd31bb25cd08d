/** Half a character, or one that waits for the next. */
const UNFINISHED = /[\ud800-\udbff\u200d\s]+$/
/** So much of a text is looked at, at most, for each character of its line. */
const LOOKED_AT = 4

/** The beginning of a text as one line of at most `max` UTF-16 units with its "…". */
export function toOneLine(text: string, max: number): string {
  const beginning = text.slice(0, LOOKED_AT * max)
  const line = beginning.replace(/\s+/g, ' ').trim()
  const isWhole = line.length <= max && beginning.length === text.length
  return isWhole ? line : `${line.slice(0, max - 1).replace(UNFINISHED, '')}…`
}
