/** With what the browser came back from a single sign-on. */
export type SsoReturn = 'done' | 'new' | 'linked' | { code: string }

/** Takes it out of the address bar, where it would be kept in the history; undefined when the page was opened in another way. */
export function takeSsoReturn(): SsoReturn | undefined {
  const [, told] = /^#sso=([a-z_-]{1,40})$/.exec(location.hash) ?? []
  if (told === undefined) return undefined
  history.replaceState(history.state, '', location.pathname + location.search)
  return told === 'done' || told === 'new' || told === 'linked' ? told : { code: told }
}
