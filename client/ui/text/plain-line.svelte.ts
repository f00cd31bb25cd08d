import { toOneLine } from './one-line.ts'

type Read = (text: string) => string

/** Text without any of these is not read: it is its own line. */
const MARKUP = /[*_~`$\\[<]|^[ \t]*(?:[-+>#]|\d{1,9}[.)])/m

/** What reads markup comes after the first screen, which has lines too: they are as they were written until then. */
let read: Read | null = $state.raw(null)
let isAsked = false

/** The beginning of a message's text as one line without markup, of at most `max` UTF-16 units with its "…". */
export function toPlainLine(text: string, max: number): string {
  if (!MARKUP.test(text)) return toOneLine(text, max)
  if (read === null) void load()
  return toOneLine(read === null ? text : read(text), max)
}

export async function load(): Promise<void> {
  if (isAsked) return
  isAsked = true
  try {
    read = (await import('../../../shared/text/plain-text.ts')).toPlainText
  } catch {
    // The network went away in between: the next line asks again.
    isAsked = false
  }
}
