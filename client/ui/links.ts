export type TextPart = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string }

const LINK = /\bhttps?:\/\/[^\s<>"'`\u200b\u202a-\u202e\u2066-\u2069]+/gi
const NOT_AT_THE_END = /[.,:;!?…”’»]+$/

/** Splits a text at its http and https addresses. Nothing else ever becomes a link. */
export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const match of text.matchAll(LINK)) {
    const address = withoutTrail(match[0])
    const href = toHref(address)
    if (href === null) continue
    if (match.index > end) parts.push({ kind: 'text', text: text.slice(end, match.index) })
    parts.push({ kind: 'link', text: address, href })
    end = match.index + address.length
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) })
  return parts
}

/** A sentence's full stop, and a bracket that was opened before the address, are not part of it. */
function withoutTrail(address: string): string {
  const trimmed = address.replace(NOT_AT_THE_END, '')
  const opened = trimmed.split('(').length
  const closed = trimmed.split(')').length
  return trimmed.endsWith(')') && closed > opened ? withoutTrail(trimmed.slice(0, -1)) : trimmed
}

function toHref(address: string): string | null {
  if (!URL.canParse(address)) return null
  const { protocol, hostname, href } = new URL(address)
  return (protocol === 'http:' || protocol === 'https:') && hostname !== '' ? href : null
}
