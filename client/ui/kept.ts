/** `tab` ends with the tab, and is nothing to the next person at this computer; `device` stays. */
export type Keeper = 'tab' | 'device'

/** What a page had the browser keep under this key; null where that is nothing. */
export function readKept(keeper: Keeper, key: string): string | null {
  try {
    return toStorage(keeper).getItem(key)
  } catch {
    return null
  }
}

/** The same as JSON. */
export function readKeptJson(keeper: Keeper, key: string): unknown {
  try {
    return JSON.parse(readKept(keeper, key) ?? 'null')
  } catch {
    return null
  }
}

/** Has the browser keep it, or with null nothing any more; where it has no room, or must not, it is kept by the page alone. */
export function keep(keeper: Keeper, key: string, value: string | null): void {
  try {
    if (value === null) toStorage(keeper).removeItem(key)
    else toStorage(keeper).setItem(key, value)
  } catch {
    // Nothing is lost that is on the screen.
  }
}

/** Even to ask for it may be forbidden. */
function toStorage(keeper: Keeper): Storage {
  return keeper === 'tab' ? sessionStorage : localStorage
}
