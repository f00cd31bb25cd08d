import { listDomains, looksLikeAnother } from './look-alike-hosts.ts'

/** A longer address stays text. */
export const ADDRESS_MAX = 2_048
/** What an address cannot hold, what hides or turns around what stands behind it, and what begins code. */
const ADDRESS =
  /https?:\/\/[^\s<>"`\u200b-\u200f\u2028-\u202e\u2060-\u2069\u3001-\u303f\ufeff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3d\uff5b-\uff65]+/iuy
const AT_THE_END = /[.,:;!?*_~'’”…|\\]/
const BRACKETS: Record<string, string> = { ')': '(', ']': '[', '}': '{' }
const TARGET = /(?:https?:\/\/|mailto:)[^\s<>]*/iuy
const TITLE = /(?:[ \t]+(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'))?[ \t]*\)/y

/** The address in the form to be followed, or null unless it is http, https or mailto and says plainly where it leads. */
export function toHref(address: string): string | null {
  if (address.length > ADDRESS_MAX || !URL.canParse(address)) return null
  const { protocol, hostname, pathname, username, password, href } = new URL(address)
  if (protocol === 'mailto:') return pathname.includes('@') ? href : null
  if (protocol !== 'http:' && protocol !== 'https:') return null
  // What stands before an @ looks like the host that it leads to.
  return hostname !== '' && username === '' && password === '' ? href : null
}

/** The address that begins here, without what would be taken along of a sentence's end and of marks around it. */
export function readAddress(text: string, at: number): string {
  ADDRESS.lastIndex = at
  return withoutEnd(ADDRESS.exec(text)?.[0] ?? '')
}

/** A bracket that was not opened within the address is not of it. */
function withoutEnd(address: string): string {
  const open: string[] = []
  let end = 0
  for (; end < address.length; end++) {
    const unit = address.charAt(end)
    if ('([{'.includes(unit)) open.push(unit)
    else if (unit in BRACKETS && open.pop() !== BRACKETS[unit]) break
  }
  while (AT_THE_END.test(address.charAt(end - 1))) end--
  return address.slice(0, end)
}

export interface Target {
  href: string
  end: number
}

/** Where `(https://… "title")` leads, which stands behind a link's words; null when it is no such thing. */
export function readTarget(text: string, at: number): Target | null {
  if (text.charAt(at) !== '(') return null
  TARGET.lastIndex = text.charAt(at + 1) === '<' ? at + 2 : at + 1
  const rest = TARGET.exec(text)?.[0]
  if (rest === undefined) return null
  const isAngled = text.charAt(at + 1) === '<'
  const address = isAngled ? rest : rest.slice(0, findClosing(rest))
  const behind = at + 1 + address.length + (isAngled ? 2 : 0)
  if (isAngled && text.charAt(behind - 1) !== '>') return null
  TITLE.lastIndex = behind
  const close = TITLE.exec(text)?.[0]
  const href = close === undefined ? null : toHref(address)
  return href === null || close === undefined ? null : { href, end: behind + close.length }
}

/** Where the bracket stands that closes one which was opened before; the length when none does. */
function findClosing(rest: string): number {
  let depth = 0
  for (let at = 0; at < Math.min(rest.length, ADDRESS_MAX + 1); at++) {
    const unit = rest.charAt(at)
    if (unit === '(') depth++
    if (unit === ')' && depth-- === 0) return at
  }
  return Math.min(rest.length, ADDRESS_MAX + 1)
}

/** The host of a bare address in plain letters, where those that it is written in look like others; otherwise null. */
export function findPlainHost(address: string, href: string): string | null {
  const { hostname } = new URL(href)
  const written = /^\w+:\/\/([^/?#]*)/.exec(address)?.[1] ?? ''
  return looksLikeAnother(written) ? hostname : null
}

/** The host that a link leads to, in plain letters, when its words could be taken for another one; otherwise null. */
export function findHiddenHost(words: string, href: string): string | null {
  const { protocol, hostname, pathname } = new URL(href)
  if (toHref(words) === href) return protocol === 'mailto:' ? null : findPlainHost(words, href)
  const host = protocol === 'mailto:' ? decodeSafely(pathname) : hostname
  const shown = listDomains(words.slice(0, ADDRESS_MAX))
  if (protocol === 'mailto:') return shown.length === 0 || words.includes(host) ? null : host
  const isOther = (domain: string) => withoutWww(toPlainHost(domain)) !== withoutWww(host)
  return shown.some((domain) => isOther(domain) || looksLikeAnother(domain)) ? host : null
}

/**
 * The path of an address within this app, to be opened without leaving it, or null for any other address. `origin` is
 * this app's own.
 */
export function toInnerPath(href: string, origin: string): string | null {
  const url = new URL(href)
  return url.origin === origin ? `${url.pathname}${url.search}${url.hash}` : null
}

function toPlainHost(domain: string): string {
  const address = `https://${domain}`
  return URL.canParse(address) ? new URL(address).hostname : domain
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
