/** One way to press keys: "Mod+K", "Alt+ArrowUp", "?". "Mod" is ⌘ on Apple's systems and Ctrl elsewhere. */
export type Keys = string

/** Whether this is what somebody pressed, whatever the layout of their keyboard. */
export function pressed(event: KeyboardEvent, keys: Keys): boolean {
  const { key, modifiers } = split(keys)
  // Where a sign is on the keyboard, and whether it takes Shift, differs.
  const isSign = key.length === 1 && !/[a-z]/i.test(key)
  const mod = event.ctrlKey || event.metaKey
  if (mod !== modifiers.has('Mod') || event.altKey !== modifiers.has('Alt')) return false
  if (!isSign && event.shiftKey !== modifiers.has('Shift')) return false
  // With another alphabet the letter on the key is another one.
  return event.key.toLowerCase() === key.toLowerCase() || (mod && event.code === `Key${key.toUpperCase()}`)
}

const CAPS: Record<string, string> = {
  ...{ ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' },
  ...{ Escape: 'Esc', ContextMenu: 'Menu', Delete: 'Del', Mod: 'Ctrl' },
}
const APPLE_CAPS: Record<string, string> = { ...CAPS, Mod: '⌘', Alt: '⌥', Shift: '⇧', Enter: '↩' }

/** What is printed on these keys, on this system. */
export function toCaps(keys: Keys, apple: boolean): string[] {
  const { key, modifiers } = split(keys)
  const caps = apple ? APPLE_CAPS : CAPS
  return [...modifiers, key].map((name) => caps[name] ?? (name.length === 1 ? name.toUpperCase() : name))
}

function split(keys: Keys): { key: string; modifiers: ReadonlySet<string> } {
  const parts = keys === '+' ? ['+'] : keys.split('+')
  return { key: parts.at(-1) ?? '', modifiers: new Set(parts.slice(0, -1)) }
}

/** Whether this system has ⌘ where others have Ctrl. */
export function isApple(): boolean {
  return /Mac|iP(?:hone|ad|od)/.test(navigator.userAgent)
}

/** False where all there is to point with is a finger: there keys are on the screen, and none of those that do something. */
export function hasKeys(): boolean {
  return matchMedia('(any-pointer: fine)').matches || matchMedia('(any-hover: hover)').matches
}
