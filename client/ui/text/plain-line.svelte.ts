import { LaterPart } from './later-part.svelte.ts'
import { toOneLine } from './one-line.ts'

/** Text without any of these is not read: it is its own line. */
const MARKUP = /[*_~`$\\[<]|^[ \t]*(?:[-+>#]|\d{1,9}[.)])/m

/** What reads markup comes after the first screen, which has lines too: they are as they were written until then. */
export const lineReader = new LaterPart(async () => (await import('../../../shared/text/plain-text.ts')).toPlainText)

/** The beginning of a message's text as one line without markup, of at most `max` UTF-16 units with its "…". */
export function toPlainLine(text: string, max: number): string {
  if (!MARKUP.test(text)) return toOneLine(text, max)
  const read = lineReader.value
  if (read === null) void lineReader.ask()
  return toOneLine(read === null ? text : read(text), max)
}
