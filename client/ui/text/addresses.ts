/** A longer address stays text. */
export const ADDRESS_MAX = 2_048
const DOMAIN = /(?<![\p{L}\p{N}.@-])(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63}(?![\p{L}\p{N}-])/u

/** The address in the form to be followed, or null unless it is http, https or mailto and says plainly where it leads. */
export function toHref(address: string): string | null {
  if (address.length > ADDRESS_MAX || !URL.canParse(address)) return null
  const { protocol, hostname, pathname, username, password, href } = new URL(address)
  if (protocol === 'mailto:') return pathname.includes('@') ? href : null
  if (protocol !== 'http:' && protocol !== 'https:') return null
  // What stands before an @ looks like the host that it leads to.
  return hostname !== '' && username === '' && password === '' ? href : null
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
 * The path of an address within this app, to be opened without leaving it, or null for any other address. `origin` is
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
