import { isBlank } from './is-blank.ts'

/*
 * The one way in for text: each text goes through here on whatever door it comes, on the device that it was typed on
 * and once more on the server. What word processors, PDF files and cut strings put on the clipboard is made
 * into what every store keeps and every screen draws; nothing a person could see is taken away, so nobody is refused
 * for what they cannot see either.
 */

/** Whatever ends a line, a paragraph or a page (UAX #14, BK, CR, LF and NL). */
// eslint-disable-next-line no-control-regex -- some of these are controls
const LINE_END = /\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g
// eslint-disable-next-line no-control-regex -- control characters are exactly what is taken out here
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f]/g
/** What makes a name look like another one: overrides of direction, and characters that cannot be seen. */
const DECEIVING = /[\u00ad\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff]/g

/**
 * A text of any number of lines: whole characters, line feeds between lines, no control character but the tab. What
 * would show nothing is empty.
 */
export function cleanText(text: string): string {
  return isBlank(text) ? '' : text.replace(LINE_END, '\n').replace(CONTROL_CHARACTERS, '').toWellFormed()
}

/** A name, a title or a word: the same in one line and composed, with single spaces and nothing that deceives the eye. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(DECEIVING, '').replaceAll(/\s+/g, ' ').trim().normalize('NFC')
}
