/** A longer address stays text. */
const ADDRESS_MAX = 2_048
const ENDS_ADDRESS = /[\s<>"'`\u200b\u202a-\u202e\u2066-\u2069]/
const NOT_AT_THE_END = /[.,:;!?*_~…”’»]/
const EMAIL = /(?<![\w.+@-])[a-z0-9][a-z0-9._+-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,63}(?![\w@-])/gi
const DOMAIN = /(?<![\p{L}\p{N}.@-])(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63}(?![\p{L}\p{N}-])/u

/** The address in the form to be followed, or null unless it is http, https or mailto and says plainly where it leads. */
export function toHref(address: string): string | null {
  if (address.length > ADDRESS_MAX || !URL.canParse(address)) return null
  const { protocol, hostname, pathname, username, password, href } = new URL(address)
  if (protocol === 'mailto:') return pathname.includes('@') ? href : null
  if (protocol !== 'http:' && protocol !== 'https:') return null
  // What stands before an @ looks like the place that it leads to.
  return hostname !== '' && username === '' && password === '' ? href : null
}

/**
 * The address that begins at `start`, as far as it goes. A sentence's full stop, and a bracket that was opened
 * before the address, are not part of it.
 */
export function readAddress(text: string, start: number, max: number): string {
  const limit = Math.min(max, start + ADDRESS_MAX + 1)
  const open = { ')': 0, ']': 0 }
  let end = start
  for (; end < limit; end++) {
    const char = text.charAt(end)
    if (ENDS_ADDRESS.test(char)) break
    if (char === '(') open[')']++
    else if (char === '[') open[']']++
    else if (char === ')' || char === ']') {
      if (open[char] === 0) break
      open[char]--
    }
  }
  while (end > start && NOT_AT_THE_END.test(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

export type TextPart = { kind: 'text'; text: string } | { kind: 'email'; text: string }

/** Splits a text at its e-mail addresses; together the parts are the text. */
export function splitEmails(text: string): TextPart[] {
  if (!text.includes('@')) return [{ kind: 'text', text }]
  const parts: TextPart[] = []
  let end = 0
  for (const { 0: email, index } of text.matchAll(EMAIL)) {
    if (index > end) parts.push({ kind: 'text', text: text.slice(end, index) })
    parts.push({ kind: 'email', text: email })
    end = index + email.length
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) })
  return parts
}

/** The host that a link leads to, when its words look like the address of another one; otherwise null. */
export function findHiddenHost(words: string, href: string): string | null {
  const shown = DOMAIN.exec(words.slice(0, ADDRESS_MAX))?.[0].toLowerCase()
  if (shown === undefined) return null
  const { protocol, hostname, pathname } = new URL(href)
  const host = protocol === 'mailto:' ? decodeSafely(pathname) : hostname
  if (protocol === 'mailto:') return words.includes(host) ? null : host
  const shownHost = URL.canParse(`https://${shown}`) ? new URL(`https://${shown}`).hostname : shown
  return withoutWww(shownHost) === withoutWww(host) ? null : host
}

/**
 * The path of an address within this app, to be opened without leaving it, or null for any other place. `origin` is
 * this app's own.
 */
export function toInnerPath(href: string, origin: string): string | null {
  const url = new URL(href)
  return url.origin === origin ? `${url.pathname}${url.search}${url.hash}` : null
}

function withoutWww(host: string): string {
  return host.replace(/^www\./, '')
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
