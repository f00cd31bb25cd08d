import type { StateInline } from 'markdown-it'

export type Mentions = ReadonlyMap<string, { id: string; name: string }>

const HANDLE = /[a-z][a-z0-9._-]{0,29}(?![a-z0-9])/iy
const BEFORE = /[\p{L}\p{N}.@/-]$/u

/** An inline rule of markdown-it: an @ and a handle that is known in `env.mentions` is a mention. */
export function mentionRule(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax, linkLevel } = state
  if (src[pos] !== '@' || linkLevel > 0) return false
  const mentions = state.env.mentions as Mentions
  if (mentions.size === 0 || BEFORE.test(src.slice(Math.max(0, pos - 2), pos))) return false
  const handle = findHandle(src.slice(pos + 1, posMax), mentions)
  if (handle === null) return false
  if (!silent) state.push('mention', '', 0).content = handle
  state.pos += 1 + handle.length
  return true
}

/** The longest known handle that the text begins with; what ends a sentence may follow it. */
function findHandle(text: string, mentions: Mentions): string | null {
  HANDLE.lastIndex = 0
  let handle = HANDLE.exec(text)?.[0].toLowerCase() ?? ''
  while (handle !== '') {
    if (mentions.has(handle)) return handle
    if (!/[._-]$/.test(handle)) return null
    handle = handle.slice(0, -1)
  }
  return null
}
