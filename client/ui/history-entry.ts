/** What this app keeps with an entry of the browser's history. */
export interface HistoryEntry {
  /** The paths of the entries behind it, the nearest last. */
  trail: readonly string[]
  /** Whether it stands for a dialog over the page of the entry behind it, so that going back has something to go back from. */
  isOver: boolean
}

export function readEntry(): HistoryEntry {
  return { trail: [], isOver: false, ...(history.state as Partial<HistoryEntry> | null) }
}

/** Dialogs and menus that are open, the topmost last: each closes as with Esc. */
export const openDialogs: (() => void)[] = []

/** Going back closes what is open. One entry is enough for all that lie over a page, and stays for the next one. */
export function holdBack(): void {
  const entry = readEntry()
  if (!entry.isOver) history.pushState({ ...entry, isOver: true }, '')
}
