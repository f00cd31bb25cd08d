/** What brought somebody here: an invitation, the link by which the first operator comes, or one to choose another password. */
export interface EntranceLink {
  kind: 'invite' | 'claim' | 'reset'
  token: string
}

/** In the tab alone, and only until it is used: a link survives a reload on a bad network, and no other tab. */
const KEPT = 'chatbox-link'

/** The link in what stands behind the `#`, or what somebody pasted; undefined when there is none in it. */
export function toEntranceLink(text: string): EntranceLink | undefined {
  const [, kind, token = ''] = /#(invite|claim|reset)=([\w-]{43})$/.exec(text.trim()) ?? []
  return kind === 'invite' || kind === 'claim' || kind === 'reset' ? { kind, token } : undefined
}

/**
 * Takes the link out of the address bar, where it would be shown and kept in the history, and keeps it for this tab. Returns the one
 * that is kept.
 */
export function takeEntranceLink(): EntranceLink | undefined {
  const link = toEntranceLink(location.hash)
  if (link !== undefined) {
    history.replaceState(history.state, '', location.pathname + location.search)
    try {
      sessionStorage.setItem(KEPT, `#${link.kind}=${link.token}`)
    } catch {
      // It holds until the page is left.
    }
    return link
  }
  try {
    return toEntranceLink(sessionStorage.getItem(KEPT) ?? '')
  } catch {
    return undefined
  }
}

/** It was used, or is not wanted. */
export function forgetEntranceLink(): void {
  try {
    sessionStorage.removeItem(KEPT)
  } catch {
    // Nothing was kept.
  }
}
