import { holdBack, openDialogs } from './history-entry.ts'

/** An attachment: the dialog takes the page for itself, closes on going back, and gives the focus back when it goes. */
export function modal(dialog: Pick<HTMLDialogElement, 'showModal' | 'close'>): () => void {
  const before = document.activeElement
  const close = () => dialog.close()
  dialog.showModal()
  openDialogs.push(close)
  holdBack()
  return () => {
    openDialogs.splice(openDialogs.indexOf(close), 1)
    dialog.close()
    // It is gone from the page by now, and the focus with it.
    if (document.activeElement === document.body && before instanceof HTMLElement) before.focus()
  }
}
