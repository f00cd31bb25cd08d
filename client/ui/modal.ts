/** An attachment: the dialog takes the page for itself, and gives the focus back when it goes. */
export function modal(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement
  dialog.showModal()
  return () => {
    dialog.close()
    // It is gone from the page by now, and the focus with it.
    if (document.activeElement === document.body && before instanceof HTMLElement) before.focus()
  }
}
