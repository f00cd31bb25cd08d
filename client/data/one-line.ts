/** A text in one line, cut to a length that any place for one line holds; for quotes and lists. */
export function toOneLine(text: string, max = 160): string {
  const line = text.slice(0, max * 4).replace(/\s+/g, ' ').trim()
  return line.length > max ? `${line.slice(0, max).toWellFormed().replace(/\ufffd$/, '')}…` : line
}
