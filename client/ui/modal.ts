import { holdBack, openDialogs } from './history-entry.ts'

type Modal = Pick<HTMLDialogElement, 'showModal' | 'close'> & EventTarget

/** An attachment: the dialog takes the page for itself, closes on going back, and gives the focus back when it goes. */
export function modal(dialog: Modal): () => void {
  const before = document.activeElement
  // The browser says so a moment late, and would close what was opened since.
  const close = () => {
    dialog.close()
    dialog.dispatchEvent(new Event('close'))
    dialog.addEventListener('close', hide, { capture: true, once: true })
  }
  dialog.addEventListener('cancel', (event) => {
    // So does a choice of files in it, when nobody chose any.
    if (event.target !== dialog) return
    event.preventDefault()
    close()
  })
  dialog.showModal()
  openDialogs.push(close)
  holdBack()
  return () => {
    openDialogs.splice(openDialogs.indexOf(close), 1)
    // Whoever took it away knows. It would be told a moment late, when another one may be open already.
    dialog.addEventListener('close', hide, { capture: true })
    dialog.close()
    // It is gone from the page by now, and the focus with it.
    if (document.activeElement === document.body && before instanceof HTMLElement) before.focus()
  }
}

/** What the browser says late was said already. */
function hide(event: Event): void {
  event.stopImmediatePropagation()
}
