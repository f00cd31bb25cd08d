/** Who can be meant by an @, by handle. */
export type Mentions = ReadonlyMap<string, { id: string; name: string }>

/** The word that mentions all in a group. */
export const EVERYONE_HANDLE = 'everyone'

const HANDLE = /[a-z][a-z0-9._-]{0,29}(?![a-z0-9])/iy
const BEFORE = /[\p{L}\p{M}\p{N}.@/+-][*_~\\]{0,6}$/u
const BEFORE_MAX = 9

/**
 * The handle that the `@` at this place mentions, or null. It is known, the longest that is written there, and what
 * ends a sentence may follow it. Before the `@` ends a word or an address, but for marks of emphasis.
 */
export function findMention(text: string, at: number, mentions: Mentions): string | null {
  if (mentions.size === 0 || BEFORE.test(text.slice(Math.max(0, at - BEFORE_MAX), at))) return null
  HANDLE.lastIndex = at + 1
  let handle = HANDLE.exec(text)?.[0].toLowerCase() ?? ''
  while (handle !== '') {
    if (mentions.has(handle)) return handle
    if (!/[._-]$/.test(handle)) return null
    handle = handle.slice(0, -1)
  }
  return null
}

/** Whether the backslash at this place keeps an `@` and a handle from being a mention, whoever is known by it. */
export function isKeptFromMention(text: string, at: number): boolean {
  return /^\\@[a-z][a-z0-9]/i.test(text.slice(at, at + 4)) && /^$|[\s(["']$/.test(text.slice(Math.max(0, at - 1), at))
}
