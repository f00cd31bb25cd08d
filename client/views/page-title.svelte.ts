/** What the page's title, as the app's badge, tells of all conversations. */
class Attention {
  unread = $state(0)
}

export const attention = new Attention()

/** "(3) Settings · ChatBox": where one is, and how many messages one has not read. */
export function pageTitle(name: string | null = null): string {
  const count = attention.unread === 0 ? '' : `(${attention.unread > 99 ? '99+' : attention.unread}) `
  return `${count}${name === null ? '' : `${name} · `}ChatBox`
}
