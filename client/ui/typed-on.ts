/** What is left of a field once what was sent is stored: one may have typed on meanwhile. */
export function toTypedOn(text: string, sent: string): string {
  return text.startsWith(sent) ? text.slice(sent.length) : text
}
